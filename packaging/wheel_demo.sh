#!/usr/bin/env bash
# The built wheel, installed with locked dependencies into an empty environment, plays the whole journey.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m build --wheel --no-isolation --outdir "$work" >/dev/null
python3 -m venv "$work/venv"
.venv/bin/uv pip install --quiet --compile-bytecode --python "$work/venv/bin/python" --require-hashes -r requirements/run.lock
.venv/bin/uv pip install --quiet --compile-bytecode --python "$work/venv/bin/python" --no-deps "$work"/uruk-*.whl
cd "$work"
venv/bin/uruk demo --once --json --data "$work/data" | tee demo.jsonl
grep -q '"step": *"verified"' demo.jsonl
