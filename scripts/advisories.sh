#!/usr/bin/env bash
# Known weaknesses of the crates we use. Fails if there is one that deny.toml does not list with a reason. The
# database changes by the day and comes from the network, so this is no part of `make test`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

cd "$TOP_ROOT"
timeout 120 cargo deny fetch db || fail "the database of advisories cannot be fetched: nothing was checked"
cargo deny --locked check --hide-inclusion-graph advisories
