#!/usr/bin/env bash
# A newcomer's first command in a fresh clone: `make demo ARGS=--once` installs and plays, and says how long it took.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet . "$work/uruk"
cd "$work/uruk"
start=$SECONDS
timeout 600 make demo ARGS=--once
echo "from a clean clone to the end of the journey: $((SECONDS - start)) s"
