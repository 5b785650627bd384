//! What becomes of units.

use crate::{
	client::receipt_of,
	reports::{BlockReport, UnitReport, UnitStatus},
	Client, Error,
};
use futures::{Stream, StreamExt};
use jsonrpsee::core::client::Subscription;
use std::{
	collections::HashSet,
	pin::Pin,
	task::{Context, Poll},
};
use tp_lattice::{Receipt, UnitHash};

/// Reports of units, as they come. Ends when all units have come to their end.
pub struct Watch {
	reports: Subscription<UnitReport>,
	open: HashSet<UnitHash>,
}

impl Watch {
	pub(crate) fn new(reports: Subscription<UnitReport>, units: impl IntoIterator<Item = UnitHash>) -> Self {
		Self { reports, open: units.into_iter().collect() }
	}

	/// Units that have not come to their end.
	pub fn open(&self) -> usize {
		self.open.len()
	}
}

impl Stream for Watch {
	type Item = Result<UnitReport, Error>;

	fn poll_next(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<Option<Self::Item>> {
		if self.open.is_empty() {
			return Poll::Ready(None);
		}
		let Poll::Ready(report) = self.reports.poll_next_unpin(context) else { return Poll::Pending };
		Poll::Ready(Some(match report {
			Some(Ok(report)) => {
				if report.status.is_end() {
					self.open.remove(&report.hash);
				}
				Ok(report)
			},
			Some(Err(error)) => Err(Error::Answer { method: "lattice_submitAndWatch", reason: error.to_string() }),
			// After this error, the stream ends.
			None => {
				self.open.clear();
				Err(Error::WatchEnded)
			},
		}))
	}
}

/// A unit on its way, which the node has taken.
pub struct Submission {
	client: Client,
	watch: Watch,
	newest: UnitReport,
}

impl Submission {
	/// Waits for the node's first word.
	pub(crate) async fn new(client: Client, mut watch: Watch) -> Result<Self, Error> {
		let newest = accepted(watch.next().await.ok_or(Error::WatchEnded)??)?;
		Ok(Self { client, watch, newest })
	}

	/// The unit.
	pub fn hash(&self) -> UnitHash {
		self.newest.hash
	}

	/// The newest report of it.
	pub fn report(&self) -> &UnitReport {
		&self.newest
	}

	/// Waits for the next report; `None` once the unit has come to its end.
	///
	/// # Errors
	/// If the unit was refused, or the connection broke.
	pub async fn next(&mut self) -> Result<Option<&UnitReport>, Error> {
		let Some(report) = self.watch.next().await else { return Ok(None) };
		self.newest = accepted(report?)?;
		Ok(Some(&self.newest))
	}

	/// Waits until it is in a block.
	///
	/// # Errors
	/// If the unit was refused, or the connection broke.
	pub async fn in_block(&mut self) -> Result<BlockReport, Error> {
		while self.newest.block.is_none() {
			self.next().await?.ok_or(Error::WatchEnded)?;
		}
		self.newest.block.ok_or(Error::WatchEnded)
	}

	/// Waits until it is final; gives the proof of it. The receipt is the node's until a [`crate::Verifier`] has
	/// checked it.
	///
	/// # Errors
	/// If the unit was refused, or the connection broke.
	pub async fn finalized(mut self) -> Result<Receipt, Error> {
		while self.newest.status != UnitStatus::Final {
			self.next().await?.ok_or(Error::WatchEnded)?;
		}
		match &self.newest.receipt {
			Some(receipt) => receipt_of(self.hash(), "lattice_submitAndWatch", receipt),
			None => self.client.prove(self.hash()).await,
		}
	}
}

/// A report, unless it says that the unit will not be final.
fn accepted(report: UnitReport) -> Result<UnitReport, Error> {
	match report.status {
		UnitStatus::Future | UnitStatus::Ready | UnitStatus::InBlock | UnitStatus::Final => Ok(report),
		status @ (UnitStatus::Dropped | UnitStatus::Invalid | UnitStatus::Usurped) => {
			Err(Error::Unit { hash: report.hash, status, reason: report.reason })
		},
	}
}
