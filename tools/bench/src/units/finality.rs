//! When units became final: all of them, by the bodies of the blocks.
//!
//! While a load runs, the generator reads final headers only. Afterwards it reads the blocks, and finds each unit in
//! them. So the latency of every unit is known, and costs the nodes nothing meanwhile.

use crate::{
	blocks::BlockTimes,
	percentiles::{ratio, rounded},
};
use anyhow::Context;
use codec::Encode;
use serde::Serialize;
use std::{
	collections::HashMap,
	time::{Duration, Instant},
};
use top_sdk::{RpcClient, Unit, UnitHash};
use tp_core::{Block, BlockNumber, Header};
use tp_lattice::{decode_batch, find_batch, find_lattice_digest};

/// Numbers of units by block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockCounts(pub Vec<u32>);

impl BlockCounts {
	/// Adds a block; returns the number of its units.
	pub fn add(&mut self, header: &Header) -> u32 {
		let units = find_lattice_digest(&header.digest).map_or(0, |digest| digest.units);
		self.0.push(units);
		units
	}
}

/// Units per block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BlockUnits {
	/// Mean of the blocks of the window.
	pub mean: f64,
	/// Maximum.
	pub max: u32,
}

impl BlockUnits {
	/// Computes those of a number of blocks.
	pub fn of(blocks: &[u32]) -> Self {
		let sum: u64 = blocks.iter().copied().map(u64::from).sum();
		Self { mean: rounded(ratio(sum as f64, blocks.len() as f64)), max: blocks.iter().copied().max().unwrap_or(0) }
	}
}

/// The latencies of all units of a load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllLatencies {
	/// From the planned time until final, of every unit. A unit that is not final counts until the end of the load: less than it takes.
	pub latency: Vec<Duration>,
	/// Number of units that are not final.
	pub unfinished: usize,
	/// Bytes of all units.
	pub bytes: u64,
}

impl AllLatencies {
	/// Returns the number of final units.
	pub fn finished(&self) -> usize {
		self.latency.len() - self.unfinished
	}
}

/// Units that wait for their block, with the times from which their latencies count.
pub struct Waiting(HashMap<UnitHash, Instant>);

impl Waiting {
	/// Begins with units and their times.
	pub fn of(units: impl Iterator<Item = (UnitHash, Instant)>) -> Self {
		Self(units.collect())
	}

	/// Finds the units in the blocks of a range.
	///
	/// # Errors
	/// If the node does not answer, or a block does not decode.
	pub async fn find(
		mut self,
		client: &RpcClient,
		times: &BlockTimes,
		blocks: (BlockNumber, BlockNumber),
	) -> anyhow::Result<AllLatencies> {
		let mut found = AllLatencies::default();
		for height in blocks.0 + 1..=blocks.1 {
			let Some(at) = times.final_at(height) else { continue };
			let block = client.block(client.block_hash(height).await?).await?.block;
			self.take(&units_of(&block)?, at, &mut found);
		}
		let end = times.last().unwrap_or_else(Instant::now);
		found.unfinished = self.0.len();
		found.latency.extend(self.0.values().map(|since| end.saturating_duration_since(*since)));
		Ok(found)
	}

	fn take(&mut self, units: &[Unit], at: Instant, found: &mut AllLatencies) {
		for unit in units {
			if let Some(since) = self.0.remove(&unit.hash()) {
				found.latency.push(at.saturating_duration_since(since));
				found.bytes += unit.encoded_size() as u64;
			}
		}
	}
}

/// Returns the units of a block.
fn units_of(block: &Block) -> anyhow::Result<Vec<Unit>> {
	match find_batch(block.extrinsics.iter().map(|extrinsic| extrinsic.inner())) {
		Some(batch) => Ok(decode_batch(batch).context("the batch of a block does not decode")?.into_units()),
		None => Ok(Vec::new()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use top_sdk::{Domain, UnitBuilder};

	fn unit(height: u32) -> Unit {
		let key = crate::genesis::sender(0);
		let builder = UnitBuilder::new().transfer_keep_alive(&key, 1).at(height, UnitHash::zero());
		builder.sign(&key, &Domain::default()).unwrap()
	}

	#[test]
	fn latencies_count_from_the_plan_and_units_that_are_not_final_are_not_left_out() {
		let begin = Instant::now();
		let units: Vec<Unit> = (0..4).map(unit).collect();
		let mut waiting = Waiting::of(units[..3].iter().map(|unit| (unit.hash(), begin)));
		let mut found = AllLatencies::default();
		// The last unit is of another load.
		waiting.take(&units[1..], begin + Duration::from_millis(40), &mut found);
		assert_eq!(found.latency, [Duration::from_millis(40); 2]);
		assert_eq!(found.bytes, 2 * units[0].encoded_size() as u64);
		assert_eq!(waiting.0.len(), 1);
	}
}
