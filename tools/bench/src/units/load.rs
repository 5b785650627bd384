//! Full load: connections that submit units, with a bound on the units in flight.
//!
//! ```text
//! connection ── room for a call's units? ── lattice_submit, and lattice_submitAndWatch of the watched ones ──▶ latency
//!                  ▲
//! final headers, which give the number of units of their blocks
//! ```
//!
//! Watching one unit of a call and reading headers costs the node almost nothing; watching every unit is a large part of
//! the work, and is measured for itself.

use crate::{
	blocks::BlockTimes,
	units::{
		args::CallShape,
		calls::{Call, CALL_UNITS},
		finality::BlockCounts,
		signer::SignedUnit,
		submit::{Submitted, Submitter, STALL},
		text::grouped,
	},
};
use anyhow::{bail, Context};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{
	sync::{watch, Semaphore},
	task::JoinSet,
};
use top_local_network::Node;
use top_sdk::RpcClient;

/// Maximum number of units in flight: it fills the next blocks.
const IN_FLIGHT: usize = 20_000;
/// Maximum number of units in flight of one account: half of what a pool holds of one.
const ACCOUNT_IN_FLIGHT: usize = 128;
/// Interval of progress lines.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// Measurements of a load.
pub struct Loaded {
	/// What the connections did.
	pub submitted: Submitted,
	/// The blocks, as the first node sent them.
	pub blocks: BlockTimes,
	/// Number of units of each block.
	pub counts: BlockCounts,
}

/// Returns the maximum number of units in flight of a number of accounts: at least one call.
fn bound(accounts: usize) -> usize {
	IN_FLIGHT.min(accounts.saturating_mul(ACCOUNT_IN_FLIGHT)).max(CALL_UNITS)
}

/// A load that is ready to start.
pub struct Load {
	connections: Vec<(Submitter, Vec<Call>)>,
	room: Arc<Semaphore>,
	total: u64,
	blocks: BlockTimes,
}

impl Load {
	/// Connects to all nodes. `units` are those of each connection, of some `accounts`.
	///
	/// # Errors
	/// If a node does not answer.
	pub async fn prepare(
		nodes: &[Node],
		first: &RpcClient,
		units: Vec<Vec<SignedUnit>>,
		accounts: usize,
		calls: CallShape,
	) -> anyhow::Result<Self> {
		let room = Arc::new(Semaphore::new(bound(accounts)));
		let total = units.iter().map(|units| units.len() as u64).sum();
		let mut connections = Vec::new();
		for (node, units) in nodes.iter().cycle().zip(units) {
			connections.push((Submitter::new(node.rpc().await?), Call::all(&units, calls)?));
		}
		Ok(Self { connections, room, total, blocks: BlockTimes::follow(first).await? })
	}

	/// Submits all units; returns when final blocks hold all of them.
	///
	/// # Errors
	/// If a node refuses a unit for good, or the load stops.
	pub async fn run(self) -> anyhow::Result<Loaded> {
		let Self { connections, room, total, mut blocks } = self;
		let mut running = JoinSet::new();
		for (connection, calls) in connections {
			running.spawn(run(connection, calls, room.clone()));
		}
		let (final_units, progress) = watch::channel(0);
		let mut counts = BlockCounts::default();
		let mut shown = Shown::new(total);
		let work = all_final(running, progress, total);
		let submitted = blocks
			.record_while(work, |header| {
				let units = counts.add(header);
				if units > 0 {
					room.add_permits(usize::try_from(units).unwrap_or(IN_FLIGHT));
					final_units.send_modify(|sum| *sum += u64::from(units));
					shown.update(*final_units.borrow());
				}
			})
			.await?;
		Ok(Loaded { submitted, blocks, counts })
	}
}

/// Submits calls in their order, each when there is room for its units.
async fn run(mut connection: Submitter, calls: Vec<Call>, room: Arc<Semaphore>) -> anyhow::Result<Submitted> {
	for call in calls {
		let units = u32::try_from(call.hashes.len())?;
		room.acquire_many(units).await.context("the semaphore is never closed; qed")?.forget();
		connection.submit(call, None).await?;
	}
	connection.finish().await
}

/// Waits for all connections, and until `total` units are final; returns what the connections did.
async fn all_final(
	mut running: JoinSet<anyhow::Result<Submitted>>,
	mut final_units: watch::Receiver<u64>,
	total: u64,
) -> anyhow::Result<Submitted> {
	let mut submitted = Submitted::default();
	loop {
		tokio::select! {
			connection = running.join_next() => match connection {
				Some(connection) => submitted.merge(connection.context("a connection of the load ended")??),
				None => break,
			},
			() = stalled(final_units.clone()) => {
				bail!("the load stopped: no unit became final within {} s", STALL.as_secs());
			},
		}
	}
	let all = tokio::time::timeout(STALL, final_units.wait_for(|units| *units >= total));
	drop(all.await.context("some units did not get into a block")??);
	Ok(submitted)
}

/// Returns when no unit became final for too long.
async fn stalled(mut progress: watch::Receiver<u64>) {
	while let Ok(Ok(())) = tokio::time::timeout(STALL, progress.changed()).await {}
}

/// Shows the progress of the load.
struct Shown {
	total: u64,
	units: u64,
	at: Instant,
}

impl Shown {
	fn new(total: u64) -> Self {
		Self { total, units: 0, at: Instant::now() }
	}

	fn update(&mut self, units: u64) {
		let since = self.at.elapsed();
		if since < PROGRESS_INTERVAL && units < self.total {
			return;
		}
		let rate = (units - self.units) as f64 / since.as_secs_f64();
		let percent = units * 100 / self.total.max(1);
		eprintln!("  {percent:3} %  {} of {} final, {rate:.0} a second", grouped(units), grouped(self.total));
		(self.units, self.at) = (units, Instant::now());
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn few_accounts_have_few_units_in_flight() {
		assert_eq!((bound(1), bound(2), bound(100), bound(1_000_000)), (256, 256, 12_800, 20_000));
	}
}
