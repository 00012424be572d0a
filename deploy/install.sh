#!/usr/bin/env bash
# 安装、升级、退回 / install, upgrade, go back. 无需互联网 / no internet needed.
#
#   sudo ./install.sh                       安装或升级到 /opt/tracker，数据在 /var/lib/tracker
#   ./install.sh --prefix DIR --var DIR     以普通用户安装，不用 systemd / as an ordinary user
#   sudo ./install.sh --rollback            退回上一版本，并恢复升级前的备份
#
#   --prefix DIR    程序目录 / where releases lie            (/opt/tracker)
#   --var DIR       数据目录 / database, files, backups       (/var/lib/tracker)
#   --python FILE   使用哪个 Python / which Python            (按安装包要求查找)
#   --port N        端口，仅本机 / port on this machine       (8501)
#   --libraries DIR 使用已安装的库，不用安装包的 / libraries that are installed there already
#   --en            English messages
set -euo pipefail
umask 022 # a hardened root's umask would hide the program from the user it runs as

prefix=/opt/tracker var=/var/lib/tracker python="" port=8501 libraries="" want=install english="" running=""
[ "${TRACKER_LANGUAGE:-}" = en ] && english=1
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=$2; shift ;;
    --var) var=$2; shift ;;
    --python) python=$2; shift ;;
    --port) port=$2; shift ;;
    --libraries) libraries=$(readlink -f "$2"); shift ;;
    --rollback) want=rollback ;;
    --en) english=1 ;;
    *) sed -n '2,15s/^# \{0,1\}//p' "$0"; [ "$1" = --help ] && exit 0; exit 2 ;;
  esac
  shift
done
[ -z "$english" ] || export TRACKER_LANGUAGE=en
say() { if [ -n "$english" ]; then echo "$2"; else echo "$1"; fi; }
fail() { say "错误：$1" "Error: $2" >&2; exit 1; }

mkdir -p "$prefix/releases"
prefix=$(readlink -f "$prefix")
exec 9>"$prefix/.lock"
flock -n 9 || fail "另一个安装正在进行。" "another installation is running."
is_system=""
[ "$(id -u)" = 0 ] && [ -d /run/systemd/system ] && is_system=1
owner=""
[ -n "$is_system" ] && owner=tracker
present=$(readlink "$prefix/current" 2>/dev/null | sed 's,.*/,,' || true)

