//! Errors of verification. Each message says what to do.

use tp_core::BlockNumber;
use tp_lattice::{ReceiptError, UnitHash};
use tp_pbft::{CertificateError, Epoch};
use tp_receipt::ReceiptError as MessageReceiptError;

/// Error of verifying a receipt, a header or a committee.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
	/// The verifier does not know the committee of the epoch.
	#[error("this verifier does not know the committee of epoch {epoch}, which finalized block {number}: follow the headers to it, or add it")]
	UnknownEpoch {
		/// Epoch of the committee.
		epoch: Epoch,
		/// Height of the block.
		number: BlockNumber,
	},
	/// The committee is not in office at the height.
	#[error(
		"the committee of epoch {epoch} is not in office at block {number}: its blocks are {first} to {}",
		last_of(last)
	)]
	OutOfOffice {
		/// Epoch of the committee.
		epoch: Epoch,
		/// Height of the block.
		number: BlockNumber,
		/// First height of the epoch.
		first: BlockNumber,
		/// Last height of the epoch, if the verifier knows it.
		last: Option<BlockNumber>,
	},
	/// The header names another epoch than the one after its own.
	#[error("block {number} ends epoch {epoch} and names a committee of epoch {next}, not of the one after")]
	WrongNextEpoch {
		/// Height of the block.
		number: BlockNumber,
		/// Epoch of the block.
		epoch: Epoch,
		/// Epoch of the named committee.
		next: Epoch,
	},
	/// The heights of an epoch contradict the known ones.
	#[error("the heights of epoch {0} contradict those of the known epochs: one of the two is not the ledger's")]
	OtherHeights(Epoch),
	/// The receipt is of another unit than the expected one.
	#[error("the receipt is of unit {found:?}, not of {expected:?}")]
	OtherUnit {
		/// The expected unit.
		expected: UnitHash,
		/// The unit of the receipt.
		found: UnitHash,
	},
	/// The receipt is invalid.
	#[error("the receipt is invalid: {0}")]
	Receipt(#[from] ReceiptError),
	/// A receipt across ledgers is invalid, or needs a committee that is not trusted.
	#[error("the receipt across ledgers does not hold: {0}")]
	Message(#[from] MessageReceiptError),
	/// A receipt is longer than any that is needed.
	#[error("the receipt has {found} bytes, the maximum is {max}")]
	TooLong {
		/// Bytes of the receipt.
		found: usize,
		/// Bytes at most.
		max: usize,
	},
	/// The certificate of a header is invalid.
	#[error("the certificate does not prove the header final: {0}")]
	Certificate(#[from] CertificateError),
	/// The header names no next committee.
	#[error("block {0} is not the last of an epoch: it names no next committee")]
	NotEpochEnd(BlockNumber),
	/// The committee belongs to another ledger.
	#[error("the committee is of another ledger than this verifier")]
	OtherLedger,
	/// The committee contradicts the known one of the same epoch.
	#[error("the committee of epoch {0} differs from the known one: one of the two is not the ledger's")]
	OtherCommittee(Epoch),
	/// A committee or a receipt does not decode.
	#[error("this does not decode: {0}")]
	Unreadable(String),
}

impl VerifyError {
	/// Returns whether the verifier lacks a committee, rather than the proof being invalid.
	pub fn is_local(&self) -> bool {
		match self {
			Self::UnknownEpoch { .. } | Self::Message(MessageReceiptError::NoAnchor { .. }) => true,
			Self::OutOfOffice { .. }
			| Self::WrongNextEpoch { .. }
			| Self::OtherHeights(_)
			| Self::OtherUnit { .. }
			| Self::Receipt(_)
			| Self::Message(_)
			| Self::TooLong { .. }
			| Self::Certificate(_)
			| Self::NotEpochEnd(_)
			| Self::OtherLedger
			| Self::OtherCommittee(_)
			| Self::Unreadable(_) => false,
		}
	}
}

fn last_of(last: &Option<BlockNumber>) -> String {
	last.map_or("an unknown height".into(), |last| last.to_string())
}
