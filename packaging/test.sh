#!/usr/bin/env bash
# The whole suite on SQLite, then what talks to the database again on PostgreSQL, when one answers there.
# With CI=true a skipped test is a failed one (tests/conftest.py).
set -eu
bin=${VENV:-.venv}/bin
postgres=${URUK_TEST_POSTGRES:-}
# Four processes, on two cores as well: journeys wait for browsers and nodes half of their time.
workers=4
# What pytest makes of a test it keeps beside it: four processes would else make it anew.
unset PYTHONDONTWRITEBYTECODE
# An address alone means Debian's usual superuser and database.
case "$postgres" in "" | *://*) ;; *) postgres="postgresql://postgres@$postgres/postgres" ;; esac
URUK_TEST_POSTGRES="" "$bin/pytest" -n "$workers" "$@"
if [ -z "$postgres" ]; then
  echo "URUK_TEST_POSTGRES is not set: the suite ran on SQLite only"
  exit 0
fi
echo "== again on PostgreSQL"
URUK_TEST_POSTGRES=$postgres "$bin/pytest" -n "$workers" -m database "$@"
