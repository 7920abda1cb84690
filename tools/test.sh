#!/usr/bin/env bash
# What `make test` runs: units on SQLite, the server again on PostgreSQL, and the story in a real browser.
# A part that cannot run is a failure, not a skip.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH="$PWD/src" PATH="$PWD/.venv/bin:$PATH"
export MUSTER_NO_SKIP=1
pick="not e2e and not bench and not long"
if [ "${1:-}" = "--long" ]; then pick="not e2e and not bench"; fi

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

# A database of this run's own: another checkout may be testing beside it.
export MUSTER_TEST_POSTGRES="${MUSTER_TEST_POSTGRES:-${TMPDIR:-/tmp}/muster-postgres-$$}"
trap 'tools/postgres.sh stop' EXIT
workers="${MUSTER_TEST_WORKERS:-2}"

failed=()

part() {
  local name="$1"
  shift
  echo "== $name"
  if ! "$@"; then failed+=("$name"); fi
}

url="$(tools/postgres.sh start)"
part "units, server on SQLite" pytest -q -n "$workers" --dist loadfile -m "$pick" tests
part "server on PostgreSQL" env MUSTER_TEST_DATABASE="$url" \
  pytest -q -n "$workers" --dist loadfile -m "$pick" tests/server tests/client
part "browser" pytest -q -m e2e tests/e2e

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
echo "all parts passed"
