//! Units of the past: the pool remembers the newest, the archive has all.

use super::{error::LatticeError, report::unit_report};
use crate::log_targets::LOG_TARGET;
use codec::Encode;
use sp_core::Bytes;
use std::sync::Arc;
use tc_lattice::{Archive, FoundUnit, Status, UnitPool};
use tc_lattice_rpc_types::{BlockReport, ChainedUnit, UnitDetails};
use tp_core::AccountId;
use tp_lattice::{Mark, Reason, Receipt, UnitHash};

/// Pool and archive.
#[derive(Clone)]
pub(super) struct Lookup {
	pub units: UnitPool,
	pub archive: Arc<Archive>,
}

impl Lookup {
	/// Returns the status with which a submitted unit is reported.
	///
	/// The pool refuses a unit by its height if the unit became final longer ago than the pool remembers. The archive
	/// knows.
	pub fn final_status(&self, hash: UnitHash, status: Status) -> Status {
		if !matches!(status, Status::Invalid(Reason::Height, _)) {
			return status;
		}
		match self.archive.unit(&hash) {
			Ok(Some(FoundUnit { mark: Mark::APPLIED, number, block, index, .. })) => {
				Status::Final { number, hash: block, index }
			},
			Ok(_) => status,
			Err(error) => {
				log::error!(target: LOG_TARGET, "The status of {hash:?} cannot be read: {error}");
				status
			},
		}
	}

	/// Returns the receipt of a unit with a status, or `None` if it is not final.
	pub fn receipt_of(&self, status: &Status) -> Result<Option<Receipt>, LatticeError> {
		let Status::Final { hash, index, .. } = *status else { return Ok(None) };
		Ok(self.archive.receipt(hash, index)?)
	}

	/// Returns the receipt of a final unit, or `None` if no unit with the hash is final.
	pub fn receipt(&self, hash: UnitHash) -> Result<Option<Receipt>, LatticeError> {
		if let Some(receipt) = self.remembered(hash)? {
			return Ok(Some(receipt));
		}
		match self.archive.unit(&hash)? {
			Some(found) => Ok(self.archive.receipt(found.block, found.index)?),
			None => Ok(None),
		}
	}

	/// Returns a unit of the pool or of the chain.
	pub fn details(&self, hash: UnitHash) -> Result<Option<UnitDetails>, LatticeError> {
		if let Some(waiting) = self.units.get(&hash) {
			let status = self.units.status(&hash).unwrap_or(Status::Future);
			let unit = Bytes(waiting.unit.encode());
			return Ok(Some(UnitDetails { report: unit_report(hash, &status), unit, index: None }));
		}
		let Some(found) = self.archive.unit(&hash)? else {
			// The unit may be final since a moment ago, and not indexed yet.
			return Ok(self.remembered(hash)?.map(|receipt| {
				let status = self.units.status(&hash).unwrap_or(Status::Usurped);
				UnitDetails { report: unit_report(hash, &status), unit: Bytes(receipt.unit.encode()), index: None }
			}));
		};
		let status = match found.mark {
			Mark::APPLIED => Status::Final { number: found.number, hash: found.block, index: found.index },
			Mark(reason) => reason.map_or(Status::Usurped, |reason| Status::Invalid(reason, None)),
		};
		let mut report = unit_report(hash, &status);
		report.block = Some(BlockReport { number: found.number, hash: found.block });
		Ok(Some(UnitDetails { report, unit: Bytes(found.unit.encode()), index: Some(found.index) }))
	}

	/// Returns a page of an account's chain, newest first.
	pub fn chain(
		&self,
		account: &AccountId,
		before: Option<u32>,
		limit: usize,
	) -> Result<Vec<ChainedUnit>, LatticeError> {
		let chained = |found: FoundUnit| ChainedUnit {
			hash: found.hash,
			height: found.unit.body.height,
			unit: Bytes(found.unit.encode()),
			block: BlockReport { number: found.number, hash: found.block },
			index: found.index,
		};
		Ok(self.archive.chain(account, before, limit)?.into_iter().map(chained).collect())
	}

	/// Returns the receipt of a unit that the pool remembers as final.
	fn remembered(&self, hash: UnitHash) -> Result<Option<Receipt>, LatticeError> {
		Ok(self.units.status(&hash).map(|status| self.receipt_of(&status)).transpose()?.flatten())
	}
}
