# Needs python3 (3.11 or later), venv and make; everything else is installed into .venv.
#
#   make book                           open the book, a copy of it in mybook/, in JupyterLab
#   make test                           lint, unit tests, every notebook
#   make run CHAPTER=optimizers/adam    execute a chapter's source into its notebook (all of them without CHAPTER)
#   make mutants NAME=adam              plant one-token errors in a rule; tests and chapter must notice
#   make bench                          measure mxedu and other frameworks; these are installed into .peers
#   make bench PEERS=/path/to/python    the same with what is installed in other environments, named by their interpreters
#   make bench OUT=book                 write the results there instead of to build

PYTHON ?= python3
BIN = .venv/bin
PYTEST = $(BIN)/pytest -n2 --dist=loadfile
OUT = build
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: book test install lint units notebooks run mutants bench clean

# Readers get a copy of their own: JupyterLab saves what they run and write, and the book must stay as it was made, or
# `make test` would fail after an hour of reading. A chapter that has changed comes anew, the reader's is kept beside it.
COPIES = $(patsubst book/%,mybook/%,$(wildcard book/*.ipynb book/*/*.ipynb book/bench.*))

mybook/%.ipynb: book/%.ipynb
	@mkdir -p $(@D)
	@[ ! -e $@ ] || mv $@ $(@:.ipynb=.old.ipynb)
	@cp $< $@

mybook/bench.%: book/bench.%
	@mkdir -p $(@D)
	@cp $< $@

# The first page is the default address, so that the address JupyterLab prints where it finds no browser leads there too.
# It refuses to run as root, which is what one is in a container, unless it is told to.
book: .venv/book $(COPIES)
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/index.ipynb $$([ "$$(id -u)" != 0 ] || echo --allow-root) mybook

test:
	@set -e; for part in install lint units notebooks; do \
	    start=$$(date +%s); \
	    $(MAKE) --no-print-directory $$part; \
	    times="$$times, $$part $$(($$(date +%s) - start)) s"; \
	done; \
	echo "All passed:$${times#,}."

install: .venv/test
	@:

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/codespell
	$(BIN)/python book/make.py check

units: .venv/test
	$(PYTEST) tests

notebooks: .venv/test
	$(PYTEST) --nbval --nbval-current-env book

run: .venv/test
	$(BIN)/python book/make.py run $(CHAPTER)

mutants: .venv/test
	$(BIN)/python tests/mutants.py $(NAME)

bench: .venv/test $(if $(PEERS),,$(patsubst tests/benchmarks/environments/%.txt,.peers/%/made,$(wildcard tests/benchmarks/environments/*)))
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/benchmarks/bench.py --out $(OUT) --peers $(or $(PEERS),.peers/*/bin/python)

# What cannot be installed does not stop the bench, which says so, and is tried again by the next. The file names what is pinned and where
# else to look for it; the rest is asked of PyPI alone, lest an index that does not answer be waited for once a package.
.peers/%/made: tests/benchmarks/environments/%.txt
	@rm -rf $(@D)
	@echo 'Installing $* into $(@D)'
	@$(PYTHON) -m venv $(@D) \
	    && $(@D)/bin/pip install -qq --no-deps --retries 1 --timeout 15 -r $< \
	    && grep -v ^-- $< | $(@D)/bin/pip install -qq -r /dev/stdin \
	    && touch $@ || echo '$* could not be installed'

clean:
	rm -rf .venv .peers .pytest_cache .ruff_cache .hypothesis .coverage build dist
	find . -name __pycache__ -prune -exec rm -rf {} +

# The stamps .venv/book and .venv/test say that an extra is installed as pyproject.toml has it; `test` includes `book`.
.venv/book .venv/test: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mxedu needs Python 3.11 or later, and $(PYTHON) is %d.%d: try make PYTHON=/path/to/python3" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[$(@F)]'
	@touch .venv/book $@
