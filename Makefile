# `make help` lists the targets. Everything is built in one profile, release: the SDK is compiled once.
#
# Variables: NODES, SHARDS, PRESET, VALIDATORS, SEEDS, SECONDS, ACCOUNTS, UNITS, LANE, OLD, PLOT, PORT. Example: make run NODES=7

NODES ?= 4
PRESET ?= local
# The shards follow the main chain's first committee, which the other presets do not keep.
SHARDS ?= $(if $(filter local,$(PRESET)),2,0)
VALIDATORS ?= 4
SEEDS ?= 20000
SECONDS ?= 30
ACCOUNTS ?= 100000
LANE ?= units
PORT ?= 8080
UNITS ?= 200000
PLOT ?= bench-matrix.svg
BASE_PATH ?= $(or $(TMPDIR),/tmp)/top-local-network$(if $(filter-out local,$(PRESET)),-$(PRESET))

.DEFAULT_GOAL := help
.PHONY: help setup build release production run check test soak bench bench-units bench-matrix bench-compare sim takeover lint advisories units rotation weights mutants zombienet client-tests release-tests \
	book examples template explorer

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs what building and testing need, and names it
	@scripts/setup.sh

build: ## Compiles the node, and the explorer into it
	@scripts/setup.sh build
	@scripts/build.sh with-explorer

release: ## Compiles the node for release: its runtimes have the hash of their metadata, for hardware wallets
	@scripts/setup.sh build
	@scripts/build.sh with-explorer --features top-node/metadata-hash

production: ## Compiles what `release` does, optimized across crates, into target/production: it compiles the SDK again
	@scripts/setup.sh build
	@scripts/build.sh production with-explorer --features top-node/metadata-hash

run: build ## Starts a network of NODES=4 nodes, the first four validate, each with the main chain, a zone and SHARDS=2 shards, and the explorer at PORT=8080; Ctrl-C ends it
	@scripts/node.sh local-network --preset $(PRESET) --nodes $(NODES) --shards $(SHARDS) --base-path $(BASE_PATH) $(if $(filter command line environment,$(origin PORT)),--ui-port $(PORT))

explorer: ## The explorer from the checkout, of the ledger at ws://127.0.0.1:9944, at http://127.0.0.1:PORT=8080; Ctrl-C ends it
	@scripts/explorer.sh --port $(PORT)

bench: build ## Transfers per second of VALIDATORS=4 over SECONDS=30; prints one JSON object
	@scripts/node.sh bench chain --validators $(VALIDATORS) --seconds $(SECONDS) --json

bench-units: build ## UNITS=200000 units of ACCOUNTS=100000 accounts, and the extrinsic lane for comparison; VALIDATORS=1
	@scripts/node.sh bench units --accounts $(ACCOUNTS) --units $(UNITS) $(if $(filter command line environment,$(origin VALIDATORS)),--validators $(VALIDATORS))

bench-matrix: build ## The unit lane with one factor varied at a time, drawn into PLOT=bench-matrix.svg: at most 40 minutes
	@scripts/node.sh bench matrix --plot $(PLOT)

bench-compare: build ## This build against the node OLD=path, LANE=units or chain, in interleaved pairs
	@test -n "$(OLD)" || { echo "error: name the other node: make bench-compare OLD=path/to/top-node" >&2; exit 1; }
	@bash -c 'source scripts/env.sh && exec "$$TOP_NODE" bench compare "$(OLD)" "$$TOP_NODE" --lane $(LANE)'

check: setup ## The quick tier: formatting, language, clippy, unit tests without processes
	@scripts/test.sh format language unit

test: setup ## Everything that CI checks
	@scripts/test.sh

soak: setup ## The tests at full size: hours
	@scripts/test.sh soak

lint: setup ## Formatting; licences, bans and sources of crates
	@scripts/test.sh format licences

advisories: setup ## Known vulnerabilities of the crates in use (needs the network)
	@scripts/advisories.sh

units: setup ## A shard under load, kills, double spends, floods and quotas, at full size: about 20 minutes
	@TOP_UNITS_FULL=1 cargo test --release --locked --workspace --test processes units:: -- --include-ignored --nocapture

rotation: setup ## Ten nodes over thirty epochs of drawn committees, and a member that signs twice
	@TOP_ROTATION_FULL=1 cargo test --release --locked --workspace --test processes rotation:: -- --nocapture

weights: ## Measures the pallets' weights on this machine and writes them into the sources: about 45 minutes
	@scripts/setup.sh build
	@scripts/weights.sh

book: ## Builds the book into target/book; installs mdBook where it is missing
	@scripts/book.sh

mutants: ## Changes one place of the pure crates at a time, and runs their tests: hours
	@scripts/setup.sh build
	@scripts/mutants.sh

takeover: setup ## What a quarter of all stake gets of the committees, over 1,000 draws; prints one JSON object
	@cargo run --release --locked --quiet --package top-takeover --example takeover

sim: ## SEEDS=20000 runs of the consensus simulator, and 100 of the simulator of messages
	@scripts/setup.sh build
	@SEEDS=$(SEEDS) scripts/test.sh simulator

zombienet: setup ## Networks under zombienet
	@scripts/test.sh zombienet

examples: setup ## The examples against running networks
	@scripts/test.sh examples

template: setup ## A chain made from the template, by the commands of its README
	@scripts/test.sh template

release-tests: setup ## A node of `make release`, and a wallet that checks its metadata
	@scripts/test.sh release

client-tests: setup ## Clients that wallets use, against a running network
	@scripts/test.sh clients