tracker() { env -u TRACKER_VAR "$prefix/bin/tracker" "$@"; }
units() { systemctl list-units --plain --no-legend --all 'tracker@*' | awk '{print $1}'; }
answers() { "$(command -v "${python:-python3}")" - "$port" <<'P'
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/", timeout=5)
except urllib.error.HTTPError:
    pass
except OSError:
    sys.exit(1)
P
}
resume() { # after a failure: what ran before runs again, with the release that is current
  [ $? = 0 ] || [ -z "${running:-}" ] || systemctl start $running || true
}
trap resume EXIT
stop() {
  running=""
  if [ -n "$is_system" ]; then
    running=$(units | tr '\n' ' ')
    [ -z "$running" ] || systemctl stop $running
  fi
  for one in /proc/[0-9]*; do # served by hand, on whatever port
    case $(tr '\0' ' ' 2>/dev/null < "$one/cmdline" || true) in
      "$prefix"/releases/*" -m streamlit run "*|"$prefix"/current/*" -m streamlit run "*)
        fail "系统仍在运行（进程 ${one##*/}），请先停止再继续；尚未改动。" \
             "it still runs (process ${one##*/}); stop it first. Nothing was changed." ;;
    esac
  done
  if answers; then
    fail "系统仍在端口 $port 上运行，请先停止再继续；尚未改动。" \
         "it still runs on port $port; stop it first. Nothing was changed."
  fi
}
start() {
  if [ -n "$is_system" ]; then
    systemctl daemon-reload
    systemctl enable --quiet --now ${running:-tracker@$port.service} tracker-backup.timer
    for _try in $(seq 120); do answers && return; sleep 1; done
    fail "启动后无应答，请看 journalctl -u 'tracker@*'；退回请运行 install.sh --rollback。" \
         "no answer after the start; see journalctl -u 'tracker@*', go back by install.sh --rollback."
  fi
  say "启动：$prefix/bin/tracker serve $port" "Start it: $prefix/bin/tracker serve $port"
}
switch_to() { # RELEASE: one rename, so that there is always one that is current
  ln -sfn "releases/$1" "$prefix/.current" && mv -T "$prefix/.current" "$prefix/current"
}
has_register() { [ -n "$(ls "$var"/tracker.db 2>/dev/null)" ] || grep -qs '^TRACKER_DATABASE_URL=' "$environment"; }
keep() { # NAME: a whole backup by the release that is current; its path goes to $kept
  kept="$var/backups/$1-$(date +%Y%m%d-%H%M%S).zip"
  mkdir -p "$var/backups"; [ -z "$owner" ] || chown "$owner" "$var/backups"
  tracker parcels backup "$kept" || [ -s "$kept" ] || fail "备份失败，尚未改动。" "no backup could be made; nothing was changed."
}
conf() {
  cat > "$prefix/install.conf" <<C
TRACKER_VAR='$var'
OWNER='$owner'
ENVIRONMENT='$environment'
C
}

if [ -f "$prefix/install.conf" ]; then # an upgrade keeps what was chosen
  [ "$var" != /var/lib/tracker ] || var=$(. "$prefix/install.conf"; echo "$TRACKER_VAR")
fi
environment=$prefix/tracker.env
[ -n "$is_system" ] && environment=/etc/tracker.env
settings() { # they may hold the database's password: for root and the service only
  [ -e "$environment" ] || install -m 600 "$release/deploy/tracker.env" "$environment"
  [ -z "$owner" ] || chown "root:$owner" "$environment"
  chmod "$([ -n "$owner" ] && echo 640 || echo 600)" "$environment"
}

# ---------------------------------------------------------------- back to the release before
if [ $want = rollback ]; then
  [ -f "$prefix/previous" ] || fail "没有可退回的版本。" "there is no release to go back to."
  { read -r old; read -r backup; } < "$prefix/previous"
  [ -x "$prefix/releases/$old/.venv/bin/python" ] || fail "版本 $old 已不在。" "release $old is gone."
  [ -z "$backup" ] || [ -s "$backup" ] || fail "备份 $backup 已不在。" "the backup $backup is gone."
  stop
  if [ -n "$backup" ]; then
    keep before-rollback
    say "当前数据保存在 $kept" "What is there now is kept in $kept"
  fi
  switch_to "$old"
  if [ -n "$backup" ]; then
    tracker parcels restore "$backup" --replace || {
      switch_to "$present"
      fail "恢复失败，仍为版本 $present，数据未改动。" "the restore failed; still $present, nothing was changed."
    }
  fi
  rm -f "$prefix/previous"
  start
  say "已退回版本 $old。升级之后填报的内容只在上述备份中。" \
      "Back at release $old. What was reported after the upgrade is in that backup only."
  exit 0
fi

# ---------------------------------------------------------------- what the bundle needs
here=$(dirname "$(readlink -f "$0")")
cd "$here"
[ -f VERSION ] || fail "请在解开的安装包内运行。" "run it inside the unpacked bundle."
{ read -r version; read -r tag; read -r machine; } < VERSION
say "核对安装包 $version …" "Comparing the bundle $version with its checksums …"
sha256sum --check --quiet --strict MANIFEST.sha256 >/dev/null 2>&1 ||
  fail "安装包不完整或被改动，请重新拷贝。" "the bundle is incomplete or was changed; copy it again."
[ "$(uname -s | tr A-Z a-z)-$(uname -m)" = "$machine" ] ||
  fail "安装包用于 $machine，本机是 $(uname -m)。" "this bundle is for $machine, this machine is $(uname -m)."
wanted="3.${tag#cp3}"
[ -n "$python" ] || python=$(command -v "python$wanted" || command -v python3 || true)
[ -n "$python" ] && [ "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$wanted" ] ||
  fail "需要 Python $wanted（Debian 12 自带 3.11，Ubuntu 24.04 自带 3.12，Debian 13 自带 3.13；Ubuntu 22.04 须另装 python3.11）。其他版本须用该版本制作的安装包。" \
       "Python $wanted is needed (Debian 12 has 3.11, Ubuntu 24.04 3.12, Debian 13 3.13; Ubuntu 22.04 offers python3.11 beside its own). For another Python make the bundle with that one."
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
  fail "缺少 venv：apt-get install python$wanted-venv" "venv is missing: apt-get install python$wanted-venv"
[ -d wheels ] || [ -n "$libraries" ] || fail "安装包内没有库。" "this bundle holds no libraries."
free=$(df -Pk "$prefix" | awk 'NR==2 {print int($4/1024)}')
[ "$free" -ge 2500 ] || [ -n "$libraries" ] || fail "$prefix 只剩 $free MB，需要 2500 MB。" "$prefix has $free MB left, 2500 MB are needed."

# ---------------------------------------------------------------- the release, beside the old one
release="$prefix/releases/$version"
if [ ! -f "$release/.complete" ]; then
  say "安装到 $release …" "Installing into $release …"
  rm -rf "$release"
  cp -r app "$release"
  "$python" -m venv "$release/.venv"
  if [ -n "$libraries" ]; then
    echo "$libraries" > "$(echo "$release"/.venv/lib/python*/site-packages)/libraries.pth"
  else
    env -i PATH="$PATH" HOME="$release" PIP_CONFIG_FILE=/dev/null "$release/.venv/bin/python" -m pip install \
      --quiet --disable-pip-version-check --no-cache-dir --no-index --find-links wheels --no-deps \
      -r app/requirements.txt
  fi
  "$release/.venv/bin/python" -m compileall -q "$release"/{gis,parcels,reports,ui} "$release/streamlit_app.py"
  touch "$release/.complete"
fi
if [ -n "$owner" ]; then
  id "$owner" >/dev/null 2>&1 || useradd --system --home-dir "$var" --shell /usr/sbin/nologin "$owner"
  install -d -m 700 -o "$owner" -g "$owner" "$var" "$var/backups" /var/backups/tracker
else
  mkdir -p "$var/backups" && chmod 700 "$var" "$var/backups"
fi
var=$(readlink -f "$var")

# ---------------------------------------------------------------- over to it
backup=""
if [ "$present" = "$version" ]; then
  say "版本 $version 已经是当前版本。" "Release $version is the current one already."
else
  stop
  if [ -n "$present" ] && has_register; then
    keep "before-$version"
    backup=$kept
    say "升级前的备份：$backup" "Backup from before: $backup"
  fi
fi
mkdir -p "$prefix/bin"
settings
conf
install -m 755 "$release/deploy/tracker.sh" "$prefix/bin/.tracker" && mv "$prefix/bin/.tracker" "$prefix/bin/tracker"
before=$present
[ "$present" = "$version" ] || switch_to "$version"
say "编译核查程序，更新数据库 …" "Compiling the cover kernel, bringing the database up to date …"
if ! tracker parcels startup-check > "$prefix/startup-check.txt" 2>&1 && ! grep -q '^\*' "$prefix/startup-check.txt"; then
  cat "$prefix/startup-check.txt" >&2
  [ -z "$before" ] || switch_to "$before"
  fail "数据库未能更新，仍为版本 ${before:-无}。" "the database could not be brought up to date; still ${before:-none}."
fi
tracker warm || true # only sooner than at the first check
if [ -n "$before" ] && [ "$before" != "$version" ]; then
  printf '%s\n%s\n' "$before" "$backup" > "$prefix/previous"
  for old in "$prefix"/releases/*; do # the present one and the one before stay
    case ${old##*/} in "$version"|"$before") ;; *) rm -rf "$old" ;; esac
  done
fi
if [ -n "$is_system" ]; then
  for unit in tracker@.service tracker-backup.service tracker-backup.timer tracker-off-site.service; do
    sed -e "s,/opt/tracker,$prefix,g" -e "s,/var/lib/tracker,$var,g" "$release/deploy/$unit" > "/etc/systemd/system/$unit"
  done
fi
start
say "已安装版本 $version。启动检查：" "Release $version is installed. Start-up check:"
cat "$prefix/startup-check.txt"
[ -n "$before" ] || if [ -n "$is_system" ]; then
  say "admin 的一次性密码：journalctl -u 'tracker@*' | grep admin" \
      "The one-time password of admin: journalctl -u 'tracker@*' | grep admin"
else
  say "admin 的一次性密码在首次启动时显示。演示县：启动前运行 $prefix/bin/tracker reports demo-database" \
      "The one-time password of admin is shown at the first start. The demo county: run $prefix/bin/tracker reports demo-database before it"
fi
