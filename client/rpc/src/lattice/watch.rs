//! The subscription `lattice_submitAndWatch`.

use super::{
	lookup::Lookup,
	report::{refusal, unit_report},
};
use crate::log_targets::LOG_TARGET;
use codec::Encode;
use jsonrpsee::{SubscriptionMessage, SubscriptionSink};
use sp_core::Bytes;
use std::collections::HashMap;
use tc_lattice::{DropReason, Status, Watch};
use tc_lattice_rpc_types::UnitReport;
use tp_lattice::{Unit, UnitHash};

/// One subscriber and its units.
pub(super) struct Subscription {
	lookup: Lookup,
	sink: SubscriptionSink,
	/// Whether final units are sent with their receipts.
	receipts: bool,
	/// Units without an end, with the last status sent.
	open: HashMap<UnitHash, Option<Status>>,
}

/// The subscriber is gone.
struct Gone;

impl Subscription {
	pub fn new(lookup: Lookup, sink: SubscriptionSink, receipts: bool) -> Self {
		Self { lookup, sink, receipts, open: HashMap::new() }
	}

	/// Submits units and sends their statuses until all have an end or the subscriber is gone.
	///
	/// `watch` must have begun before: a unit can be final before its submission is answered.
	pub async fn run(mut self, watch: Watch, units: Vec<Unit>) {
		if let Err(Gone) = self.follow(watch, units).await {
			log::trace!(target: LOG_TARGET, "A subscriber is gone before its units have an end");
		}
	}

	async fn follow(&mut self, mut watch: Watch, units: Vec<Unit>) -> Result<(), Gone> {
		let submitted = match self.lookup.units.submit(units).await {
			Ok(submitted) => submitted,
			Err(error) => {
				for hash in watch.units() {
					self.send(&refusal(*hash, &error)).await?;
				}
				return Ok(());
			},
		};
		self.open = submitted.iter().map(|(hash, _)| (*hash, None)).collect();
		for (hash, status) in submitted {
			let status = self.lookup.final_status(hash, status);
			self.tell(hash, status).await?;
		}
		while !self.open.is_empty() {
			let Some((hash, status)) = watch.next().await else { return self.end_all().await };
			self.tell(hash, status).await?;
		}
		Ok(())
	}

	/// Sends the ends of all open units: the subscriber was too slow for the watch.
	async fn end_all(&mut self) -> Result<(), Gone> {
		let lost = Status::Dropped(DropReason::Overloaded);
		for hash in self.open.keys().copied().collect::<Vec<_>>() {
			let status = self.lookup.units.status(&hash).filter(Status::is_end).unwrap_or(lost);
			self.tell(hash, status).await?;
		}
		Ok(())
	}

	/// Sends a status, unless it is the one sent last: the answer to a submission arrives as an event as well.
	async fn tell(&mut self, hash: UnitHash, status: Status) -> Result<(), Gone> {
		match self.open.get_mut(&hash) {
			Some(sent) if sent.as_ref() != Some(&status) => *sent = Some(status),
			_ => return Ok(()),
		}
		if status.is_end() {
			self.open.remove(&hash);
		}
		let mut report = unit_report(hash, &status);
		if self.receipts {
			match self.lookup.receipt_of(&status) {
				Ok(receipt) => report.receipt = receipt.map(|receipt| Bytes(receipt.encode())),
				Err(error) => log::warn!(target: LOG_TARGET, "No receipt for {hash:?}: {error}"),
			}
		}
		self.send(&report).await
	}

	async fn send(&self, report: &UnitReport) -> Result<(), Gone> {
		match SubscriptionMessage::from_json(report) {
			Ok(message) => self.sink.send(message).await.map_err(|_| Gone),
			Err(error) => {
				log::error!(target: LOG_TARGET, "The status of a unit does not serialize: {error}");
				Err(Gone)
			},
		}
	}
}
