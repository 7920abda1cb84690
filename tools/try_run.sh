#!/usr/bin/env bash
# Start Muster as the README says, twice, in a home of its own, and hold the two starts to their limits.
set -euo pipefail
cd "$(dirname "$0")/.."
MUSTER_HOME="$(mktemp -d)"
export MUSTER_HOME
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
server=""
finish() {
  if [ -n "$server" ]; then kill -TERM -- "-$server" 2>/dev/null || true; fi
  rm -rf "$MUSTER_HOME"
}
trap finish EXIT

answers() { python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/healthz', timeout=2)" 2>/dev/null; }

start() {
  local limit="$1" begun=$SECONDS
  setsid make run PORT="$port" >"$MUSTER_HOME/run.log" 2>&1 &
  server=$!
  until answers; do
    if ! kill -0 "$server" 2>/dev/null; then cat "$MUSTER_HOME/run.log"; echo "make run ended before it answered"; exit 1; fi
    if [ $((SECONDS - begun)) -gt "$limit" ]; then cat "$MUSTER_HOME/run.log"; echo "not ready in $limit s"; exit 1; fi
    sleep 0.2
  done
  echo "ready after $((SECONDS - begun)) s (limit $limit s)"
}

halt() {
  kill -TERM -- "-$server"
  wait "$server" 2>/dev/null || true
  server=""
}

start 180
grep -q "Sign in as" "$MUSTER_HOME/run.log"
halt
start 10
halt
