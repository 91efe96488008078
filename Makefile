# Meshline: `make run` starts the demo, `make test` tests, `make check` checks style, types and layers.

HOST ?= 127.0.0.1
PORT ?= 8000
NEO4J ?= 5 2026
# Processes that share the tests, each with a Neo4j of its own: auto is one for each core and 2 GB, at most 4; 0 is none.
WORKERS ?= auto
PRODUCERS ?= producers

# Tests start hundreds of processes: each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
STAMP := .venv/installed

# The first Python from 3.11 on that can make an environment.
FIND_PYTHON = for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done

.PHONY: install run test test-slow test-neo4j test-producers check bench truth lock clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@if [ -z "$$($(FIND_PYTHON))" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -qq -y python3 python3-venv; fi
	@python=$$($(FIND_PYTHON)); if [ -z "$$python" ]; then \
		echo "Meshline needs Python 3.11 or later with venv (Debian: apt install python3 python3-venv)" >&2; \
		exit 1; fi; [ -x $(BIN)/python ] || $$python -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: install
	$(BIN)/meshline demo --serve --host $(HOST) --port $(PORT)

test: install
	$(BIN)/python -m tests.neo4j.server prepare
	$(BIN)/python -m tests.kafka.broker prepare
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not producers"

test-slow: install
	$(BIN)/python -m tests.neo4j.server prepare
	$(BIN)/python -m tests.kafka.broker prepare
	$(BIN)/python -m pytest -m "slow and not producers"

# What needs a real Neo4j, on each supported version: make test-neo4j NEO4J=2026 for one of them.
test-neo4j: install
	@for version in $(NEO4J); do \
		echo "Neo4j $$version"; \
		export MESHLINE_TEST_NEO4J_VERSION=$$version; \
		$(BIN)/python -m tests.neo4j.server prepare && \
		$(BIN)/python -m pytest -n $(WORKERS) -m "neo4j and not slow and not producers" || exit 1; \
	done

# Real producers (dbt, SQLMesh; Airflow is slow), each in an environment of its own, made by the first run.
test-producers: install
	$(BIN)/python -m tests.neo4j.server prepare
	$(BIN)/python -m pytest tests/producers -m "$(PRODUCERS)"

check: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/python -m bench

# Every column of our projects is really changed, and what Meshline said before is compared with what happened.
truth: install
	$(BIN)/python -m bench.truth --markdown docs/truth.md --misses .cache/truth-misses.txt

# Versions and hashes only: no address, no path. To be run with the oldest Python, 3.11.
lock: install
	@mkdir -p .cache
	$(BIN)/pip-compile --quiet --upgrade --all-extras --allow-unsafe --strip-extras --generate-hashes \
		--no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --output-file .cache/requirements.lock pyproject.toml
	(sed -n 1p requirements.lock; grep '^[a-z ]' .cache/requirements.lock) > .cache/new.lock
	mv .cache/new.lock requirements.lock

clean:
	rm -rf .venv .cache build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
