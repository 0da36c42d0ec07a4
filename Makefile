# Everything starts here. `make help` tells the targets.
.DEFAULT_GOAL := help
.PHONY: help setup demo check test bench fonts
BIN := .venv/bin

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## .venv, locked dependencies, system libraries, fonts
	@sh scripts/setup

demo: ## the whole product with a small town's data, on http://127.0.0.1:8000
	@sh scripts/setup --runtime
	@exec $(BIN)/lianban demo

check: setup ## the three-minute inner loop: format, lint, types, import map, tests of rules
	@sh scripts/check quick

test: ## everything: set-up and Chromium, format, lint, types, import map, all tests
	@sh scripts/setup --chromium
	@sh scripts/check whole

bench: setup ## measurements (never part of the tests)
	@set -e; for file in bench/bench_*.py; do echo "== $$file"; $(BIN)/python $$file; done

fonts: setup ## cut the document fonts anew
	@rm -f var/fonts/current && $(BIN)/python -m lianban.outside.fonts
