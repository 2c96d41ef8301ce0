# Hygie: what one can do here. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
DATA ?= var/demo
MINUTES ?= 60
STAMP := $(VENV)/.installed
# Tests start hundreds of processes: where bytecode is not kept, each compiles the house anew.
unexport PYTHONDONTWRITEBYTECODE
# And thousands of databases, of a thousand files each: ten times sooner in memory, where there is room.
MEMORY := $(shell [ -w /dev/shm ] && [ "$$(df -k --output=avail /dev/shm | tail -1)" -gt 6000000 ] && echo TMPDIR=/dev/shm)

.PHONY: help install demo test test-all lint types imports unit crash bench bench-large bench-indexing bench-day audit fuzz docs clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## create .venv with hygie and all it needs

ASSETS := $(addprefix src/hygie/fhir/,$(addprefix definitions/,build.py invariants.py model.py) $(addprefix packages/,build.py pruning.py shelf.py))

$(STAMP): pyproject.toml build_assets.py constraints.txt $(ASSETS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || $(MAKE) --no-print-directory venv-package
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -c "from hygie.fhir.validate.making import keep; keep()"
	@touch $@

# Debian ships the venv module apart; root may add it, others are told what to ask for.
.PHONY: venv-package
venv-package:
	@rm -rf $(VENV)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	else echo "Python has no venv module: install the package python3-venv, then try again."; fi
	@$(PYTHON) -m venv $(VENV)

demo: install ## load the demonstration clinic and serve it (PORT=8080 DATA=var/demo)
	@$(BIN)/hygie demo --data $(DATA) --port $(PORT)

test: lint types imports unit ## lint, types, import rules and all fast tests

lint: install
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: install
	@$(BIN)/mypy

imports: install
	@$(BIN)/lint-imports

unit: install
	@$(MEMORY) $(BIN)/pytest -n 2 -m 'not slow'
	@if [ -x /usr/lib/postgresql/15/bin/postgres ]; then echo "The store on PostgreSQL 15:"; \
		$(MEMORY) HYGIE_TEST_POSTGRES=15 $(BIN)/pytest -n 2 -m 'not slow and not embedded' tests/store tests/ops; \
	fi

test-all: lint types imports ## everything, slow suites included
	@$(MEMORY) $(BIN)/pytest -n 2

AUDIT := $(VENV)/audit
$(AUDIT)/.installed: $(STAMP) constraints.txt
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check \
		'bandit==1.9.*' 'cyclonedx-bom==7.5.*' 'pip-audit==2.10.*' 'schemathesis==4.32.*' \
		"$$(grep ^ruff= constraints.txt)"
	@touch $@

audit: $(AUDIT)/.installed ## static checks, known vulnerabilities, licences, bill of materials
	@$(AUDIT)/bin/python tools/audit.py

fuzz: $(AUDIT)/.installed ## every route in every role, with what nobody would send (MINUTES=60)
	@$(BIN)/python -m tests.fuzz --minutes $(MINUTES) --schemathesis $(AUDIT)/bin/schemathesis

crash: install ## kill server, workers and database in a loop while clients write (MINUTES=60)
	@$(BIN)/python -m tests.crash --minutes $(MINUTES)

bench: install ## every figure beside its goal and its floor (bench/results/*.json)
	@$(BIN)/python -m bench

bench-large: install ## the same searches among a million resources (some minutes)
	@$(BIN)/python -m bench large

bench-indexing: install ## a new search parameter over a hundred thousand resources
	@$(BIN)/python -m bench indexing

bench-day: install ## a day of a 1,000-bed hospital, killed and disordered, reckoned up (15 to 30 minutes)
	@$(BIN)/python -m bench hospital_day

docs: install ## regenerate the parts of docs/ that are drawn from the code
	@$(BIN)/python docs/generate.py

clean: ## remove what make created, data excepted
	@rm -rf $(VENV) .assets build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
