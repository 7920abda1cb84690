#!/usr/bin/env bash
# A private PostgreSQL on loopback for the tests, in a temporary folder. `start` prints its URL, `stop` removes it.
set -euo pipefail

state="${MUSTER_TEST_POSTGRES:-${TMPDIR:-/tmp}/muster-postgres-$(id -u)}"
bin="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)"
[ -n "$bin" ] || bin="$(dirname "$(command -v initdb || true)")"
if [ ! -x "$bin/initdb" ]; then
  echo "PostgreSQL is not installed. Install it (Debian: apt-get install postgresql) or set MUSTER_TEST_DATABASE." >&2
  exit 2
fi

# PostgreSQL refuses to run as root: then the user that its package made runs it.
as_owner() {
  if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); else "$@"; fi
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
  if [ -f "$state/url" ] && as_owner "$bin/pg_ctl" -D "$state/data" status >/dev/null 2>&1; then
    cat "$state/url"
    return
  fi
  rm -rf "$state"
  mkdir -m 0700 "$state"
  if [ "$(id -u)" = 0 ]; then chown postgres:postgres "$state"; fi
  as_owner "$bin/initdb" -D "$state/data" -U muster --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
  local port
  port="$(free_port)"
  as_owner "$bin/pg_ctl" -D "$state/data" -l "$state/log" -w -t 30 start \
    -o "-h 127.0.0.1 -p $port -k $state -c fsync=off -c max_connections=100" >/dev/null
  as_owner "$bin/createdb" -h 127.0.0.1 -p "$port" -U muster muster
  echo "postgres://muster@127.0.0.1:$port/muster" > "$state/url"
  cat "$state/url"
}

stop() {
  [ -d "$state" ] || return 0
  as_owner "$bin/pg_ctl" -D "$state/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$state"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *) echo "usage: tools/postgres.sh start|stop" >&2; exit 2 ;;
esac
