//! Genesis presets, for networks that guard nothing.

use crate::*;
use serde_json::{json, Value};
use top_runtime_common::development::{self, merge};
use tp_pbft::{Member, Pace};

/// One router, Alice.
pub const ZONE_DEVELOPMENT: &str = "zone-development";
/// Four routers: Alice, Bob, Charlie and Dave.
pub const ZONE_LOCAL: &str = "zone-local";

/// A zone's pace: that of its shards, since messages between them wait for its blocks.
pub const ZONE_PACE: Pace = Pace { block_interval_ms: 100, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };

/// A zone has no accounts with TOP: those of its shards have.
fn genesis(members: &[Member]) -> Value {
	let empty = json!({ "balances": { "balances": [] } });
	merge(development::genesis(members, ZONE_PACE), empty)
}

top_runtime_common::presets!(genesis, [ZONE_DEVELOPMENT: 1, ZONE_LOCAL: 4]);
