# The commands of the house. `make demo` and `make test` need Python 3.11 and make, nothing else.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=
OLD    := Uruk needs Python 3.11 or newer. Where python3 is none, name one: make demo PYTHON=python3.12

.PHONY: demo test check install develop tools messages lock screenshots bench bench-exchange bench-matching bench-registries bench-services soak fuzz wheel clean

demo: install
	@$(BIN)/uruk demo $(ARGS)

# Compiled here: a node is many processes, and each would compile what it imports.
install: $(VENV)/.installed

$(VENV)/.installed: requirements/tools.lock requirements/run.lock pyproject.toml packaging/hatch_hooks.py
	@test -x $(BIN)/pip || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(OLD)" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) --clear
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/run.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

develop: $(VENV)/.developed

$(VENV)/.developed: $(VENV)/.installed requirements/dev.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/dev.lock
	@touch $@

# Debian's programs that some tests drive. Where they cannot be brought, those tests say why they skip.
tools:
	@packaging/tools.sh

messages: develop
	@$(BIN)/python packaging/messages.py --compile

check: develop messages
	@packaging/check.sh

# So are the tests, where PYTHONDONTWRITEBYTECODE is set too: they start hundreds of processes.
test: develop tools messages
	@$(BIN)/python -m compileall -q src tests
	@packaging/test.sh $(ARGS)

screenshots: develop tools messages
	@$(BIN)/python packaging/screenshots.py

bench: develop
	@$(BIN)/python benchmarks/log.py $(ARGS)
	@$(BIN)/python benchmarks/documents.py $(ARGS)

# Beside nginx over two hops; wants wrk and nginx (`make tools` brings both).
bench-exchange: develop
	@$(BIN)/python benchmarks/exchange.py $(ARGS)

# Precision and recall on invented pairs; no services wanted.
bench-matching: develop
	@$(BIN)/python benchmarks/matching.py $(ARGS)

# Ten million records on SQLite and PostgreSQL, beside layouts that were not chosen; wants a PostgreSQL and 40 GB.
bench-registries: develop
	@$(BIN)/python benchmarks/registries.py $(ARGS)

# Cases, rules and queues on SQLite and PostgreSQL; wants a PostgreSQL.
bench-services: develop
	@$(BIN)/python benchmarks/services.py $(ARGS)

soak: develop
	@URUK_KILL_SEEDS=1000 $(BIN)/pytest -q tests/unit/trust/log/test_kills.py $(ARGS)
	@URUK_POWER_SEEDS=1000 $(BIN)/pytest -q tests/unit/trust/log/test_power_cuts.py $(ARGS)
	@URUK_MODEL_EXAMPLES=200 $(BIN)/pytest -q tests/unit/trust/log/test_model.py $(ARGS)
	@URUK_CAPACITY_ROUNDS=100 $(BIN)/pytest -q tests/unit/registries/test_competing.py $(ARGS)
	@URUK_KILL_ROUNDS=200 URUK_OPEN_CONNECTIONS=10000 $(BIN)/pytest -q tests/flows/exchange -k faults $(ARGS)
	@URUK_KILL_ROUNDS=50 $(BIN)/pytest -q tests/flows/operations/test_killed_at_any_moment.py $(ARGS)
	@URUK_IMPORT_KILLS=200 URUK_IMPORT_ROWS=1000000 $(BIN)/pytest -q -s tests/unit/registries/test_interrupted_imports.py tests/unit/registries/test_flat_memory.py $(ARGS)
	@$(BIN)/python tests/fuzz/run.py --seconds 300

fuzz: develop
	@$(BIN)/python tests/fuzz/run.py --seconds 60 $(ARGS)

wheel: develop
	@rm -rf dist && $(BIN)/python -m build --wheel --no-isolation --outdir dist >/dev/null && ls dist

# Newest versions that fit the *.in files, with their hashes.
lock:
	@for set in tools run dev; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-annotate --no-header requirements/$$set.in -o requirements/$$set.lock; done

clean:
	@rm -rf $(VENV) dist build
