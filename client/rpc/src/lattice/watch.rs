//! The subscription `lattice_submitAndWatch`.

use super::{
	knowledge::Knowledge,
	lookup::{Lookup, Patience},
	report::{not_verified, report},
};
use crate::log_targets::LOG_TARGET;
use codec::Encode;
use jsonrpsee::{SubscriptionMessage, SubscriptionSink};
use serde::Serialize;
use sp_core::Bytes;
use std::{collections::HashMap, time::Duration};
use tc_lattice::{Lagged, Status, SubmitError, Watch};
use tc_lattice_rpc_types::{UnitReport, WatchOptions};
use tp_lattice::{Unit, UnitHash};

/// How long a report waits for a subscriber that does not read. The subscription ends then.
const SEND_TIMEOUT: Duration = Duration::from_secs(60);

/// One subscriber and its units.
pub(super) struct Subscription {
	lookup: Lookup,
	sink: SubscriptionSink,
	options: WatchOptions,
	/// Units without an end, with the last status sent.
	open: HashMap<UnitHash, Option<Knowledge>>,
	/// Reports of the list that is sent next, if reports come in lists.
	group: Vec<UnitReport>,
}

/// The subscriber is gone.
struct Gone;

/// Hashes and statuses of submitted units.
type Submitted = Result<Vec<(UnitHash, Status)>, SubmitError>;

impl Subscription {
	pub fn new(lookup: Lookup, sink: SubscriptionSink, options: WatchOptions) -> Self {
		Self { lookup, sink, options, open: HashMap::new(), group: Vec::new() }
	}

	/// Submits units and sends their statuses until all have an end or the subscriber is gone.
	///
	/// `watch` must have begun before: a unit can be final before its submission is answered. It ends with the
	/// subscription or its connection, at once. The submission goes on.
	pub async fn run(mut self, watch: Watch, units: Vec<Unit>) {
		let sink = self.sink.clone();
		let pool = self.lookup.units.clone();
		let mut submission = std::pin::pin!(pool.submit(units));
		let submitted = tokio::select! {
			submitted = &mut submission => submitted,
			() = sink.closed() => {
				drop(watch);
				if let Err(error) = submission.await {
					log::trace!(target: LOG_TARGET, "The units of a subscriber that is gone are not verified: {error}");
				}
				return;
			},
		};
		let is_gone = tokio::select! {
			followed = self.follow(watch, submitted) => matches!(followed, Err(Gone)),
			() = sink.closed() => true,
		};
		if is_gone {
			log::trace!(target: LOG_TARGET, "A subscriber is gone before its units have an end");
		}
	}

	async fn follow(&mut self, mut watch: Watch, submitted: Submitted) -> Result<(), Gone> {
		match submitted {
			Ok(submitted) => {
				let known = self.lookup.settle(submitted, Patience::Wait).await;
				self.open = known.iter().map(|(hash, _)| (*hash, None)).collect();
				self.tell_all(known).await?;
			},
			// The units may be in the pool by another way.
			Err(error) => {
				for hash in watch.units() {
					match self.lookup.units.status(hash) {
						Some(status) => {
							self.open.insert(*hash, None);
							self.tell(*hash, Knowledge::Known(status)).await?;
						},
						None => self.send(not_verified(*hash, &error)).await?,
					}
				}
			},
		}
		self.send_group().await?;
		while !self.open.is_empty() {
			match watch.next().await {
				Ok(Some((hash, status))) => {
					let mut next = Some((hash, status));
					while let Some((hash, status)) = next {
						let status = self.newer(&mut watch, hash, status);
						self.tell(hash, Knowledge::Known(status)).await?;
						next = watch.try_next();
					}
				},
				// The present statuses replace the statuses that were missed.
				Err(Lagged) => {
					let present = self.present().await;
					self.tell_all(present).await?;
				},
				Ok(None) => {
					let present = self.present().await;
					self.tell_all(present).await?;
					return self.send_group().await;
				},
			}
			self.send_group().await?;
		}
		Ok(())
	}

	/// Returns the status to tell in place of an end. A unit that was sent again by another way meanwhile is open, and
	/// its watch begins again.
	fn newer(&self, watch: &mut Watch, hash: UnitHash, status: Status) -> Status {
		let is_open = || self.lookup.units.status(&hash).is_some_and(|newer| !newer.is_end());
		// Renewed before the second look: an end in between reaches the watch.
		if status.is_end() && is_open() && watch.renew(hash).is_ok() {
			return self.lookup.units.status(&hash).unwrap_or(status);
		}
		status
	}

	/// Returns what is known of the open units at present.
	async fn present(&self) -> Vec<(UnitHash, Knowledge)> {
		self.lookup.present(self.open.keys().copied().collect()).await
	}

	async fn tell_all(&mut self, known: Vec<(UnitHash, Knowledge)>) -> Result<(), Gone> {
		for (hash, knowledge) in known {
			self.tell(hash, knowledge).await?;
		}
		Ok(())
	}

	/// Sends a status, unless it is the one sent last: the answer to a submission arrives as an event as well.
	async fn tell(&mut self, hash: UnitHash, knowledge: Knowledge) -> Result<(), Gone> {
		match self.open.get_mut(&hash) {
			Some(sent) if sent.as_ref() != Some(&knowledge) => *sent = Some(knowledge),
			_ => return Ok(()),
		}
		let mut report = report(hash, &knowledge);
		if report.status.ends_watch() {
			self.open.remove(&hash);
		}
		if let (true, Knowledge::Known(status)) = (self.options.receipts, &knowledge) {
			match self.lookup.receipt_of(status).await {
				Ok(receipt) => report.receipt = receipt.map(|receipt| Bytes(receipt.encode())),
				Err(error) => log::warn!(target: LOG_TARGET, "No receipt for {hash:?}: {error}"),
			}
		}
		self.send(report).await
	}

	/// Sends a report, or adds it to the next list.
	async fn send(&mut self, report: UnitReport) -> Result<(), Gone> {
		if self.options.grouped {
			self.group.push(report);
			return Ok(());
		}
		self.send_json(&report).await
	}

	async fn send_group(&mut self) -> Result<(), Gone> {
		match std::mem::take(&mut self.group) {
			group if group.is_empty() => Ok(()),
			group => self.send_json(&group).await,
		}
	}

	async fn send_json(&self, message: &impl Serialize) -> Result<(), Gone> {
		match SubscriptionMessage::from_json(message) {
			Ok(message) => self.sink.send_timeout(message, SEND_TIMEOUT).await.map_err(|_| Gone),
			Err(error) => {
				log::error!(target: LOG_TARGET, "The status of a unit does not serialize: {error}");
				Err(Gone)
			},
		}
	}
}
