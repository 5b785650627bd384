//! Submitted units and their reports.

use crate::{
	receipt,
	reports::{BlockReport, UnitReport, UnitStatus},
	Error, RpcClient,
};
use futures::{Stream, StreamExt};
use jsonrpsee::core::client::Subscription;
use std::{
	collections::HashSet,
	pin::Pin,
	task::{Context, Poll},
};
use tp_lattice::{Receipt, UnitHash};

/// Stream of unit reports. Ends once the status of all units is terminal.
pub struct Watch {
	reports: Subscription<UnitReport>,
	open: HashSet<UnitHash>,
}

impl Watch {
	pub(crate) fn new(reports: Subscription<UnitReport>, units: impl IntoIterator<Item = UnitHash>) -> Self {
		Self { reports, open: units.into_iter().collect() }
	}

	/// Returns the number of units whose status is not terminal.
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
			// Clearing the set ends the stream after this error.
			None => {
				self.open.clear();
				Err(Error::WatchEnded)
			},
		}))
	}
}

/// A unit that the node has accepted.
pub struct Submission {
	rpc: RpcClient,
	watch: Watch,
	newest: UnitReport,
}

impl Submission {
	/// Waits for the first report.
	pub(crate) async fn new(rpc: RpcClient, mut watch: Watch) -> Result<Self, Error> {
		let newest = accepted(watch.next().await.ok_or(Error::WatchEnded)??)?;
		Ok(Self { rpc, watch, newest })
	}

	/// Returns the hash of the unit.
	pub fn hash(&self) -> UnitHash {
		self.newest.hash
	}

	/// Returns the newest report.
	pub fn report(&self) -> &UnitReport {
		&self.newest
	}

	/// Waits for the next report. Returns `None` once the status is terminal.
	///
	/// # Errors
	/// If the node refuses the unit, or the connection breaks.
	pub async fn next(&mut self) -> Result<Option<&UnitReport>, Error> {
		let Some(report) = self.watch.next().await else { return Ok(None) };
		self.newest = accepted(report?)?;
		Ok(Some(&self.newest))
	}

	/// Waits until the unit is in a block.
	///
	/// # Errors
	/// If the node refuses the unit, or the connection breaks.
	pub async fn in_block(&mut self) -> Result<BlockReport, Error> {
		while self.newest.block.is_none() {
			self.next().await?.ok_or(Error::WatchEnded)?;
		}
		self.newest.block.ok_or(Error::WatchEnded)
	}

	/// Waits until the unit is final and returns its receipt, unverified: check it with a [`crate::Verifier`].
	///
	/// # Errors
	/// If the node refuses the unit, or the connection breaks.
	pub async fn finalized(mut self) -> Result<Receipt, Error> {
		while self.newest.status != UnitStatus::Final {
			self.next().await?.ok_or(Error::WatchEnded)?;
		}
		match &self.newest.receipt {
			Some(receipt) => receipt::decode(self.hash(), "lattice_submitAndWatch", receipt),
			None => receipt::fetch(&self.rpc, self.hash()).await,
		}
	}
}

/// Returns the report, or an error if the unit cannot become final.
fn accepted(report: UnitReport) -> Result<UnitReport, Error> {
	match report.status {
		UnitStatus::Future | UnitStatus::Ready | UnitStatus::InBlock | UnitStatus::Final => Ok(report),
		status @ (UnitStatus::Dropped | UnitStatus::Invalid | UnitStatus::Usurped | UnitStatus::Unknown) => {
			Err(Error::Unit { hash: report.hash, status, reason: report.reason })
		},
	}
}
