#!/bin/sh
# 土地整治拆旧复垦跟踪系统的命令 / the commands of the tracker, installed as PREFIX/bin/tracker:
#   tracker serve [PORT]          在前台运行 / run in the foreground (default 8501)
#   tracker parcels …             登记、核查、备份、账号命令 / e.g. parcels backup FILE
#   tracker reports …             日报、文件命令 / e.g. reports status
#   tracker check                 启动检查 / name what is unsafe
#   tracker version
set -eu
prefix=$(dirname "$(dirname "$(readlink -f "$0")")")
elsewhere=${TRACKER_VAR:-}        # TRACKER_VAR=DIR tracker …: another place, such as a drill's
. "$prefix/install.conf"          # TRACKER_VAR, OWNER, ENVIRONMENT
TRACKER_VAR=${elsewhere:-$TRACKER_VAR}
export TRACKER_VAR
release=$(readlink -f "$prefix/current")
[ -x "$release/.venv/bin/python" ] || { echo "no release under $prefix/current" >&2; exit 2; }
if [ "$(id -u)" = 0 ] && [ -n "$OWNER" ] && [ "$OWNER" != root ]; then
    exec runuser -u "$OWNER" -- "$0" "$@"
fi
# as systemd reads it: NAME=value, the rest of the line as it stands
if [ -e "$ENVIRONMENT" ]; then
    # without its settings it would open another database, and silently
    [ -f "$ENVIRONMENT" ] && [ -r "$ENVIRONMENT" ] || { echo "$(id -un) cannot read $ENVIRONMENT" >&2; exit 2; }
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            TRACKER_DATABASE_URL=*|TRACKER_FILES_URL=*) [ -n "$elsewhere" ] || export "$line" ;;
            [A-Z]*=*) export "$line" ;;
        esac
    done < "$ENVIRONMENT"
fi
umask 077
export NUMBA_CACHE_DIR="$TRACKER_VAR/numba"
export FORWARDED_ALLOW_IPS="${FORWARDED_ALLOW_IPS:-127.0.0.1}"
python="$release/.venv/bin/python"
said=${1:-}; [ $# = 0 ] || shift
case $said in
    serve) cd "$release"
           port=${1:-8501}; [ $# = 0 ] || shift
           exec "$python" -m streamlit run streamlit_app.py --server.port "$port" "$@" ;;
    # a relative path means the caller's folder; what is imported never does (-P)
    parcels|reports) PYTHONPATH="$release" exec "$python" -P -m "$said" "$@" ;;
    check) PYTHONPATH="$release" exec "$python" -P -m parcels startup-check "$@" ;;
    warm) PYTHONPATH="$release" exec "$python" -P -c 'from gis.cover import warm; warm()' ;;
    version) head -n 1 "$release/VERSION" ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
