//! Full load: connections that submit units, with a bound on the units in flight.
//!
//! ```text
//! sender ── room for a call's units? ── lattice_submit (all but one) ── lattice_submitAndWatch (one) ──▶ latency
//!              ▲
//! final headers, which give the number of units of their blocks
//! ```
//!
//! Watching one unit of a call and reading headers costs the node almost nothing; watching every unit would be a large
//! part of the measured work.

use crate::{
	blocks::BlockTimes,
	units::{
		calls::{Call, Calls, Params, CALL_UNITS},
		text::grouped,
	},
};
use anyhow::{bail, Context};
use jsonrpsee::core::client::Subscription;
use serde::Deserialize;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{
	sync::{watch, Semaphore},
	task::JoinSet,
};
use top_local_network::Node;
use top_sdk::{
	reports::{ReasonCode, ReasonReport, UnitStatus},
	Error, RpcClient,
};
use tp_lattice::find_lattice_digest;

/// Maximum number of units in flight: it fills the next blocks.
const IN_FLIGHT: usize = 20_000;
/// Maximum number of units in flight of one account: half of what a pool holds of one.
const ACCOUNT_IN_FLIGHT: usize = 128;
/// Pause before refused units are submitted again.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// A load without a final unit for this long has stopped.
const STALL: Duration = Duration::from_secs(30);
/// Interval of progress lines.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);
const SUBMIT: &str = "lattice_submit";
const SUBMIT_AND_WATCH: &str = "lattice_submitAndWatch";

/// Measurements of the load.
pub struct Loaded {
	/// Times from submission until final, of watched units.
	pub latency: Vec<Duration>,
	/// Number of units of each block.
	pub block_units: Vec<u32>,
	/// Times from one final block to the next.
	pub block_intervals: Vec<Duration>,
}

/// Returns the maximum number of units in flight of a number of accounts: at least one call.
fn bound(accounts: usize) -> usize {
	IN_FLIGHT.min(accounts.saturating_mul(ACCOUNT_IN_FLIGHT)).max(CALL_UNITS)
}

/// A load that is ready to start.
pub struct Load {
	senders: Vec<(Sender, Vec<Call>)>,
	room: Arc<Semaphore>,
	total: u64,
	blocks: BlockTimes,
}

impl Load {
	/// Connects to all nodes.
	///
	/// # Errors
	/// If a node does not answer.
	pub async fn prepare(nodes: &[Node], first: &RpcClient, calls: Calls, accounts: usize) -> anyhow::Result<Self> {
		let room = Arc::new(Semaphore::new(bound(accounts)));
		let mut senders = Vec::new();
		for (node, of_sender) in nodes.iter().cycle().zip(calls.by_sender) {
			senders.push((Sender { client: node.rpc().await?, room: room.clone() }, of_sender));
		}
		Ok(Self { senders, room, total: calls.units, blocks: BlockTimes::follow(first).await? })
	}

	/// Submits all units; returns when final blocks hold all of them.
	///
	/// # Errors
	/// If a node refuses a unit for good, or the load stops.
	pub async fn run(self) -> anyhow::Result<Loaded> {
		let Self { senders: ready, room, total, mut blocks } = self;
		let mut senders = JoinSet::new();
		for (sender, calls) in ready {
			senders.spawn(sender.run(calls));
		}
		let (final_units, progress) = watch::channel(0);
		let mut block_units = Vec::new();
		let mut shown = Shown::new(total);
		let work = all_final(senders, progress, total);
		let latency = blocks
			.record_while(work, |header| {
				let units = find_lattice_digest(&header.digest).map_or(0, |digest| digest.units);
				block_units.push(units);
				if units > 0 {
					room.add_permits(usize::try_from(units).unwrap_or(IN_FLIGHT));
					final_units.send_modify(|sum| *sum += u64::from(units));
					shown.update(*final_units.borrow());
				}
			})
			.await?;
		Ok(Loaded { latency, block_units, block_intervals: blocks.intervals() })
	}
}

