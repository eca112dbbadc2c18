# Set-up is part of every target: a fresh machine needs git, make, Node and npm (and apt, as root, for Chromium).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# npm puts Node 24 into node_modules/.bin, whatever the system has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# Installs are from the lockfile and quiet; nothing here wants a browser or a telemetry call of its own.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export PUPPETEER_SKIP_DOWNLOAD := 1
export VENDURE_DISABLE_TELEMETRY := true
NODE := node --conditions=source --disable-warning=ExperimentalWarning
KOMAINU := $(NODE) packages/komainu/src/main.ts

.PHONY: help setup demo test check bench bench-guard guard-kills bench-detect bench-encodings bench-endure kills hostile format clean
help: ## what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: .make/deps .make/shop .make/console .make/browser ## dependencies, console, Chromium

.make/deps: package-lock.json
	@mkdir -p .make
	@echo "setup: dependencies"
	@npm ci --loglevel=error
	@touch $@

.make/shop: shop/package-lock.json .make/deps
	@echo "setup: the reference shop"
	@npm ci --prefix shop --loglevel=error
	@touch $@

CONSOLE_SOURCES := $(shell find packages/console/src packages/model/src -type f 2>/dev/null) packages/console/package.json
.make/console: .make/deps $(CONSOLE_SOURCES)
	@echo "setup: the console"
	@npm run --silent build -w packages/console -- --logLevel warn
	@touch $@

.make/browser: scripts/chromium.sh
	@mkdir -p .make
	@bash scripts/chromium.sh
	@touch $@

.make/tools: scripts/tools.sh
	@mkdir -p .make
	@bash scripts/tools.sh
	@touch $@

demo: setup ## the main job: a tampered payment page is noticed, halted, proved (ONCE=1: replay and leave)
	@$(KOMAINU) drill omochabako-2019 $(if $(ONCE),,--serve)

check: .make/deps ## types, lint, format, boundaries, unused code
	@npm run --silent typecheck
	@npm run --silent lint
	@npm run --silent format:check
	@npm run --silent boundaries
	@npm run --silent unused

test: setup .make/tools check ## every check and every test
	@npm test --silent --prefix shop >.make/shop-test.log 2>&1 & shop=$$!; failed=0; \
	npm test --silent || failed=1; wait $$shop || failed=1; cat .make/shop-test.log; exit $$failed

bench: setup ## speed, each figure beside a peer or a physical limit of the same run
	@test -e bench/peers/node_modules || npm ci --prefix bench/peers --loglevel=error
	@$(NODE) bench/run.ts

bench-guard: .make/deps ## the guard on 100,000 files: scan, notice, overflow, restore (EVENTS=one source; PARTS=scan watch restore)
	@$(NODE) bench/guard.ts $(PARTS)

bench-detect: setup ## what each layer of detection catches of the library, REPEAT=5 times (RESUME=1: go on)
	@$(NODE) bench/detect.ts $(if $(RESUME),--resume,) $(IDS)

bench-endure: setup ## one server makes 200 full checks in a row: memory and verdicts (CHECKS=n)
	@CHECKS=$(or $(CHECKS),200) $(NODE) bench/endure.ts

bench-encodings: .make/deps ## how a card number is hidden, by channel, and what of it is found
	@$(NODE) bench/encodings.ts

kills: setup ## kill -9 the server at 200 random moments of the drill (ROUNDS=n)
	@$(NODE) drills/kills/run.ts $(or $(ROUNDS),200)

guard-kills: .make/deps ## kill -9 the guard 200 times under change (ROUNDS=n)
	@KOMAINU_KILLS=$(or $(ROUNDS),200) npx vitest run packages/guard/test/run-guard.test.ts -t 'kill -9'

hostile: setup ## 200 visits to pages that fight back, then an ordinary one (VISITS=n)
	@$(NODE) drills/hostile/run.ts $(or $(VISITS),200)

format: .make/deps ## format the sources
	@npm run --silent format

clean: ## remove what the targets made
	rm -rf .make .komainu node_modules shop/node_modules bench/peers/node_modules packages/*/dist
