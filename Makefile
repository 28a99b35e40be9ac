# The environment is made when it is missing: PYTHON=python3.12 make run takes another Python.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard otklik/locale/*/LC_MESSAGES/django.po))

.PHONY: run test check bench screens lock messages compile

run: compile
	$(BIN)/otklik demo

test: $(VENV)/dev.stamp compile
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: $(VENV)/dev.stamp compile
	$(BIN)/ruff check otklik
	$(BIN)/ruff format --check otklik
	$(BIN)/python -m otklik.start.messages check
	OTKLIK_DATA=$(VENV)/check $(BIN)/mypy
	$(BIN)/pytest -q -c /dev/null --noconftest -p no:django -p no:cacheprovider otklik/tests/test_architecture.py

bench: $(VENV)/dev.stamp compile
	$(BIN)/otklik bench

# Pictures for the documentation, of the demo that is running.
screens: $(VENV)/dev.stamp
	$(BIN)/python -m otklik.demo.screens

messages: $(VENV)/dev.stamp
	$(BIN)/python -m otklik.start.messages extract

compile: $(VENV)/base.stamp $(CATALOGUES)

lock: $(VENV)/dev.stamp
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links requirements/base.in -o requirements/base.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links requirements/dev.in -o requirements/dev.txt

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/base.stamp: requirements/base.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/base.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

%.mo: %.po | $(VENV)/base.stamp
	$(BIN)/pybabel -q compile -f -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))
	@test -s $@
