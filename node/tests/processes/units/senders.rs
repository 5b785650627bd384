//! Senders: each has its own connection, submits units, and receives their reports.
//!
//! A sender whose node dies turns to another, and submits the same bytes of units without a reported end again.

use codec::Encode;
use futures::StreamExt;
use rand::{rngs::StdRng, Rng, SeedableRng};
use std::{
	collections::HashMap,
	time::{Duration, Instant},
};
use tokio::task::JoinSet;
use top_sdk::{
	reports::{ReasonCode, UnitReport, UnitStatus},
	Client, ConnectOptions, Unit, UnitHash,
};

/// How long a sender may get no report before the test fails. It may be the last in turn. Where other work leaves a
/// network of four a tenth of two cores, 16,000 units in flight took a minute.
const SILENCE: Duration = Duration::from_secs(180);
/// Pause before a sender tries another node.
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);
/// Pause before units that a pool dropped are submitted again.
const AGAIN_PAUSE: Duration = Duration::from_millis(500);

/// Parameters of senders.
#[derive(Clone)]
pub struct Manner {
	/// URLs of the nodes.
	pub urls: Vec<String>,
	/// Units of one call.
	pub batch: usize,
	/// Pause between the end of one call's units and the next call.
	pub pause: Duration,
	/// Whether nodes die meanwhile. If not, a broken connection and any end but final are failures.
	pub nodes_die: bool,
}

/// The result of a unit.
#[derive(Clone, Debug, Default)]
pub struct Told {
	/// The reported ends, of which there must be one.
	pub ends: Vec<UnitStatus>,
	/// Its receipt.
	pub receipt: Vec<u8>,
}

/// The results of senders.
#[derive(Default)]
pub struct Heard {
	/// Results by unit.
	pub units: HashMap<UnitHash, Told>,
	/// Times from the submission of a unit to its end.
	pub latencies: Vec<Duration>,
	/// Number of broken connections.
	pub reconnections: usize,
	/// Number of units submitted again after that.
	pub again: usize,
	/// Numbers of units that pools dropped for a passing reason and that were submitted again, by reason.
	pub dropped: HashMap<String, usize>,
}

impl Heard {
	fn add(&mut self, other: Self) {
		self.units.extend(other.units);
		self.latencies.extend(other.latencies);
		self.reconnections += other.reconnections;
		self.again += other.again;
		for (reason, count) in other.dropped {
			*self.dropped.entry(reason).or_default() += count;
		}
	}

	/// Checks that every unit was reported as final once, and with no other end.
	#[track_caller]
	pub fn assert_all_final(&self, count: usize) {
		assert_eq!(self.units.len(), count, "some units were never spoken of");
		let wrong: Vec<_> = self.units.iter().filter(|(_, told)| told.ends != [UnitStatus::Final]).take(5).collect();
		assert!(wrong.is_empty(), "not reported as final once: {wrong:?}");
	}

	/// Returns the receipts.
	pub fn take_receipts(&mut self) -> Vec<(UnitHash, Vec<u8>)> {
		self.units.iter_mut().map(|(hash, told)| (*hash, std::mem::take(&mut told.receipt))).collect()
	}
}

/// Sends each list of units by its own sender, all at once, over the nodes in turns; returns when all units have
/// reported their end.
pub async fn send_all(lists: Vec<Vec<Unit>>, manner: Manner) -> Heard {
	let mut senders = JoinSet::new();
	for (number, units) in lists.into_iter().enumerate() {
		let sender = Sender {
			node: number % manner.urls.len(),
			manner: manner.clone(),
			rng: StdRng::seed_from_u64(number as u64),
			client: None,
			heard: Heard::default(),
		};
		senders.spawn(sender.run(units));
	}
	let mut heard = Heard::default();
	while let Some(sender) = senders.join_next().await {
		heard.add(sender.unwrap());
	}
	heard
}

struct Sender {
	node: usize,
	manner: Manner,
	rng: StdRng,
	client: Option<Client>,
	heard: Heard,
}

impl Sender {
	async fn run(mut self, units: Vec<Unit>) -> Heard {
		for batch in units.chunks(self.manner.batch) {
			self.send(batch).await;
			tokio::time::sleep(self.manner.pause).await;
		}
		self.heard
	}

