//! One connection that submits calls, and counts what nodes refuse.

use crate::units::calls::{Call, Params};
use anyhow::{bail, Context};
use jsonrpsee::core::client::Subscription;
use serde::Deserialize;
use std::{
	collections::{BTreeMap, HashSet},
	time::{Duration, Instant},
};
use tokio::task::JoinSet;
use top_sdk::{
	reports::{ReasonCode, ReasonReport, UnitStatus},
	Error, RpcClient, UnitHash,
};

/// Pause before refused units are submitted again.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// A node that refuses units for this long does not recover.
pub const STALL: Duration = Duration::from_secs(30);
const SUBMIT: &str = "lattice_submit";
const SUBMIT_AND_WATCH: &str = "lattice_submitAndWatch";
/// The reason of a call that the node refused as a whole.
const BUSY: &str = "busy";

/// Numbers of refusals by reason. A unit that is refused twice counts twice.
pub type Refusals = BTreeMap<String, u64>;

/// The units of a call, and when they were to be sent.
#[derive(Debug)]
pub struct Sent {
	/// Hashes of the units.
	pub hashes: Vec<UnitHash>,
	/// The time from which their latencies count.
	pub since: Instant,
}

/// What a connection did.
#[derive(Debug, Default)]
pub struct Submitted {
	/// All calls.
	pub sent: Vec<Sent>,
	/// Times of the watched units from their submission until final.
	pub latency: Vec<Duration>,
	/// Times by which calls were sent later than planned.
	pub late: Vec<Duration>,
	/// What the node refused, and was sent again.
	pub refusals: Refusals,
}

impl Submitted {
	/// Adds what another connection did.
	pub fn merge(&mut self, other: Self) {
		let Self { sent, latency, late, refusals } = other;
		self.sent.extend(sent);
		self.latency.extend(latency);
		self.late.extend(late);
		add(&mut self.refusals, refusals);
	}
}

fn add(sum: &mut Refusals, refusals: Refusals) {
	for (reason, count) in refusals {
		*sum.entry(reason).or_default() += count;
	}
}

/// One connection.
pub struct Submitter {
	client: RpcClient,
	watches: JoinSet<anyhow::Result<(Vec<Duration>, Refusals)>>,
	submitted: Submitted,
}

/// The fields of a unit's report that are used here.
#[derive(Deserialize)]
struct Brief {
	hash: UnitHash,
	status: UnitStatus,
	#[serde(default)]
	reason: Option<ReasonReport>,
}

impl Submitter {
	/// Begins with a connection.
	pub fn new(client: RpcClient) -> Self {
		Self { client, watches: JoinSet::new(), submitted: Submitted::default() }
	}

	/// Submits a call, until the node takes all of its units. With a planned time, latencies of all units count from it.
	///
	/// # Errors
	/// If the node refuses a unit for good.
	pub async fn submit(&mut self, call: Call, planned: Option<Instant>) -> anyhow::Result<()> {
		let Call { hashes, first_watched, batch, watched } = call;
		let since = planned.unwrap_or_else(Instant::now);
		if planned.is_some() {
			self.submitted.late.push(since.elapsed());
		}
		if let Some(batch) = batch {
			self.submit_batch(batch).await?;
		}
		if let Some(units) = watched {
			// Without a plan, the watched unit behind a batch counts from its own submission.
			let since = planned.unwrap_or_else(Instant::now);
			let watched = hashes.get(first_watched..).unwrap_or_default().to_vec();
			let reports = subscribe(&self.client, &units).await?;
			let mut watch = Started::new(reports, Watch { client: self.client.clone(), units, watched, since });
			watch.first(&mut self.submitted.refusals).await?;
			self.watches.spawn(watch.run());
		}
		self.submitted.sent.push(Sent { hashes, since });
		Ok(())
	}

	/// Waits for the watched units; returns all that the connection did.
	///
	/// # Errors
	/// If a watched unit does not become final.
	pub async fn finish(mut self) -> anyhow::Result<Submitted> {
		while let Some(watch) = self.watches.join_next().await {
			let (latency, refusals) = watch.context("a watch of the load ended")??;
			self.submitted.latency.extend(latency);
			add(&mut self.submitted.refusals, refusals);
		}
		Ok(self.submitted)
	}

	/// Submits units until the node takes all: without them, later units of their accounts would wait forever.
	async fn submit_batch(&mut self, mut batch: Params) -> anyhow::Result<()> {
		let given_up = Instant::now() + STALL;
		loop {
			let reason = match self.client.request::<Vec<Brief>>(SUBMIT, &batch).await {
				Ok(reports) => {
					let refused = refused(&reports, &mut self.submitted.refusals)?;
					let Some((_, reason)) = refused.last() else { return Ok(()) };
					let places: Vec<usize> = refused.iter().map(|(place, _)| *place).collect();
					batch = batch.only(&places)?;
					reason.clone()
				},
				// The node was too busy to check them.
				Err(Error::Refused { message, .. }) => {
					*self.submitted.refusals.entry(BUSY.into()).or_default() += 1;
					message
				},
				Err(error) => return Err(error.into()),
			};
			if Instant::now() > given_up {
				bail!("a node has refused units for {} s: {reason}", STALL.as_secs());
			}
			tokio::time::sleep(RETRY_PAUSE).await;
		}
	}
}

/// Watched units of one call.
struct Watch {
	client: RpcClient,
	units: Params,
	watched: Vec<UnitHash>,
	since: Instant,
}

