# `make run` and `make test` need Python 3.11 to 3.13 and make; they set up everything else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest

SUITES := test-plain test-cnn test-pages test-engine test-browser

.PHONY: run test $(SUITES) soak check bench clean

run: $(VENV)/runtime
	$(BIN)/python -m mnistlab serve

# One after the other: two at a time let servers and engines starve on the two cores that they were written for.
test: $(VENV)/tools
	$(MAKE) --keep-going $(SUITES)

# TensorFlow and Streamlit do not share a process (docs/decisions/0001), so neither do their tests. What shares an engine or a server stays in
# one process, with the tests of its file; elsewhere whoever is done first takes over what is left of the other's, rather than wait for the last file.
APART := -n 2 --dist worksteal
test-plain: $(VENV)/tools
	$(PYTEST) $(APART) tests/plain
test-cnn: $(VENV)/tools
	$(PYTEST) $(APART) tests/cnn
test-pages: $(VENV)/tools
	$(PYTEST) $(APART) tests/pages
test-engine: $(VENV)/tools
	$(PYTEST) -n 2 --dist loadfile tests/engine
# (A browser alone needs two processors to draw.)
test-browser: $(VENV)/tools
	$(PYTEST) tests/browser

# What takes minutes each: crowded machines, full doses of faults, bad inputs, seams and moves.
soak: $(VENV)/tools
	$(PYTEST) -m soak tests/plain
	$(PYTEST) -m soak tests/cnn
	$(PYTEST) -m soak tests/engine
	$(PYTEST) -m soak tests/browser

# Where no advisories can be looked up the audit fails; `make check AUDIT=--unknown` lets that pass with a warning.
check: $(VENV)/tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/biome check --error-on-warnings mnistlab
	$(BIN)/python scripts/audit.py $(AUDIT)

bench: $(VENV)/tools
	$(BIN)/python -m mnistlab bench

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/runtime: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/tools: $(VENV)/runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
