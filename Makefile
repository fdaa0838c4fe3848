# Everything the project does, as one command each. `make` alone lists them.
#
# Stamp files remember what was done; a step runs again when what it is made from has changed.

PYTHON ?= python3
# make test PROCESSES=1: the tests one after another.
PROCESSES ?= $(shell $(PYTHON) -c 'import os; print(min(os.cpu_count() + 1, 4))')
UV ?= uv
PORT ?= 8000
# make course SANDBOX='--sandbox none': where no sandbox can be had. The sample class is harmless.
SANDBOX ?=
# make site NUMPY_WASM=vendored: the site brings NumPy itself, and readers fetch it nowhere else.
NUMPY_WASM ?= cdn

BIN := .venv/bin
STAMPS := _build/stamps
# Where it is set, every process would compile the library anew.
unexport PYTHONDONTWRITEBYTECODE
# The programs of .venv come first: nbgrader starts some of them by name.
RUN := PATH="$$PWD/$(BIN):$$PATH"
# After a failure all pages are read again: Sphinx would not repeat what it said of those it has read.
BUILD_BOOK = $(RUN) $(BIN)/jupyter-book build . -q -W -n --keep-going \
	|| { rm -f _build/.doctrees/environment.pickle; exit 1; }
SAY := @printf '==> %s\n'
SAMPLE := $(BIN)/nbcourse -C examples
GRADED := $(addprefix examples/,.nbcourse autograded feedback gradebook.db grades.csv grading.csv)

