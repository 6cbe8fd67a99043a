# `make demo` and `make test` set everything up; later runs reuse the environment.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test slow lint docs audit bench soak micro lock clean

demo: $(READY)  ## clean the sample pages and show where the result lies
	$(BIN)/copydesk run examples/pages --output demo-output --overwrite

test: $(READY)  ## the tests that take seconds
	$(BIN)/python -m pytest -m "not slow"

slow: $(READY)  ## the tests that run the whole job on thousands of pages
	$(BIN)/python -m pytest -m slow

lint: $(READY)  ## format, lint, types, and the docs site with its links
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) docs

docs: $(READY)  ## the docs site into build/site; a link that leads nowhere fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

audit: $(READY)  ## known flaws of the locked packages, where the advisories can be reached
	$(BIN)/pip-audit -r requirements.lock --require-hashes --disable-pip --progress-spinner off

bench: $(READY)  ## cost of each step, and of the whole job beside its peers, on a corpus made from the sample pages
	$(BIN)/python -m benchmarks.steps
	$(BIN)/python -m benchmarks.compare --growth 1000,10000,100000

soak: $(READY)  ## the whole job over PAGES pages: memory, places, edits, leftovers
	$(BIN)/python -m benchmarks.soak --pages $(or $(PAGES),1000000)

micro: $(READY)  ## hot functions against the last release, as multiples of a reference loop
	$(BIN)/python -m pytest benchmarks/micro --benchmark-timer=time.process_time

lock: $(READY)  ## resolve the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --python-version 3.11 --extra test --extra lint --extra docs --extra bench --generate-hashes setup.py -o requirements.lock

clean:
	rm -rf $(VENV) demo-output build *.egg-info transforms/native/*.so

$(READY): requirements.lock setup.py $(wildcard transforms/native/*.p[xy][dx])
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	touch $@
