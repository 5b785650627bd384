//! One submitted unit.

use crate::{
	bind,
	lookup::receipt,
	patience::Patience,
	reports::{BlockReport, UnitReport, UnitStatus, WatchOptions},
	Error, RpcClient, Watch,
};
use futures::StreamExt;
use tp_lattice::{Receipt, Unit, UnitHash};

/// A unit that the node has accepted.
///
/// Every error has the unit again: [`Error::units`].
pub struct Submission {
	rpc: RpcClient,
	unit: Unit,
	watch: Watch,
	newest: UnitReport,
}

impl Submission {
	/// Submits a unit and waits for the first report.
	pub(crate) async fn start(rpc: RpcClient, unit: Unit) -> Result<Self, Error> {
		let mut watch = Watch::start(rpc.clone(), std::slice::from_ref(&unit), WatchOptions::default()).await?;
		let first = watch.next().await.unwrap_or(Err(Error::WatchEnded));
		let newest = first.and_then(|report| accepted(&unit, report)).map_err(|error| settled(&unit, error))?;
		Ok(Self { rpc, unit, watch, newest })
	}

	/// Returns the unit.
	pub fn unit(&self) -> &Unit {
		&self.unit
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
	/// If the node refuses the unit, or the connection breaks and cannot be opened again.
	pub async fn next(&mut self) -> Result<Option<&UnitReport>, Error> {
		let Some(report) = self.watch.next().await else { return Ok(None) };
		let report = report.and_then(|report| accepted(&self.unit, report));
		self.newest = report.map_err(|error| settled(&self.unit, error))?;
		Ok(Some(&self.newest))
	}

	/// Waits until the unit is in a block.
	///
	/// # Errors
	/// See [`Self::next`].
	pub async fn in_block(&mut self) -> Result<BlockReport, Error> {
		loop {
			if let Some(block) = self.newest.block {
				return Ok(block);
			}
			if self.next().await?.is_none() {
				return Err(Error::NoReceipt(self.hash()));
			}
		}
	}

	/// Waits until the unit is final and returns its receipt, unverified: check it with a [`crate::Verifier`].
	///
	/// # Errors
	/// See [`Self::next`]. If the node has no receipt of the final unit.
	pub async fn finalized(mut self) -> Result<Receipt, Error> {
		self.wait_until_final().await
	}

	/// Acts as [`Self::finalized`].
	pub(crate) async fn wait_until_final(&mut self) -> Result<Receipt, Error> {
		while self.newest.status != UnitStatus::Final {
			if self.next().await?.is_none() {
				return Err(settled(&self.unit, Error::WatchEnded));
			}
		}
		let hash = self.hash();
		if let Some(receipt) = &self.newest.receipt {
			return bind::receipt(hash, "lattice_submitAndWatch", receipt).map_err(|error| settled(&self.unit, error));
		}
		// The index of the node may be behind its newest block.
		let mut patience = Patience::new(self.rpc.options().reconnect_for);
		loop {
			match receipt(&self.rpc, hash).await {
				Err(Error::NotFinal(_)) if patience.wait().await => {},
				Err(Error::NotFinal(_)) => return Err(Error::NoReceipt(hash)),
				receipt => return receipt.map_err(|error| settled(&self.unit, error)),
			}
		}
	}
}

/// Adds the unit to an error, unless the error is a refusal or has it.
fn settled(unit: &Unit, error: Error) -> Error {
	match error {
		error @ Error::Unit { .. } => error,
		error => error.with_units([unit.clone()]),
	}
}

/// Returns the report, or an error if the node refuses the unit. A pool that drops a unit does not decide on it: other
/// nodes may have it.
fn accepted(unit: &Unit, report: UnitReport) -> Result<UnitReport, Error> {
	let UnitReport { status, ref reason, .. } = report;
	let refused = || Error::Unit { unit: Box::new(unit.clone()), status, reason: reason.clone() };
	match status {
		UnitStatus::Future | UnitStatus::Ready | UnitStatus::InBlock | UnitStatus::Final | UnitStatus::Unknown => {
			Ok(report)
		},
		UnitStatus::Invalid | UnitStatus::Usurped => Err(refused()),
		UnitStatus::Dropped => Err(refused().with_units([unit.clone()])),
	}
}
