//! The core by rules and by chance, and the driver over chains that are none.

mod chance;
mod driver;
mod rules;

use crate::core::{Chains, Input, Output};
use std::{collections::BTreeSet, time::Duration};
use tp_core::ChainTag;

const MAIN: ChainTag = ChainTag::Main;

/// A shard of zone 0.
fn shard(incarnation: u32) -> ChainTag {
	ChainTag::Shard { zone: 0, incarnation }
}

/// The main chain and some shards.
fn with_shards(shards: impl IntoIterator<Item = u32>) -> BTreeSet<ChainTag> {
	shards.into_iter().map(shard).chain([MAIN]).collect()
}

fn seconds(seconds: u64) -> Duration {
	Duration::from_secs(seconds)
}
