#!/bin/sh
# A throw-away PostgreSQL for the tests, reached through a socket in its own temporary folder.
#   tests/postgres.sh                    start one, print its URL, leave it running
#   tests/postgres.sh make test          run a command with TRACKER_TEST_POSTGRES_URL, then stop it
#   tests/postgres.sh stop FOLDER        stop one that was left running
# TRACKER_POSTGRES_OPTIONS: more options for the server, such as "-c shared_buffers=1GB".
# Needs Debian's packages postgresql and (for later) postgis; as root it becomes the user postgres.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(pg_config --bindir)
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}
stop() {
    as_owner "$bin/pg_ctl" -D "$1/data" -m immediate -s stop || true
    rm -rf "$1"
}
if [ "${1:-}" = stop ]; then
    [ -f "$2/data/PG_VERSION" ] || { echo "$2 holds no cluster of ours" >&2; exit 2; }
    stop "$2"
    exit
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/tracker-pg.XXXXXX")
chmod 755 "$folder"
[ "$(id -u)" != 0 ] || chown postgres "$folder"
as_owner "$bin/initdb" -D "$folder/data" -U tracker -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -s -w \
    -o "-k $folder -c listen_addresses='' -c fsync=off -c full_page_writes=off ${TRACKER_POSTGRES_OPTIONS:-}" start >/dev/null
url="postgresql+psycopg://tracker@/postgres?host=$folder"
if [ $# = 0 ]; then
    echo "$url"
    echo "stop it with: $0 stop $folder" >&2
    exit
fi
trap 'stop "$folder"' EXIT INT TERM
TRACKER_TEST_POSTGRES_URL=$url "$@"
