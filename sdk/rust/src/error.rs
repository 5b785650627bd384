//! What can go wrong, and what to do then.

use crate::reports::{ReasonReport, UnitStatus};
use jsonrpsee::core::client::Error as TransportError;
use tp_core::{AccountId, BlockNumber};
use tp_lattice::{ReceiptError, UnitHash, MAX_OPERATIONS, MAX_SERVICE_BYTES};
use tp_pbft::{CertificateError, Epoch};

/// Why a node did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// There is no node, or it does not answer.
	#[error("no connection to {url}: {source}; is the node running, with its RPC port open?")]
	Connect {
		/// Where it was looked for.
		url: String,
		/// What failed.
		source: TransportError,
	},
	/// The connection broke.
	#[error("the connection to the node failed: {0}; connect again")]
	Connection(TransportError),
	/// The ledger takes no units.
	#[error("this ledger takes no units: connect to a node of a zone's shard")]
	NoLattice,
	/// There is no receipt of the unit.
	#[error("the node does not know unit {0:?} as final: wait until it is, or ask another node")]
	NotFinal(UnitHash),
	/// The account has never had a balance.
	#[error("account {0} does not exist: pay it at least the existential deposit first")]
	NoAccount(AccountId),
	/// More units than a call takes.
	#[error("{0}: send fewer units in one call")]
	TooManyUnits(String),
	/// The node refused the call.
	#[error("the node refused {method}: {message} ({code})")]
	Refused {
		/// What was called.
		method: &'static str,
		/// The error's code.
		code: i32,
		/// What the node says.
		message: String,
	},
	/// The node answered something that this version does not understand.
	#[error("the node's answer to {method} is not understood: {reason}; do node and SDK have the same version?")]
	Answer {
		/// What was called.
		method: &'static str,
		/// What is wrong with the answer.
		reason: String,
	},
	/// The node does not have what was asked for.
	#[error("the node knows no {object}")]
	Unknown {
		/// What was asked for.
		object: String,
	},
	/// The transaction cannot become final any more.
	#[error("the transaction is not final: {reason}")]
	Transaction {
		/// Why.
		reason: &'static str,
	},
	/// The unit came to an end, and it is not final.
	#[error("unit {hash:?} is {status:?}: {}", reason.as_ref().map_or("the node gives no reason", |reason| &reason.message))]
	Unit {
		/// Which unit.
		hash: UnitHash,
		/// Where it ended.
		status: UnitStatus,
		/// Why.
		reason: Option<ReasonReport>,
	},
	/// Reports were lost.
	#[error("the node stopped reporting before all units came to an end: ask for them with Client::unit")]
	WatchEnded,
	/// The unit cannot be made.
	#[error(transparent)]
	Build(#[from] UnitError),
	/// What the node gave proves nothing.
	#[error(transparent)]
	Verify(#[from] VerifyError),
}

/// Why a key cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
	/// The words or the path do not make a key.
	#[error("that is no secret: {0}; give a phrase of 12 to 24 words, a seed of 32 bytes as 0x…, or //Name")]
	Secret(String),
}

/// Why a unit cannot be made or signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
	/// It has no operations.
	#[error("the unit does nothing: add an operation")]
	Empty,
	/// It has more operations than a unit may have.
	#[error("{0} operations are more than the {MAX_OPERATIONS} of a unit: make several units")]
	TooManyOperations(usize),
	/// The payload is longer than one may be.
	#[error("{0} bytes are more than the {MAX_SERVICE_BYTES} of an operation")]
	TooManyBytes(usize),
	/// Where it stands in the account's chain is not told.
	#[error(
		"the unit has no place in the account's chain: begin with Client::next_unit, or set it by UnitBuilder::at"
	)]
	NoPlace,
	/// The key is another account's.
	#[error("the unit is of account {expected}, the key of {found}")]
	OtherAccount {
		/// Whose unit it is.
		expected: AccountId,
		/// Whose key it is.
		found: AccountId,
	},
	/// The signature is not for this unit.
	#[error("the signature is not the account's for this unit: sign its payload, by ed25519 or sr25519")]
	Signature,
}

/// Why a receipt proves nothing to a verifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
	/// The receipt is by a committee that it does not know.
	#[error("block {number} is by the committee of epoch {epoch}, which this verifier does not know: follow its headers to it, or add it")]
	UnknownEpoch {
		/// The committee's epoch.
		epoch: Epoch,
		/// The receipt's block.
		number: BlockNumber,
	},
	/// The receipt does not hold.
	#[error("the receipt proves nothing: {0}")]
	Receipt(#[from] ReceiptError),
	/// The certificate of a header does not hold.
	#[error("the header is not final: {0}")]
	Certificate(#[from] CertificateError),
	/// The header names no committee.
	#[error("block {0} is not the last of an epoch: it names no next committee")]
	NotEpochEnd(BlockNumber),
	/// The committee is of another ledger.
	#[error("the committee is of another ledger than this verifier")]
	OtherLedger,
	/// Two committees for one epoch.
	#[error("the committee of epoch {0} is another one than this verifier knows: one of the two is not the ledger's")]
	OtherCommittee(Epoch),
	/// The committee cannot be read.
	#[error("that is no committee: {0}")]
	Unreadable(String),
}
