#!/usr/bin/env bash
# Runs every test; installs what they need from Debian's packages when it may.
# A part that cannot run is named with its reason; under CI=true that is a failure.
set -u
cd "$(dirname "$0")/.."

missing=""
have() { command -v "$1" >/dev/null 2>&1; }
install() { # package ... : quietly, and only as root with apt
  have apt-get && [ "$(id -u)" = 0 ] || return 1
  [ -n "${updated:-}" ] || { apt-get update -qq >/dev/null 2>&1; updated=1; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1
}
need() { # what it is for, how to see it is there, packages ...
  local what=$1 seen=$2; shift 2
  eval "$seen" >/dev/null 2>&1 && return 0
  install "$@"
  eval "$seen" >/dev/null 2>&1 && return 0
  missing="$missing
  $what: needs the Debian packages $*"
}

need "browser tests" "have chromium" chromium
need "Chinese in screenshots" "fc-list :lang=zh | grep -q ." fontconfig fonts-noto-cjk
need "documents opened by LibreOffice and read back" "have soffice && have pdftotext" \
  --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils
need "PostgreSQL tests" "ls /usr/lib/postgresql/*/bin/initdb" postgresql postgis postgresql-15-postgis-3

need "unit files tried by systemd" "have systemd-analyze" systemd
need "nginx's file tried by nginx" "PATH=$PATH:/usr/sbin; have nginx && have openssl" nginx-light openssl

with_postgres=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && with_postgres="sh tests/postgres.sh"

TRACKER_TEST_SHARED=$(mktemp -d "${TMPDIR:-/tmp}/tracker-tests.XXXXXX")
export TRACKER_TEST_SHARED
trap 'rm -rf "$TRACKER_TEST_SHARED"' EXIT INT TERM

pytest=".venv/bin/python -m pytest -p tests.no_silent_skips"
$with_postgres $pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not browser" "$@"; first=$?
# each folder drives its browser from processes of its own; a file's stories share one server
$pytest -m browser "$@" --ignore=tests/browser; second=$?
$pytest -n 2 --dist loadfile --no-loadscope-reorder -m browser "$@" --ignore=tests/ui; third=$?
[ $second = 5 ] && second=0 # a chosen part without browser tests
[ $third = 5 ] && third=0

if [ -n "$missing" ]; then
  echo "These parts could not run:$missing"
  [ "${CI:-}" = true ] && exit 1
fi
[ $first = 0 ] && [ $second = 0 ] && [ $third = 0 ]
