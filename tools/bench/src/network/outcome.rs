//! The fate of payments.

use crate::network::sign::Payment;
use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};

/// A payment with what is known of it.
#[derive(Clone, Debug)]
pub struct Entry {
	/// The payment.
	pub payment: Payment,
	/// When it was final in its shard.
	pub final_at: Option<Instant>,
	/// When the zone included its block.
	pub sealed_at: Option<Instant>,
	/// When its receiver's shard took its message.
	pub credited_at: Option<Instant>,
	/// How often it was sent.
	pub(crate) sent: usize,
	/// When a node took it last.
	pub(crate) sent_at: Option<Instant>,
}

impl Entry {
	pub(crate) fn new(payment: Payment) -> Self {
		Self { payment, final_at: None, sealed_at: None, credited_at: None, sent: 0, sent_at: None }
	}

	/// Whether it leads to another shard.
	pub fn is_remote(&self) -> bool {
		self.payment.planned.from != self.payment.planned.to
	}

	/// Whether its value has arrived: at once if sender and receiver live in one shard.
	pub fn has_arrived(&self) -> bool {
		if self.is_remote() {
			self.credited_at.is_some()
		} else {
			self.final_at.is_some()
		}
	}

	/// Whether nothing more is awaited.
	pub(crate) fn is_over(&self) -> bool {
		self.has_arrived() && self.sealed_at.is_some()
	}
}

/// What a drive did.
#[derive(Debug)]
pub struct Outcome {
	/// The payments, in the order of the plan.
	pub entries: Vec<Entry>,
	/// Numbers of refusals by reason. What was refused was sent again.
	pub refusals: BTreeMap<String, u64>,
	/// Times by which payments were sent later than planned, because their senders were not free or the generator was not.
	pub late: Vec<Duration>,
	/// The begin of the plan.
	pub began: Instant,
}

impl Outcome {
	/// Returns the times from the planned time of payments until an event of them.
	pub fn latencies(&self, event: impl Fn(&Entry) -> Option<Instant>) -> Vec<Duration> {
		let since = |entry: &Entry| {
			let planned = self.began + entry.payment.planned.at;
			event(entry).map(|at| at.saturating_duration_since(planned))
		};
		self.entries.iter().filter_map(since).collect()
	}

	/// Returns the payments of this load and of another one.
	pub fn with(&self, other: &Self) -> Self {
		let entries = self.entries.iter().chain(&other.entries).cloned().collect();
		Self { entries, refusals: BTreeMap::new(), late: Vec::new(), began: self.began }
	}

	/// Returns the payments that were final and moved their values. A payment that failed in its block has moved nothing.
	pub fn paid(&self) -> impl Iterator<Item = &Entry> {
		self.entries.iter().filter(|entry| entry.has_arrived())
	}

	/// Returns the number of payments that were final and failed: the source refused them in their block.
	pub fn failed(&self) -> usize {
		self.entries.iter().filter(|entry| entry.final_at.is_some() && !entry.has_arrived()).count()
	}

	/// Returns the number of payments that are not final.
	pub fn unfinished(&self) -> usize {
		self.entries.iter().filter(|entry| entry.final_at.is_none()).count()
	}

	/// Returns the time from the begin until the last payment was final.
	pub fn until_final(&self) -> Duration {
		let last = self.entries.iter().filter_map(|entry| entry.final_at).max();
		last.map_or(Duration::ZERO, |last| last.saturating_duration_since(self.began))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::network::{plan::Planned, sign::By};

	fn entry(number: u8, to: u16) -> Entry {
		let planned = Planned { at: Duration::from_millis(10), from: 0, to };
		let hash = tp_core::Hash::repeat_byte(number);
		let (amount, bytes) = (number.into(), Vec::new());
		Entry::new(Payment { planned, sender: 0, receiver: 1, amount, by: By::Unit, hash, bytes })
	}

	#[test]
	fn a_payment_between_shards_is_paid_when_it_is_credited() {
		let began = Instant::now();
		let at = |ms| Some(began + Duration::from_millis(ms));
		let local = Entry { final_at: at(40), ..entry(1, 0) };
		let credited = Entry { final_at: at(50), sealed_at: at(70), credited_at: at(90), ..entry(2, 1) };
		let failed = Entry { final_at: at(60), sealed_at: at(70), ..entry(3, 1) };
		let open = entry(4, 1);
		assert!(credited.is_over() && !local.is_over() && !failed.is_over());
		let entries = vec![local, credited, failed, open];
		let outcome = Outcome { entries, refusals: BTreeMap::new(), late: Vec::new(), began };
		assert_eq!((outcome.paid().count(), outcome.failed(), outcome.unfinished()), (2, 1, 1));
		assert_eq!(outcome.until_final(), Duration::from_millis(60));
		let latencies = outcome.latencies(|entry| entry.final_at);
		assert_eq!(latencies, [30, 40, 50].map(Duration::from_millis));
	}
}
