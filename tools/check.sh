#!/usr/bin/env bash
# What `make check` runs: every step, then a summary; the last line says which failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH="$PWD/src" PATH="$PWD/.venv/bin:$PATH"
failed=()

step() {
  local name="$1" begun=$SECONDS
  shift
  if "$@"; then echo "ok    $name ($((SECONDS - begun)) s)"; else echo "FAIL  $name ($((SECONDS - begun)) s)"; failed+=("$name"); fi
}

step "lint" ruff check src tests tools
step "format" ruff format --check --quiet src tests tools
step "types" mypy
step "floors" lint-imports
step "templates" djlint src/muster/server/web/templates --lint --quiet
step "translations" python tools/check_translations.py check
for framework in starter full; do
  step "framework $framework" muster framework lint "$framework"
  step "scenarios of $framework" muster framework test "$framework"
done
step "starter can be published" muster framework lint --publish starter
step "API description" python tools/make_openapi.py --check
step "house" python tools/check_house.py
step "docs" python tools/make_docs.py --check

if [ ${#failed[@]} -gt 0 ]; then
  echo "failed: ${failed[*]}"
  exit 1
fi
echo "all checks passed"
