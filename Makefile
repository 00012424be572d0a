# The commands of this project. README explains them; `make help` lists them.
PYTHON ?= python3
PORT ?= 8501
ADDRESS ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url \
  --no-emit-trusted-host --no-emit-find-links
DEMO := var/demo
OFFICE := var/office

.DEFAULT_GOAL := help
.PHONY: help setup run serve test check old-browser pictures bench prove lock bundle words clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.installed ## make .venv and install the pinned requirements

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Set PYTHON=/path/to/python3.11."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@echo "Compiling the cover kernel (once) ..."
	@$(BIN)/python -c 'from gis.cover import warm; warm()'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: setup ## the demo county on http://localhost:8501, filled at the first start
	@TRACKER_VAR=$(DEMO) $(BIN)/python -m reports demo-database
	TRACKER_VAR=$(DEMO) $(BIN)/streamlit run streamlit_app.py \
	  --server.port $(PORT) --server.address $(ADDRESS)

serve: setup ## a real office: its own empty database, no demo data, no demo accounts
	TRACKER_VAR=$(OFFICE) $(BIN)/streamlit run streamlit_app.py \
	  --server.port $(PORT) --server.address $(ADDRESS)

test: $(VENV)/.installed-dev ## everything, in a real browser and on both databases too
	@bash tests/run.sh

check: $(VENV)/.installed-dev ## lint, format and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

old-browser: $(VENV)/.installed-dev ## look at the pages with Chromium 109 (Windows 7); needs npm
	$(BIN)/python -m tests.browser.old_browser

pictures: $(VENV)/.installed-dev ## look again with the browser tests; writes the guides' pictures
	$(BIN)/python -m pytest -q -m browser tests/browser/test_the_loop_by_clicks.py \
	  tests/browser/test_the_whole_line.py tests/browser/test_report_draft.py \
	  tests/browser/test_maps_by_clicks.py
	$(BIN)/python -m tests.browser.keep_pictures

bench: $(VENV)/.installed-dev ## compare with peers on the same data; writes docs/benchmarks.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	$(BIN)/python -m benchmarks

prove: $(VENV)/.installed-dev ## try the promises under load, faults and attack; writes docs/proofs.md
	$(BIN)/python -m tests.prove

lock: $(VENV)/.installed-dev ## write requirements*.txt from requirements*.in
	$(LOCK) -o requirements.txt requirements.in
	$(LOCK) --allow-unsafe -o requirements-dev.txt requirements-dev.in

bundle: $(VENV)/.installed ## one archive for an office without internet, into build/
	$(BIN)/python deploy/bundle.py

words: $(VENV)/.installed-dev ## refresh the Chinese catalogues from the code
	$(BIN)/python -m tests.words

clean: ## remove what make made, but never var/
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
