//! Loads below the capacity: units at planned times, also if earlier ones wait.

use crate::{
	accounting::{Meter, Metered},
	blocks::BlockTimes,
	percentiles::{ratio, rounded, Percentiles},
	units::{
		args::CallShape,
		calls::Call,
		counters::Counters,
		finality::{AllLatencies, BlockCounts, BlockUnits, Waiting},
		schedule::{bursts, Burst, Pace},
		signer::{SignedUnit, Signer},
		submit::{Refusals, Submitted, Submitter},
		text::grouped,
		usage::CpuReport,
	},
};
use anyhow::Context;
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::{sync::watch, task::JoinSet};
use top_local_network::Node;
use top_sdk::RpcClient;

/// How long the units may take to become final after the last one was planned. Units that take longer count as unfinished.
const DRAIN: Duration = Duration::from_secs(20);
/// Time between the preparation of a load and its first unit: all connections are ready then.
const LEAD: Duration = Duration::from_millis(200);

/// The latency of all units at one load.
#[derive(Clone, Debug, Serialize)]
pub struct OpenLoad {
	/// The load in percent of the capacity.
	pub percent: u16,
	/// Planned units per second.
	pub planned_per_second: f64,
	/// Final units per second, from the first planned one until the last one is final.
	pub final_per_second: f64,
	/// Number of planned units.
	pub units: u64,
	/// Number of units that did not become final in time. In the latencies they count with the time until the end.
	pub unfinished: u64,
	/// From the planned time until final, of all units.
	pub latency_ms: Percentiles,
	/// The largest latency.
	pub latency_max_ms: f64,
	/// Time by which calls were sent later than planned. It is a part of the latencies, and the generator's or the
	/// connections' fault.
	pub late_ms: Percentiles,
	/// Units per block.
	pub block_units: BlockUnits,
	/// Processor time per transfer.
	pub cpu: CpuReport,
	/// What nodes refused and was sent again, by reason.
	pub refusals: Refusals,
	/// Views, syncs, bytes.
	pub counters: Counters,
}

/// A network under loads below its capacity.
pub struct OpenLoop<'a> {
	/// Nodes that get the units.
	pub nodes: &'a [Node],
	/// The node whose final headers are read.
	pub first: &'a RpcClient,
	/// What the calls are like.
	pub calls: CallShape,
	/// Transfers in each unit.
	pub ops_per_unit: u8,
}

impl OpenLoop<'_> {
	/// Measures one load.
	///
	/// # Errors
	/// If a node fails, or refuses a unit for good.
	pub async fn measure(
		&self,
		signer: &mut Signer<'_>,
		percent: u16,
		capacity: f64,
		length: Duration,
	) -> anyhow::Result<OpenLoad> {
		let rate = capacity * f64::from(percent) / 100.0;
		let plan = bursts(rate, length);
		let count = plan.last().map_or(0, |burst| burst.units.end);
		eprintln!("{percent} % of the capacity: signing {} units …", grouped(count));
		let turns = turns(&plan, signer.connections());
		let shares: Vec<usize> = turns.iter().map(|turn| turn.iter().map(units_in).sum()).collect();
		let signed = signer.sign(&shares)?;
		let mut connections = Vec::new();
		for ((node, units), plan) in self.nodes.iter().cycle().zip(signed).zip(turns) {
			let calls = calls(&units, &plan, self.calls)?;
			connections.push((Submitter::new(node.rpc().await?), calls));
		}
		let mut blocks = BlockTimes::follow(self.first).await?;
		let height = self.first.finalized_height().await?;
		eprintln!("{rate:.0} units a second for {} s …", length.as_secs());
		let meter = Meter::begin(self.nodes).await?;
		let begin = Instant::now() + LEAD;
		let mut running = JoinSet::new();
		for (connection, calls) in connections {
			running.spawn(run(connection, Pace::new(begin, calls)));
		}
		let (final_units, progress) = watch::channel(0_u64);
		let mut counts = BlockCounts::default();
		let deadline = begin + length + DRAIN;
		let work = all_final(running, progress, count, deadline);
		let submitted = blocks
			.record_while(work, |header| {
				let units = counts.add(header);
				final_units.send_modify(|sum| *sum += u64::from(units));
			})
			.await?;
		let metered = meter.read(self.nodes).await?;
		drop(meter);
		let end = self.first.finalized_height().await?;
		let sent = submitted.sent.iter().flat_map(|sent| sent.hashes.iter().map(|hash| (*hash, sent.since)));
		let latencies = Waiting::of(sent).find(self.first, &blocks, (height, end)).await?;
		let last = blocks.last().unwrap_or_else(Instant::now).saturating_duration_since(begin);
		Ok(self.report(Measured { percent, rate, count, last, submitted, latencies, counts, metered }))
	}

	fn report(&self, measured: Measured) -> OpenLoad {
		let Measured { percent, rate, count, last, submitted, latencies, counts, metered } = measured;
		let AllLatencies { latency, unfinished, bytes: _ } = latencies;
		let unfinished = unfinished as u64;
		let done = count.saturating_sub(unfinished);
		let max = latency.iter().max().copied().unwrap_or_default();
		OpenLoad {
			percent,
			planned_per_second: rounded(rate),
			final_per_second: rounded(ratio(done as f64, last.as_secs_f64())),
			units: count,
			unfinished,
			latency_ms: Percentiles::of(latency),
			latency_max_ms: rounded(max.as_secs_f64() * 1_000.0),
			late_ms: Percentiles::of(submitted.late),
			block_units: BlockUnits::of(&counts.0),
			cpu: CpuReport::new(&metered, done as f64 * f64::from(self.ops_per_unit)),
			refusals: submitted.refusals,
			counters: Counters::new(&metered, done),
		}
	}
}

