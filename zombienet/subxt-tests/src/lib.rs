//! Tests of a Rust client, subxt 0.51. The tests in `tests/` run against the network of the node at `TOP_WS`.
//! `scripts/with-network.sh` starts one.
