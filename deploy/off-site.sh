#!/bin/sh
# 备份另存，拷后逐个核对 / copy backups elsewhere and check every copy, byte for byte:
#   off-site.sh /var/backups/tracker keeper@10.20.0.9:/srv/tracker    推送到另一台机器 / push to another machine
#   off-site.sh /var/backups/tracker /mnt/nas/tracker                 已挂载的目录 / into a mounted folder
#   --all  以前拷过的也重新核对 / check again what was copied before
# 只增不删；机器之间用没有口令的 SSH 密钥。退出码 1：有一份与原件不符。
# Nothing is deleted over there; between machines by an SSH key without a passphrase. Exit 1: a copy is
# not what was made. How the other machine keeps copies that the server cannot delete: docs/operations.md
set -eu
every=""
[ "${1:-}" != --all ] || { every=1; shift; }
[ $# = 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
from=${1%/} to=${2%/}

LIST='cd "$1" || exit 1; ls -1 | grep -E "^tracker-[0-9]{8}-[0-9]{6}[.]zip$" || :'
READ='cat -- "$1/$2"'
WRITE='umask 077; cat > "$1/$2.part"'
# a backup's last 64 bytes are the SHA-256 of all before them: any Linux can check it
CHECK='cd "$1" && [ -s "$2" ] && [ "$(head -c -64 "$2" | sha256sum | cut -c 1-64)" = "$(tail -c 64 "$2")" ]'
KEEP='cd "$1" && sync "$2.part" && mv -- "$2.part" "$2"'

at() { # PLACE SCRIPT [NAME]: run it in a folder here or over there
    case $1 in
        *:*) ssh -o BatchMode=yes -o ConnectTimeout=20 "${1%%:*}" "sh -c '$2' sh '${1#*:}' ${3:-}" ;;
        *) sh -c "$2" sh "$1" ${3:-} ;;
    esac
}
copied() { # it gets its name when it was found whole over there
    at "$from" "$READ" "$1" </dev/null | at "$to" "$WRITE" "$1" &&
        at "$to" "$CHECK" "$1.part" </dev/null && at "$to" "$KEEP" "$1" </dev/null
}

made=$(at "$from" "$LIST" </dev/null)
[ -n "$made" ] || { echo "$from 内没有备份 / there is no backup in $from" >&2; exit 1; }
there=$(at "$to" "$LIST" </dev/null) || { echo "到不了 $to / $to is not reached" >&2; exit 1; }
new=0 wrong=""
for one in $made; do
    if ! printf '%s\n' "$there" | grep -qxF "$one"; then
        new=$((new + 1))
        copied "$one" || copied "$one" || wrong="$wrong $one"
    elif [ -n "$every" ]; then
        at "$to" "$CHECK" "$one" </dev/null || copied "$one" || wrong="$wrong $one"
    fi
done
[ -z "$wrong" ] || { echo "与原件不符 / not what was made:$wrong" >&2; exit 1; }
echo "$to: 新拷 $new 个，核对无误；最新 / $new new copies, each checked whole; newest: $(printf '%s\n' "$made" | tail -n 1)"
