//! Units from their submission to their terminal status, over as many connections as it takes.
//!
//! ```text
//! submit ──▶ reports ──▶ terminal: yielded, and the unit is done
//!   ▲           │
//!   │           ├─ no verdict (unknown, overloaded), or a refusal that an applied unit can get: ask again
//!   │           └─ silence, or the connection broke: open another one
//!   └── the same bytes, for all units that are not done ◀──┘
//! ```

use crate::{
	bind,
	lookup::{fate, is_ambiguous, Fate},
	patience::Patience,
	reports::{BlockReport, ReasonCode, UnitReport, UnitStatus, WatchOptions},
	Error, RpcClient,
};
use codec::Encode;
use futures::{stream::BoxStream, Stream, StreamExt};
use jsonrpsee::{core::client::Subscription, rpc_params};
use sp_core::Bytes;
use std::{
	collections::BTreeMap,
	pin::Pin,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
	task::{Context, Poll},
	time::Duration,
};
use tokio::time::{timeout_at, Instant};
use tp_lattice::{Unit, UnitHash};

const METHOD: &str = "lattice_submitAndWatch";
/// Time without a report after which the node is asked again: a notification can be lost where the connection is not.
const SILENCE: Duration = Duration::from_secs(30);
/// How often a refusal that an applied unit can get is asked about, before the caller is told that it is unclear.
const QUESTIONS: u32 = 8;

/// Stream of unit reports. Ends once the status of all units is terminal.
///
/// If the connection breaks, the stream opens another one and submits the open units again: a unit applies at most once.
/// An error has the units whose fate is not known ([`Error::units`]), and ends the watch of these.
pub struct Watch {
	reports: BoxStream<'static, Result<UnitReport, Error>>,
	open: Arc<AtomicUsize>,
}

impl Watch {
	/// Submits units and subscribes to their statuses.
	pub(crate) async fn start(rpc: RpcClient, units: &[Unit], options: WatchOptions) -> Result<Self, Error> {
		let open: BTreeMap<_, _> = units.iter().map(|unit| (unit.hash(), Open::new(unit.clone()))).collect();
		let count = Arc::new(AtomicUsize::new(open.len()));
		let mut watching = Watching {
			patience: Patience::new(rpc.options().reconnect_for),
			rpc,
			options,
			order: units.iter().map(Unit::hash).collect(),
			open,
			count: count.clone(),
			reports: None,
			ask_at: None,
			has_heard: false,
		};
		watching.connect().await?;
		let next = |mut watching: Watching| async move { Some((watching.next().await?, watching)) };
		Ok(Self { reports: futures::stream::unfold(watching, next).fuse().boxed(), open: count })
	}

	/// Returns the number of units whose status is not terminal.
	pub fn open(&self) -> usize {
		self.open.load(Ordering::Relaxed)
	}
}

impl Stream for Watch {
	type Item = Result<UnitReport, Error>;

	fn poll_next(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<Option<Self::Item>> {
		self.reports.poll_next_unpin(context)
	}
}

/// A unit without a terminal status.
struct Open {
	unit: Unit,
	/// The last status that was yielded.
	told: Option<(UnitStatus, Option<BlockReport>)>,
	questions: u32,
}

impl Open {
	fn new(unit: Unit) -> Self {
		Self { unit, told: None, questions: 0 }
	}
}

struct Watching {
	rpc: RpcClient,
	options: WatchOptions,
	/// All units, in the order in which they were submitted.
	order: Vec<UnitHash>,
	open: BTreeMap<UnitHash, Open>,
	count: Arc<AtomicUsize>,
	reports: Option<Subscription<UnitReport>>,
	patience: Patience,
	/// Time at which the node is asked again because of a report without a verdict.
	ask_at: Option<Instant>,
	/// Whether the node has reported anything since the units were submitted. It always can: their present status.
	has_heard: bool,
}

impl Watching {
	async fn next(&mut self) -> Option<Result<UnitReport, Error>> {
		while !self.open.is_empty() {
			let Some(reports) = &mut self.reports else {
				match self.connect().await {
					Ok(()) => continue,
					Err(error) => return Some(Err(error)),
				}
			};
			let silence = if self.has_heard { SILENCE } else { self.rpc.options().request_timeout };
			let silence = Instant::now() + silence;
			let cause = match timeout_at(self.ask_at.unwrap_or(silence).min(silence), reports.next()).await {
				Ok(Some(Ok(report))) => match self.hear(report).await {
					Ok(Some(report)) => return Some(Ok(report)),
					Ok(None) => continue,
					Err(error) => return Some(Err(error)),
				},
				Ok(Some(Err(error))) => Error::Answer { method: METHOD, reason: error.to_string() },
				Ok(None) => Error::WatchEnded,
				Err(_) if self.has_heard => {
					self.reports = None;
					continue;
				},
				Err(_) => Error::WatchEnded,
			};
			self.reports = None;
			if !self.patience.wait().await {
				return Some(Err(self.give_up(cause)));
			}
		}
		None
	}