/// Waits for all senders, and until `total` units are final; returns the latencies of the watched ones.
async fn all_final(
	mut senders: JoinSet<anyhow::Result<Vec<Duration>>>,
	mut final_units: watch::Receiver<u64>,
	total: u64,
) -> anyhow::Result<Vec<Duration>> {
	let mut latency = Vec::new();
	loop {
		tokio::select! {
			sender = senders.join_next() => match sender {
				Some(sender) => latency.extend(sender.context("a sender of the load ended")??),
				None => break,
			},
			() = stalled(final_units.clone()) => {
				bail!("the load stopped: no unit became final within {} s", STALL.as_secs());
			},
		}
	}
	let all = tokio::time::timeout(STALL, final_units.wait_for(|units| *units >= total));
	drop(all.await.context("some units did not get into a block")??);
	Ok(latency)
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

/// One connection.
struct Sender {
	client: RpcClient,
	room: Arc<Semaphore>,
}

/// The fields of a unit's report that are used here.
#[derive(Deserialize)]
struct Brief {
	status: UnitStatus,
	#[serde(default)]
	reason: Option<ReasonReport>,
}

impl Sender {
	/// Submits calls in their order; returns the latencies of the watched units.
	async fn run(self, calls: Vec<Call>) -> anyhow::Result<Vec<Duration>> {
		let mut watches = JoinSet::new();
		for call in calls {
			self.room.acquire_many(call.units).await.context("the semaphore is never closed; qed")?.forget();
			if let Some(batch) = call.batch {
				self.submit(batch).await?;
			}
			let since = Instant::now();
			let reports = self.submit_and_watch(&call.watched).await?;
			let client = self.client.clone();
			watches.spawn(async move {
				until_final(&client, reports, &call.watched).await?;
				anyhow::Ok(since.elapsed())
			});
		}
		let mut latencies = Vec::new();
		while let Some(watch) = watches.join_next().await {
			latencies.push(watch.context("a watch of the load ended")??);
		}
		Ok(latencies)
	}

	/// Submits units until the node takes all: without them, later units of their accounts would wait forever.
	async fn submit(&self, mut batch: Params) -> anyhow::Result<()> {
		let given_up = Instant::now() + STALL;
		loop {
			let refused = match self.client.request::<Vec<Brief>>(SUBMIT, &batch).await {
				Ok(reports) => refused(&reports)?,
				// The node was too busy to check them.
				Err(Error::Refused { message, .. }) => Refused { places: None, reason: message },
				Err(error) => return Err(error.into()),
			};
			match refused.places.as_deref() {
				Some([]) => return Ok(()),
				Some(places) => batch = batch.only(places)?,
				None => {},
			}
			if Instant::now() > given_up {
				bail!("a node has refused units for {} s: {}", STALL.as_secs(), refused.reason);
			}
			tokio::time::sleep(RETRY_PAUSE).await;
		}
	}

	/// Submits one unit, and returns when the node takes it.
	async fn submit_and_watch(&self, unit: &Params) -> anyhow::Result<Watch> {
		let given_up = Instant::now() + STALL;
		loop {
			let mut reports = subscribe(&self.client, unit).await?;
			let first = next(&mut reports).await?;
			let refused = refused(std::slice::from_ref(&first))?;
			if refused.places.is_some_and(|places| places.is_empty()) {
				return Ok(Watch { reports, is_final: first.status == UnitStatus::Final });
			}
			if Instant::now() > given_up {
				bail!("a node has refused a unit for {} s: {}", STALL.as_secs(), refused.reason);
			}
			tokio::time::sleep(RETRY_PAUSE).await;
		}
	}
}

/// A watched unit.
struct Watch {
	reports: Subscription<Brief>,
	is_final: bool,
}

/// Waits until a unit is final. Submits it again if the pool drops it; the latency includes the wait.
async fn until_final(client: &RpcClient, mut watch: Watch, unit: &Params) -> anyhow::Result<()> {
	while !watch.is_final {
		let report = next(&mut watch.reports).await?;
		let refused = refused(std::slice::from_ref(&report))?;
		if !refused.places.is_some_and(|places| places.is_empty()) {
			tokio::time::sleep(RETRY_PAUSE).await;
			watch.reports = subscribe(client, unit).await?;
		}
		watch.is_final = report.status == UnitStatus::Final;
	}
	Ok(())
}

async fn subscribe(client: &RpcClient, unit: &Params) -> Result<Subscription<Brief>, Error> {
	client.subscribe(SUBMIT_AND_WATCH, unit, "lattice_unwatch").await
}

async fn next(reports: &mut Subscription<Brief>) -> anyhow::Result<Brief> {
	Ok(reports.next().await.context("the node ended the watch of a unit before the unit's end")??)
}

/// The units that a node refused for the moment.
struct Refused {
	/// Their indices; `None` means all.
	places: Option<Vec<usize>>,
	/// The reason of the last one.
	reason: String,
}

/// Finds the refused units in their reports.
///
/// # Errors
/// If a unit is refused for good.
fn refused(reports: &[Brief]) -> anyhow::Result<Refused> {
	let mut refused = Refused { places: Some(Vec::new()), reason: String::new() };
	for (place, report) in reports.iter().enumerate() {
		let reason = || report.reason.as_ref().map_or("no reason given", |reason| &reason.message).to_owned();
		match report.status {
			UnitStatus::Future | UnitStatus::Ready | UnitStatus::InBlock | UnitStatus::Final | UnitStatus::Unknown => {
			},
			UnitStatus::Dropped if report.reason.as_ref().is_none_or(|reason| is_passing(&reason.code)) => {
				if let Some(places) = &mut refused.places {
					places.push(place);
				}
				refused.reason = reason();
			},
			status => bail!("the node refused a unit for good: {status:?}, {}", reason()),
		}
	}
	Ok(refused)
}

/// Whether the refusal passes with time.
fn is_passing(code: &ReasonCode) -> bool {
	matches!(
		code,
		ReasonCode::Overloaded
			| ReasonCode::PoolFull
			| ReasonCode::AccountFull
			| ReasonCode::GapTooFar
			| ReasonCode::Replaced
			| ReasonCode::TimedOut
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn reports(json: serde_json::Value) -> Vec<Brief> {
		serde_json::from_value(json).unwrap()
	}

	#[test]
	fn units_that_a_full_node_drops_are_submitted_again() {
		let mixed = reports(serde_json::json!([
			{ "hash": "0x00", "status": "ready" },
			{ "status": "dropped", "reason": { "code": "poolFull", "message": "the pool is full" } },
			{ "status": "final", "block": {} },
			{ "status": "dropped", "reason": { "code": "overloaded", "message": "too much" } },
		]));
		let refused = refused(&mixed).unwrap();
		assert_eq!(refused.places, Some(vec![1, 3]));
		assert_eq!(refused.reason, "too much");
	}

	#[test]
	fn a_unit_that_cannot_apply_ends_the_bench_with_its_reason() {
		for (status, code) in [("invalid", "balance"), ("dropped", "conflict"), ("usurped", "height")] {
			let report = serde_json::json!([{ "status": status, "reason": { "code": code, "message": "not so" } }]);
			let error = refused(&reports(report)).err().unwrap().to_string();
			assert!(error.contains("not so"), "{error}");
		}
	}
}
