#!/usr/bin/env bash
# What `make test` runs: units on SQLite, the server again on PostgreSQL, and the story in a real browser.
# A part that cannot run is a failure, not a skip.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH="$PWD/src" PATH="$PWD/.venv/bin:$PATH"
long="${1:-}"
if [ "$long" = "--long" ]; then export MUSTER_LONG=1; fi

need() {
  local what="$1" package="$2"
  shift 2
  if "$@" >/dev/null 2>&1; then return; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing $package ($what is missing)"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
  fi
  if ! "$@" >/dev/null 2>&1; then
    echo "$what is missing. On Debian: sudo apt-get install $package" >&2
    exit 2
  fi
}

has_postgres() { ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; }
has_chinese() { fc-list ':lang=zh-cn' | grep -q .; }
need "PostgreSQL" postgresql has_postgres
need "Chromium" chromium command -v chromium
need "a Chinese font" fonts-noto-cjk has_chinese

trap 'tools/postgres.sh stop' EXIT
workers="${MUSTER_TEST_WORKERS:-2}"

echo "== units, server on SQLite"
pytest -q -n "$workers" --dist loadgroup -m "not e2e" tests

echo "== server on PostgreSQL"
MUSTER_TEST_DATABASE="$(tools/postgres.sh start)" pytest -q -n "$workers" --dist loadgroup -m "not e2e" tests/server tests/client

echo "== browser"
pytest -q -m e2e tests/e2e