	/// Sends units until each has an end.
	async fn send(&mut self, batch: &[Unit]) {
		let since = Instant::now();
		let mut heard_at = Instant::now();
		let mut open = batch.to_vec();
		while !open.is_empty() {
			assert!(heard_at.elapsed() < SILENCE, "{} units have no end after {SILENCE:?}", open.len());
			let before = self.heard.latencies.len();
			let intact = self.watch(&open, since).await;
			if self.heard.latencies.len() > before {
				heard_at = Instant::now();
			}
			open.retain(|unit| self.heard.units.get(&unit.hash()).is_none_or(|told| told.ends.is_empty()));
			if intact {
				// The remaining units were dropped.
				if !open.is_empty() {
					tokio::time::sleep(AGAIN_PAUSE).await;
				}
				continue;
			}
			assert!(self.manner.nodes_die, "a connection broke, and no node has died");
			self.client = None;
			self.heard.reconnections += 1;
			self.heard.again += open.len();
			self.turn_to_another();
			tokio::time::sleep(RECONNECT_PAUSE).await;
		}
	}

	/// At random. The test kills the nodes in their order. If all senders took the next node, all would soon be at the
	/// node of the next kill, forever.
	fn turn_to_another(&mut self) {
		let nodes = self.manner.urls.len();
		self.node = (self.node + self.rng.gen_range(1..nodes.max(2))) % nodes;
	}

	/// Submits units and reads their reports; returns false if the connection broke.
	async fn watch(&mut self, units: &[Unit], since: Instant) -> bool {
		// The sender itself turns to another node when a connection breaks.
		let options = ConnectOptions::without_reconnecting();
		let client = match &self.client {
			Some(client) => client.clone(),
			None => match Client::connect_with(&self.manner.urls[self.node], options.clone()).await {
				Ok(client) => self.client.insert(client).clone(),
				Err(_) => return false,
			},
		};
		let mut watch = match client.submit_and_watch(units).await {
			Ok(watch) => watch,
			Err(error) if error.is_connection() => return false,
			Err(error) => panic!("a call was refused: {error}"),
		};
		loop {
			match tokio::time::timeout(SILENCE, watch.next()).await {
				Ok(Some(Ok(report))) => self.hear(report, since),
				Ok(Some(Err(error))) if error.is_connection() => return false,
				Ok(Some(Err(error))) => panic!("a report makes no sense: {error}"),
				Ok(None) => return true,
				Err(_) => panic!("{} units of {} were not spoken of for {SILENCE:?}", watch.open(), units.len()),
			}
		}
	}

	fn hear(&mut self, report: UnitReport, since: Instant) {
		let told = self.heard.units.entry(report.hash).or_default();
		if !report.status.is_end() {
			assert!(told.ends.is_empty(), "{:?} was {:?}, and is {:?} again", report.hash, told.ends, report.status);
			return;
		}
		let is_transient = match &report.reason {
			Some(reason) => {
				matches!(
					reason.code,
					ReasonCode::Overloaded
						| ReasonCode::NotIndexed
						| ReasonCode::PoolFull
						| ReasonCode::Replaced
						| ReasonCode::TimedOut
				)
			},
			None => false,
		};
		if self.manner.nodes_die && report.status == UnitStatus::Dropped && is_transient {
			// Not an end of the unit: it may be submitted again.
			let reason = report.reason.map_or_else(String::new, |reason| format!("{:?}", reason.code));
			*self.heard.dropped.entry(reason).or_default() += 1;
			return;
		}
		assert_eq!(report.status, UnitStatus::Final, "{report:?}");
		assert!(report.block.is_some(), "the report does not name the block of {:?}", report.hash);
		told.ends.push(report.status);
		told.receipt = report.receipt.map(|receipt| receipt.0).expect("receipts were asked for");
		self.heard.latencies.push(since.elapsed());
	}
}

/// Encodes units as parameters of calls.
pub fn encoded(units: &[Unit]) -> Vec<sp_core::Bytes> {
	units.iter().map(|unit| sp_core::Bytes(unit.encode())).collect()
}