files = $(shell find $(1) -type f -not -path '*/__pycache__/*' -not -path '*/.*' 2>/dev/null | sed 's/ /\\ /g')
LIBRARY := $(call files,nbcourse)
SHEETS := $(wildcard solutions/*.md)
CLASS := $(call files,examples/submitted) $(wildcard nbgrader_config.py examples/*.py)
BOOK := $(call files,book) _config.yml _toc.yml benchmarks/results.json

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help course exercises book site pdf test checkers lint style bench serve lock clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12
	@echo 'The first one of them makes .venv, with PYTHON=python3.12 if you like, and installs the lock.'

course: $(STAMPS)/sample $(STAMPS)/book ## install, build book and exercises, grade the sample class
	$(SAY) 'Grading the sample class: examples/'
# Exit code 1 says that some submissions could not be graded: the sample class has such ones.
	@$(SAMPLE) autograde --all $(SANDBOX) || test $$? -eq 1
	@$(MAKE) -s examples/grades.csv
	@echo
	@echo 'Book:     _build/html/index.html (make serve shows it)'
	@echo 'Feedback: examples/feedback/<student>/<sheet>/<sheet>.html'
	@echo 'Grades:   examples/grades.csv'

exercises: $(STAMPS)/exercises ## build the student notebooks from solutions/

book: $(STAMPS)/book ## run every chapter and build the book

site: $(STAMPS)/site-$(NUMPY_WASM) ## the book with JupyterLite: sheets run in the browser (needs npm)

pdf: $(STAMPS)/pdf ## the book as one PDF, offered on its pages (needs Chromium)

test: .venv/package ## everything that must hold: style, types, layers, tests
# Without a network, the tests that need them say so and are skipped.
	@$(MAKE) --no-print-directory checkers || true
	@$(MAKE) --no-print-directory style
	$(SAY) 'pytest, and beside it mypy'
	@mkdir -p $(STAMPS)
# One process more than cores, as some of them wait for a limit, a server or a page; and one thread
# of OpenBLAS in each: the processes share the cores.
	@$(BIN)/mypy > $(STAMPS)/mypy.txt 2>&1 & types=$$!; \
	$(RUN) OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(PROCESSES) \
		--dist loadscope --no-loadscope-reorder; tests=$$?; \
	wait $$types; types=$$?; printf '==> mypy\n'; cat $(STAMPS)/mypy.txt; exit $$((tests | types))

checkers: $(STAMPS)/checkers ## fetch what checks the pages: axe-core, the Nu checker (needs npm)

lint: style ## style, layers and types
	$(SAY) 'mypy'
	@$(BIN)/mypy

style: .venv/package ## style and layers
	$(SAY) 'ruff'
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	$(SAY) 'lint-imports'
	@$(BIN)/lint-imports --no-logo

bench: .venv/bench ## measure the library beside PyTorch, autograd and micrograd: benchmarks/results.json
	$(SAY) 'Measuring; leave the machine alone meanwhile'
	@$(RUN) $(BIN)/python benchmarks/bench.py

serve: book ## show the book on http://localhost:8000 (PORT=...)
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lock: ## write requirements.lock from pyproject.toml, keeping the versions it has (needs uv)
	@$(UV) pip compile pyproject.toml -o requirements.lock --quiet --universal --all-extras \
		--python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'

clean: ## remove what was built; .venv and everything of a course of yours stay
	rm -rf _build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf $(GRADED)

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
		'$(PYTHON) is missing or older than Python 3.11. Name another: make course PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo >&2 \
		'$(PYTHON) cannot make an environment: on Debian and Ubuntu, install python3-venv'; exit 1; }
	$(SAY) 'Installing the pinned requirements into .venv (a minute or two)'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/package: .venv/installed pyproject.toml
	$(SAY) 'Installing nbcourse itself, from this folder'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
# Without this ipykernel warns, at the start of every notebook, that it listens on this machine.
	@mkdir -p .venv/etc/ipython && echo 'c.IPKernelApp.log_level = "ERROR"' > .venv/etc/ipython/ipython_kernel_config.py
	@touch $@

.venv/bench: benchmarks/requirements.txt .venv/installed | .venv/package
	$(SAY) 'Installing what is compared with: PyTorch, autograd, micrograd'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r $<
	@touch $@

$(STAMPS)/exercises: $(LIBRARY) $(SHEETS) nbgrader_config.py .venv/installed | .venv/package
	$(SAY) 'Building the student notebooks: exercises/'
	@$(RUN) $(BIN)/nbcourse release
	@mkdir -p $(@D) && touch $@

# Its pages offer the student notebooks.
$(STAMPS)/book: $(STAMPS)/exercises $(BOOK)
	$(SAY) 'Running the chapters and building the book: _build/html/'
	@$(BUILD_BOOK)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/checkers: tests/book/checkers.py lite/downloads.py | .venv/package
	$(SAY) 'Fetching axe-core and the Nu checker: _build/checkers/'
	@$(BIN)/python -m tests.book.checkers
	@mkdir -p $(@D) && touch $@

# JupyterLab of .venv would load the extension that is meant for the browser: a folder of its own.
.venv/lite/installed: lite/requirements.txt .venv/installed
	$(SAY) 'Installing JupyterLite into .venv/lite'
	@rm -rf .venv/lite
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --target .venv/lite -r $<
	@touch $@

# BOOK_LITE puts the buttons into the pages.
$(STAMPS)/site-$(NUMPY_WASM): $(STAMPS)/exercises $(BOOK) $(call files,lite) .venv/lite/installed
	@rm -f $(STAMPS)/site-*
	$(SAY) 'Building JupyterLite: _build/html/lite/'
	@PYTHONPATH="$$PWD/.venv/lite" $(BIN)/python -m lite.build _build/html/lite --numpy $(NUMPY_WASM)
	$(SAY) 'Running the chapters and building the book, with its buttons: _build/html/'
	@BOOK_LITE=$(NUMPY_WASM) $(BUILD_BOOK)
	@mkdir -p $(@D) && touch $(STAMPS)/book $@

# Printed from the pages, which are then written once more and offer it; a site keeps its buttons.
$(STAMPS)/pdf: $(STAMPS)/book
	$(SAY) 'Printing the book: _build/html/training-neural-networks.pdf'
	@PYTHONPATH=book/_ext $(BIN)/python -m course_pdf _build/html
	@BOOK_LITE="$$(ls $(STAMPS) | sed -n 's/^site-//p')" $(BUILD_BOOK)
	@touch $@

# A gradebook keeps to the sheets it has graded: the sample class starts again with new ones.
$(STAMPS)/sample: $(STAMPS)/exercises
	@rm -rf $(GRADED)
	@touch $@

examples/grades.csv: $(STAMPS)/sample $(CLASS)
	@$(SAMPLE) feedback --all
	@$(SAMPLE) export --to csv
