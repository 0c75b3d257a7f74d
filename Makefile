# Every target sets up what it needs: .venv from requirements.lock, system libraries, message catalogues.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
READY := .venv/.ready
SYSTEM := .venv/.system
CATALOGUES := .venv/.catalogues
SETUP := $(READY) system $(CATALOGUES)
UV ?= $(or $(wildcard $(BIN)/uv),uv)
# driven once more on a screen in memory, where there is one; the whole of tests/ui is not stable there
ON_SCREEN := tests/ui/test_window.py
PYTEST := $(BIN)/python -m pytest
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1); [ "$$n" -gt 4 ] && n=4; echo "$$n")

.PHONY: help run test test-long check bench bench-load bench-peers screens torture points conformance lock catalogues portable-windows system setup clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' Makefile | expand -t 20

run: $(SETUP)  ## the sample park: in the window, or where there is no display judged and printed into out/
	@$(BIN)/parkplan run-sample --out out --window

test: $(SETUP)  ## all tests but the long ones
	@sh setup/display.sh
	$(PYTEST) -n $(WORKERS) --dist worksteal -q -m "not long"
	PARKPLAN_SCREEN=1 $(PYTEST) -q -m "not long" $(ON_SCREEN)

test-long: $(SETUP)  ## the long tests
	@sh setup/display.sh
	$(PYTEST) -q -m long --timeout 1800

check: $(READY) $(CATALOGUES)  ## ruff, mypy, import contracts, catalogues
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q tests/language/test_catalogues.py

bench: $(SETUP)  ## figures, each beside a fixed calibration
	$(BIN)/python -m tests.benchmarks.run

bench-load: $(SETUP)  ## 1 000 000 parcels opened, beside readers of the same file; takes minutes, fetches pyarrow
	$(BIN)/python -m tests.benchmarks.load

bench-peers: $(SETUP)  ## the same picture by ParkPlan, QGIS and Mapnik; 1 where a limit is missed
	@sh setup/peers.sh
	$(BIN)/python -m tests.benchmarks.peers

screens: $(SETUP)  ## pictures of the window in both languages, themes and sizes, into out/screens/
	@sh setup/display.sh
	$(BIN)/python -m tests.ui.screens

torture: $(SETUP)  ## end the program at every moment, cut the power, fill the disk; prints figures as JSON
	$(BIN)/python -m tests.torture.run

points: $(SETUP)  ## end the program at every single write and sync of one edit and one export (strace)
	@command -v strace >/dev/null 2>&1 || sh setup/apt.sh strace
	$(BIN)/python -m tests.torture.points

conformance: $(SETUP)  ## GDAL's own validator, of the GDAL in use, on a project file
	$(BIN)/python -m tests.project_file.conformance

portable-windows: $(READY) $(CATALOGUES)  ## one folder for Windows; PYTHON_EMBED=/path/to/python-3.11…-embed-amd64.zip
	$(BIN)/python windows/build_portable.py --embed "$(PYTHON_EMBED)" --out dist

lock:  ## pin every package anew
	$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock

setup: $(SETUP)  ## the set-up alone

catalogues: $(CATALOGUES)  ## compile the message catalogues

clean:  ## remove what was built, .venv too
	rm -rf .venv build dist out gis_app/language/mo

$(READY): requirements.lock pyproject.toml hatch_build.py setup/environment.sh
	@PYTHON="$(PYTHON)" sh setup/environment.sh
	@touch $@

# looked at again on each call until nothing is missing; then the stamp spares it
system: $(READY)
	@[ -e $(SYSTEM) ] || if sh setup/system.sh; then touch $(SYSTEM); fi

$(CATALOGUES): $(READY) $(wildcard gis_app/language/po/*.po) gis_app/language/po
	@$(BIN)/python hatch_build.py
	@touch $@
