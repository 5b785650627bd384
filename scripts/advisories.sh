#!/usr/bin/env bash
# Checks the crates that we use for known weaknesses. Fails for a weakness that deny.toml does not list with a reason. The
# database changes by the day and comes from the network, so `make test` does not include this check.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

cd "$TOP_ROOT"
timeout 120 cargo deny fetch db || fail "the database of advisories cannot be fetched: nothing was checked"
cargo deny --locked check --hide-inclusion-graph advisories
