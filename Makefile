# `make help` lists what there is. Everything is built in one profile, release, so that the SDK is compiled once.
#
# NODES, VALIDATORS, SEEDS and SECONDS can be given: make run NODES=7

NODES ?= 4
VALIDATORS ?= 4
SEEDS ?= 20000
SECONDS ?= 30
BASE_PATH ?= $(or $(TMPDIR),/tmp)/top-local-network

.DEFAULT_GOAL := help
.PHONY: help setup build run test bench sim lint advisories unit zombienet client-tests

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs what building and testing need; says what it installs
	@scripts/setup.sh

build: ## Compiles the node
	@scripts/setup.sh build
	@scripts/build.sh

run: build ## Starts a network of NODES=4 nodes, the first four validate; Ctrl-C ends it
	@scripts/node.sh local-network --nodes $(NODES) --base-path $(BASE_PATH)

bench: build ## Transfers per second of VALIDATORS=4 over SECONDS=30; prints one JSON object
	@scripts/node.sh bench chain --validators $(VALIDATORS) --seconds $(SECONDS) --json

test: setup ## Everything that CI checks
	@scripts/test.sh

lint: setup ## Formatting, clippy, crates' licences, documentation
	@scripts/test.sh lint

advisories: setup ## Known weaknesses of the crates we use (needs the network)
	@scripts/advisories.sh

unit: setup ## The tests of all crates
	@scripts/test.sh unit

sim: ## SEEDS=20000 runs of the consensus simulator
	@scripts/setup.sh build
	@SEEDS=$(SEEDS) scripts/test.sh simulator

zombienet: setup ## Networks under zombienet
	@scripts/test.sh zombienet

client-tests: setup ## Clients that wallets use, against a running network
	@scripts/test.sh clients
