# csbook: `make demo` shows it, `make test` proves it. Everything goes into .venv; nothing else is touched
# but for Debian packages that the tests need (tests/system_packages.sh).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGS := $(wildcard csbook/messages/*/LC_MESSAGES/*.po)

.PHONY: demo test coverage lint types bench docs messages sample parity pictures clean

demo: $(VENV)/installed
	$(BIN)/csbook demo demo

test: $(VENV)/installed-test
	sh tests/system_packages.sh
	$(BIN)/python -m pytest -n auto --dist loadfile

# the same, counting branches: half as long again
coverage: $(VENV)/installed-test
	sh tests/system_packages.sh
	$(BIN)/python -m pytest --cov -n auto --dist loadfile

lint: $(VENV)/installed-lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

types: $(VENV)/installed-lint
	$(BIN)/mypy

messages: $(VENV)/installed-test
	for po in $(CATALOGS); do $(BIN)/pybabel -q compile -i $$po -o $${po%.po}.mo || exit 1; done

sample: $(VENV)/installed
	$(BIN)/python -m sample_data.make

bench: $(VENV)/installed-bench
	$(BIN)/python -m benchmarks.ingest --part peers --write

docs: pictures
	$(BIN)/python -m docs.codes

# what the check column says against what ingest says, 2,000 random rows a form
parity: $(VENV)/installed-test
	sh tests/system_packages.sh
	CSBOOK_PARITY_ROWS=2000 $(BIN)/python -m pytest tests/parity

pictures: $(VENV)/installed
	$(BIN)/python -m docs.pictures

clean:
	rm -rf $(VENV) demo .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { sh tests/system_packages.sh venv && $(PYTHON) -m venv --clear $(VENV); }

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q -e .
	touch $@

$(VENV)/installed-test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q -e '.[test]'
	touch $@ $(VENV)/installed

$(VENV)/installed-bench: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q -e '.[test,bench]'
	touch $@ $(VENV)/installed $(VENV)/installed-test

$(VENV)/installed-lint: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q -e '.[test,lint]'
	touch $@ $(VENV)/installed $(VENV)/installed-test