	/// Submits the open units.
	async fn connect(&mut self) -> Result<(), Error> {
		(self.ask_at, self.has_heard) = (None, false);
		loop {
			let open = self.order.iter().filter_map(|hash| self.open.get(hash));
			let units: Vec<_> = open.map(|open| Bytes(open.unit.encode())).collect();
			match self.rpc.subscribe(METHOD, rpc_params![units, self.options], "lattice_unwatch").await {
				Ok(reports) => {
					self.reports = Some(reports);
					return Ok(());
				},
				Err(error) if error.is_connection() => {
					if !self.patience.wait().await {
						return Err(self.give_up(error));
					}
				},
				Err(error) => return Err(self.give_up(error)),
			}
		}
	}

	/// Returns what the caller learns from a report, if anything.
	async fn hear(&mut self, mut report: UnitReport) -> Result<Option<UnitReport>, Error> {
		// A report of a unit that was not submitted is none of the caller's.
		let Some(open) = self.open.get_mut(&report.hash) else { return Ok(None) };
		self.has_heard = true;
		if is_ambiguous(&report) {
			match fate(&self.rpc, &open.unit, &report).await {
				Ok(Fate::Applied(applied)) => report = UnitReport { receipt: None, ..applied },
				Ok(Fate::Refused) => {},
				Ok(Fate::Unclear) | Err(_) => {
					open.questions += 1;
					let is_last = open.questions >= QUESTIONS;
					return self.doubt(report, is_last);
				},
			}
		}
		// A client that does not ask again is told what the node says.
		if is_no_verdict(&report) && !self.rpc.options().reconnect_for.is_zero() {
			return self.doubt(report, false);
		}
		if let (UnitStatus::Final, Some(receipt)) = (report.status, &report.receipt) {
			if let Err(error) = bind::receipt(report.hash, METHOD, receipt) {
				return Err(self.give_up_on(report.hash, error));
			}
		}
		self.patience.renew();
		if report.status.is_end() {
			self.close(report.hash);
			return Ok(Some(report));
		}
		let told = (report.status, report.block);
		Ok((open.told.replace(told) != Some(told)).then_some(report))
	}

	/// Notes a report without a verdict: the node is asked again after a pause, unless the time for that is over.
	fn doubt(&mut self, report: UnitReport, is_last: bool) -> Result<Option<UnitReport>, Error> {
		let UnitReport { hash, status, reason, .. } = report;
		let Some(open) = self.open.get(&hash) else { return Ok(None) };
		let error = Error::Unit { unit: Box::new(open.unit.clone()), status, reason };
		match self.patience.pause().filter(|_| !is_last) {
			Some(pause) => {
				self.ask_at.get_or_insert(Instant::now() + pause);
				Ok(None)
			},
			None => Err(self.give_up_on(hash, error)),
		}
	}

	/// Ends the watch of one unit, whose fate is not known.
	fn give_up_on(&mut self, hash: UnitHash, source: Error) -> Error {
		let unit = self.close(hash);
		source.with_units(unit)
	}

	/// Ends the watch of all units that are open.
	fn give_up(&mut self, source: Error) -> Error {
		let units: Vec<_> = self.order.clone().into_iter().filter_map(|hash| self.close(hash)).collect();
		source.with_units(units)
	}

	fn close(&mut self, hash: UnitHash) -> Option<Unit> {
		let open = self.open.remove(&hash)?;
		self.count.store(self.open.len(), Ordering::Relaxed);
		Some(open.unit)
	}
}

/// Returns whether the report says nothing about the unit's fate: the node did not look, or lost track.
fn is_no_verdict(report: &UnitReport) -> bool {
	let code = report.reason.as_ref().map(|reason| &reason.code);
	match report.status {
		UnitStatus::Unknown => true,
		UnitStatus::Dropped => code == Some(&ReasonCode::Overloaded),
		_ => false,
	}
}