/// A watch that has begun.
struct Started {
	/// The subscription to all units, and those to units that were sent again.
	reports: Vec<Subscription<Brief>>,
	watch: Watch,
	open: HashSet<UnitHash>,
	latency: Vec<Duration>,
	refusals: Refusals,
}

impl Started {
	fn new(reports: Subscription<Brief>, watch: Watch) -> Self {
		let open = watch.watched.iter().copied().collect();
		Self { reports: vec![reports], watch, open, latency: Vec::new(), refusals: Refusals::new() }
	}

	/// Waits for the first report: the node has verified the units then, and later units of their accounts may follow.
	async fn first(&mut self, refusals: &mut Refusals) -> anyhow::Result<()> {
		self.step().await?;
		add(refusals, std::mem::take(&mut self.refusals));
		Ok(())
	}

	/// Waits until all units are final; returns their latencies. Submits units again that the pool drops; their latency
	/// includes the wait.
	async fn run(mut self) -> anyhow::Result<(Vec<Duration>, Refusals)> {
		while !self.open.is_empty() {
			self.step().await?;
		}
		Ok((self.latency, self.refusals))
	}

	/// Takes one report of the newest subscription that has more.
	async fn step(&mut self) -> anyhow::Result<()> {
		let reports = self.reports.last_mut().context("the node ended the watch of a unit before the unit's end")?;
		let Some(report) = reports.next().await else {
			self.reports.pop();
			return Ok(());
		};
		let report = report?;
		let is_refused = !refused(std::slice::from_ref(&report), &mut self.refusals)?.is_empty();
		if is_refused {
			if self.watch.since.elapsed() > STALL {
				bail!("a node has refused a unit for {} s", STALL.as_secs());
			}
			tokio::time::sleep(RETRY_PAUSE).await;
			let place = self.watch.watched.iter().position(|hash| *hash == report.hash);
			let again = self.watch.units.only(&[place.context("the node reports a unit that is not watched")?])?;
			self.reports.push(subscribe(&self.watch.client, &again).await?);
		} else if report.status == UnitStatus::Final && self.open.remove(&report.hash) {
			self.latency.push(self.watch.since.elapsed());
		}
		Ok(())
	}
}

async fn subscribe(client: &RpcClient, units: &Params) -> Result<Subscription<Brief>, Error> {
	client.subscribe(SUBMIT_AND_WATCH, units, "lattice_unwatch").await
}

/// Returns the places of the units that a node refused for the moment, with the reasons for people; counts them.
///
/// # Errors
/// If a unit is refused for good.
fn refused(reports: &[Brief], refusals: &mut Refusals) -> anyhow::Result<Vec<(usize, String)>> {
	let mut refused = Vec::new();
	for (place, report) in reports.iter().enumerate() {
		let reason = || report.reason.as_ref().map_or("no reason given", |reason| &reason.message).to_owned();
		match report.status {
			UnitStatus::Future | UnitStatus::Ready | UnitStatus::InBlock | UnitStatus::Final => {},
			UnitStatus::Dropped | UnitStatus::Unknown
				if report.reason.as_ref().is_none_or(|reason| is_passing(&reason.code)) =>
			{
				*refusals.entry(code(report)).or_default() += 1;
				refused.push((place, reason()));
			},
			status => bail!("the node refused a unit for good: {status:?}, {}", reason()),
		}
	}
	Ok(refused)
}

/// Returns the reason for programs.
fn code(report: &Brief) -> String {
	let code = report.reason.as_ref().and_then(|reason| serde_json::to_value(&reason.code).ok());
	code.and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_else(|| "unknown".into())
}

/// Whether the refusal passes with time.
fn is_passing(code: &ReasonCode) -> bool {
	matches!(
		code,
		ReasonCode::Overloaded
			| ReasonCode::NotIndexed
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

	const HASH: &str = "0x0000000000000000000000000000000000000000000000000000000000000007";

	fn reports(json: serde_json::Value) -> Vec<Brief> {
		serde_json::from_value(json).unwrap()
	}

	#[test]
	fn units_that_a_full_node_drops_are_submitted_again_and_counted_by_reason() {
		let mixed = reports(serde_json::json!([
			{ "hash": HASH, "status": "ready" },
			{ "hash": HASH, "status": "dropped", "reason": { "code": "poolFull", "message": "the pool is full" } },
			{ "hash": HASH, "status": "final", "block": {} },
			{ "hash": HASH, "status": "dropped", "reason": { "code": "overloaded", "message": "too much" } },
		]));
		let mut refusals = Refusals::new();
		let refused = super::refused(&mixed, &mut refusals).unwrap();
		assert_eq!(refused, [(1, "the pool is full".into()), (3, "too much".into())]);
		super::refused(&mixed, &mut refusals).unwrap();
		assert_eq!(refusals, Refusals::from([("overloaded".into(), 2), ("poolFull".into(), 2)]));
	}

	#[test]
	fn a_unit_that_cannot_apply_ends_the_bench_with_its_reason() {
		for (status, code) in [("invalid", "balance"), ("dropped", "conflict"), ("usurped", "height")] {
			let reason = serde_json::json!({ "code": code, "message": "not so" });
			let report = serde_json::json!([{ "hash": HASH, "status": status, "reason": reason }]);
			let error = refused(&reports(report), &mut Refusals::new()).err().unwrap().to_string();
			assert!(error.contains("not so"), "{error}");
		}
	}
}
