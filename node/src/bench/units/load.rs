//! Full load: connections that hand in units, and never have more of them on their way than a bound allows.
//!
//! ```text
//! sender ── room for a call's units? ── lattice_submit (all but one) ── lattice_submitAndWatch (one) ──▶ latency
//!              ▲
//! final headers, which say how many units their blocks have
//! ```
//!
//! Watching one unit of a call and reading headers costs the node next to nothing, where a watch of every unit would be
//! a good part of what is measured.

use super::{
	calls::{Call, Calls, Params, CALL_UNITS},
	table::grouped,
};
use crate::{
	bench::blocks::BlockTimes,
	client::{RpcClient, RpcError},
	network::Node,
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
use top_sdk::reports::{ReasonCode, ReasonReport, UnitStatus};
use tp_lattice::find_lattice_digest;

/// Units on their way at a time: enough to fill the next blocks.
const IN_FLIGHT: usize = 20_000;
/// Units of one account on their way, at most: pools hold twice as many of one.
const ACCOUNT_IN_FLIGHT: usize = 128;
/// How long refused units wait until they are handed in again.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// A load of which nothing becomes final for so long has come to a halt.
const STALL: Duration = Duration::from_secs(30);
/// How often it is told how far the load is.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);
const SUBMIT: &str = "lattice_submit";
const SUBMIT_AND_WATCH: &str = "lattice_submitAndWatch";

/// What was seen of the load.
pub struct Loaded {
	/// From the submission of watched units until they were final.
	pub latency: Vec<Duration>,
	/// Units of each block.
	pub block_units: Vec<u32>,
	/// Between one final block and the next.
	pub block_intervals: Vec<Duration>,
}

/// Units of so many accounts on their way at a time. There is always room for a call.
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
	pub async fn prepare(nodes: &[Node], first: &RpcClient, calls: Calls, accounts: usize) -> anyhow::Result<Self> {
		let room = Arc::new(Semaphore::new(bound(accounts)));
		let mut senders = Vec::new();
		for (node, of_sender) in nodes.iter().cycle().zip(calls.by_sender) {
			senders.push((Sender { client: node.rpc().await?, room: room.clone() }, of_sender));
		}
		Ok(Self { senders, room, total: calls.units, blocks: BlockTimes::follow(first).await? })
	}

	/// Hands in all units; returns when blocks have them all.
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

/// Waits for all senders, and until so many units are final; returns how long the watched ones took.
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
				bail!("the load came to a halt: nothing became final in {} s", STALL.as_secs());
			},
		}
	}
	let all = tokio::time::timeout(STALL, final_units.wait_for(|units| *units >= total));
	drop(all.await.context("some units never came into a block")??);
	Ok(latency)
}

/// Returns when nothing became final for too long.
async fn stalled(mut progress: watch::Receiver<u64>) {
	while let Ok(Ok(())) = tokio::time::timeout(STALL, progress.changed()).await {}
}

/// Tells how far the load is.
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

/// What is read of a unit's report.
#[derive(Deserialize)]
struct Brief {
	status: UnitStatus,
	#[serde(default)]
	reason: Option<ReasonReport>,
}

impl Sender {
	/// Hands in calls in their order; returns how long the watched units took.
	async fn run(self, calls: Vec<Call>) -> anyhow::Result<Vec<Duration>> {
		let mut watches = JoinSet::new();
		for call in calls {
			self.room.acquire_many(call.units).await.context("the room is never closed; qed")?.forget();
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

	/// Hands in units until all are taken: the later ones of their accounts would wait for these for ever.
	async fn submit(&self, mut batch: Params) -> anyhow::Result<()> {
		let given_up = Instant::now() + STALL;
		loop {
			let refused = match self.client.request::<Vec<Brief>>(SUBMIT, &batch).await {
				Ok(reports) => refused(&reports)?,
				// The node had no time to look at them.
				Err(RpcError::Refused { reason, .. }) => Refused { places: None, reason },
				Err(error) => return Err(error.into()),
			};
			match refused.places.as_deref() {
				Some([]) => return Ok(()),
				Some(places) => batch = batch.only(places)?,
				None => {},
			}
			if Instant::now() > given_up {
				bail!("a node refuses units for {} s: {}", STALL.as_secs(), refused.reason);
			}
			tokio::time::sleep(RETRY_PAUSE).await;
		}
	}

	/// Hands in one unit, and returns when it is taken.
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
				bail!("a node refuses a unit for {} s: {}", STALL.as_secs(), refused.reason);
			}
			tokio::time::sleep(RETRY_PAUSE).await;
		}
	}
}

/// A unit that is watched.
struct Watch {
	reports: Subscription<Brief>,
	is_final: bool,
}

/// Waits until a unit is final. One that the pool drops meanwhile is handed in again; the wait counts.
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

async fn subscribe(client: &RpcClient, unit: &Params) -> Result<Subscription<Brief>, RpcError> {
	client.subscribe(SUBMIT_AND_WATCH, unit, "lattice_unwatch").await
}

async fn next(reports: &mut Subscription<Brief>) -> anyhow::Result<Brief> {
	Ok(reports.next().await.context("the node ended the watch of a unit before the unit's end")??)
}

/// Which units a node did not take, and may take later.
struct Refused {
	/// `None`: all of them.
	places: Option<Vec<usize>>,
	/// Why the first was refused.
	reason: String,
}

/// # Errors
/// If a unit is refused for good.
fn refused(reports: &[Brief]) -> anyhow::Result<Refused> {
	let mut refused = Refused { places: Some(Vec::new()), reason: String::new() };
	for (place, report) in reports.iter().enumerate() {
		let reason = || report.reason.as_ref().map_or("no reason given", |reason| &reason.message).to_owned();
		match report.status {
			UnitStatus::Future | UnitStatus::Ready | UnitStatus::InBlock | UnitStatus::Final => {},
			UnitStatus::Dropped if report.reason.as_ref().is_none_or(|reason| is_passing(&reason.code)) => {
				if let Some(places) = &mut refused.places {
					places.push(place);
				}
				refused.reason = reason();
			},
			status => bail!("a unit of the load was refused for good: {status:?}, {}", reason()),
		}
	}
	Ok(refused)
}

/// Whether time alone helps.
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
	fn what_a_full_node_drops_is_handed_in_again() {
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
	fn what_can_never_apply_ends_the_bench_with_its_reason() {
		for (status, code) in [("invalid", "balance"), ("dropped", "conflict"), ("usurped", "height")] {
			let report = serde_json::json!([{ "status": status, "reason": { "code": code, "message": "not so" } }]);
			let error = refused(&reports(report)).err().unwrap().to_string();
			assert!(error.contains("not so"), "{error}");
		}
	}
}
