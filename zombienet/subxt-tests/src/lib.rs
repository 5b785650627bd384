//! What a client written in Rust does, by subxt 0.51: the tests in `tests/` run against the network whose node's RPC
//! is at `TOP_WS`. `scripts/with-network.sh` starts one.
