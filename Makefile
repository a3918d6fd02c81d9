# The verbs of the project; .ci/run calls the same ones.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
CODE := casefile ingest triage responders console desk
ALL := $(CODE) tests benchmarks docker
# Most tests wait for a server or a disk: so many files of them at once.
AT_ONCE ?= 3

.PHONY: run setup test check demo prove bench lock format services clean

run: setup ## make .venv from the locked list and start the desk
	@exec $(BIN)/desk serve $(ARGS)

setup: .venv/run.stamp ## only make .venv

test: .venv/dev.stamp services ## run every test; what could not be started is named at the end
	$(BIN)/python -m pytest -q -m "not long" -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder

check: .venv/dev.stamp ## lint, types, import floors, docs, spelling
	$(BIN)/ruff check $(ALL)
	$(BIN)/ruff format --check $(ALL)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python -m pytest -q tests/docs

demo: setup ## send sample forwards to a running desk
	@PYTHONPATH=tests:. $(BIN)/python -m samples.send

prove: .venv/dev.stamp services ## the long proofs
	@$(PIP) install --require-hashes --only-binary=:all: -r requirements/prove.txt || echo "no atheris for this Python: fuzzing is skipped"
	$(BIN)/python -m pytest -q -m long

bench: .venv/dev.stamp ## every benchmark, its table printed
	@for file in benchmarks/*.py; do echo "== $$file"; PYTHONPATH=tests:. $(BIN)/python $$file || exit 1; done

format: .venv/dev.stamp
	$(BIN)/ruff format $(ALL)
	$(BIN)/ruff check --fix $(ALL)

lock: .venv/dev.stamp ## resolve requirements/*.in anew, with hashes
	@for kind in run distributed images dev prove java; do $(BIN)/uv pip compile -q --universal --upgrade --python-version 3.11 \
		--generate-hashes --custom-compile-command 'make lock' \
		requirements/$$kind.in -o requirements/$$kind.txt; done

services:
	@sh tests/services.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "The desk needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "This Python lacks venv. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/run.stamp: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "installing the locked packages into .venv"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@echo "installing what the tests need into .venv"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
