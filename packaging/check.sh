#!/usr/bin/env bash
# Everything that can be known about the house without running it. Says all that is wrong, then fails.
set -u
bin=${VENV:-.venv}/bin
failed=0
# mypy takes as long as all others together, and runs beside them.
said=$(mktemp)
trap 'rm -f "$said"' EXIT
"$bin/python" packaging/typecheck.py >"$said" 2>&1 &
typing=$!
typed() {
  local code=0
  wait "$typing" || code=$?
  cat "$said"
  return "$code"
}
step() {
  local name=$1
  shift
  echo "== $name"
  "$@" || { echo "-- $name: failed"; failed=1; }
}
step "ruff" "$bin/ruff" check .
step "format" "$bin/ruff" format --check .
step "rooms" "$bin/lint-imports"
step "translations" "$bin/python" packaging/messages.py --check
step "migrations" "$bin/python" packaging/migrations.py
step "promises" "$bin/python" packaging/promises.py
step "country" "$bin/uruk" check
step "mypy" typed
exit $failed