/// The raw figures of a load.
struct Measured {
	percent: u16,
	rate: f64,
	count: u64,
	last: Duration,
	submitted: Submitted,
	latencies: AllLatencies,
	counts: BlockCounts,
	metered: Metered,
}

/// Returns the number of units of a burst.
fn units_in(burst: &&Burst) -> usize {
	usize::try_from(burst.units.end - burst.units.start).unwrap_or(usize::MAX)
}

/// Gives the bursts to connections in turn.
fn turns(plan: &[Burst], connections: usize) -> Vec<Vec<&Burst>> {
	(0..connections).map(|connection| plan.iter().skip(connection).step_by(connections).collect()).collect()
}

/// Makes the calls of a connection: one for each of its bursts, and more if a burst is too large for one.
fn calls(units: &[SignedUnit], plan: &[&Burst], shape: CallShape) -> anyhow::Result<Vec<(Duration, Call)>> {
	let mut calls = Vec::new();
	let mut rest = units;
	for burst in plan {
		let (now, later) = rest.split_at(units_in(burst).min(rest.len()));
		rest = later;
		calls.extend(Call::all(now, shape)?.into_iter().map(|call| (burst.at, call)));
	}
	Ok(calls)
}

/// Submits calls at their times.
async fn run(mut connection: Submitter, mut pace: Pace<Call>) -> anyhow::Result<Submitted> {
	while let Some((call, planned)) = pace.next().await {
		connection.submit(call, Some(planned)).await?;
	}
	connection.finish().await
}

/// Waits for all connections, and until `count` units are final or the time is over.
async fn all_final(
	mut running: JoinSet<anyhow::Result<Submitted>>,
	mut final_units: watch::Receiver<u64>,
	count: u64,
	deadline: Instant,
) -> anyhow::Result<Submitted> {
	let mut submitted = Submitted::default();
	while let Some(connection) = running.join_next().await {
		submitted.merge(connection.context("a connection of the load ended")??);
	}
	let all = final_units.wait_for(|units| *units >= count);
	match tokio::time::timeout_at(deadline.into(), all).await {
		Ok(all) => drop(all.context("the headers ended; qed")?),
		Err(_) => eprintln!("  not all units became final in time"),
	}
	Ok(submitted)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::args::{Form, Watched};
	use top_sdk::UnitHash;

	#[test]
	fn each_burst_is_one_call_of_one_connection_at_its_time() {
		let plan = bursts(1_000.0, Duration::from_millis(50));
		assert_eq!(plan.len(), 10);
		let turns = turns(&plan, 4);
		let shares: Vec<usize> = turns.iter().map(|turn| turn.iter().map(units_in).sum()).collect();
		assert_eq!(shares, [15, 15, 10, 10]);
		let units: Vec<SignedUnit> =
			(0..15).map(|number| SignedUnit { hash: UnitHash::repeat_byte(number), hex: "00".into() }).collect();
		let calls = calls(&units, &turns[1], CallShape { watched: Watched::None, form: Form::List }).unwrap();
		let shown: Vec<_> = calls.iter().map(|(at, call)| (at.as_millis(), call.hashes.len())).collect();
		assert_eq!(shown, [(5, 5), (25, 5), (45, 5)]);
		assert_eq!(calls[2].1.hashes[4], UnitHash::repeat_byte(14));
	}

	#[tokio::test]
	async fn the_wait_for_units_that_never_become_final_ends() {
		let (_keep, progress) = watch::channel(3);
		let deadline = Instant::now() + Duration::from_millis(20);
		assert!(all_final(JoinSet::new(), progress.clone(), 4, deadline).await.is_ok());
		assert!(all_final(JoinSet::new(), progress, 3, deadline).await.is_ok());
	}
}
