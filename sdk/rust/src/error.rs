//! Errors. Each message says what to do.

use crate::reports::{ReasonReport, UnitStatus};
use jsonrpsee::core::client::Error as TransportError;
use tp_core::{AccountId, BlockNumber};
use tp_lattice::{ReceiptError, UnitHash, MAX_OPERATIONS, MAX_SERVICE_BYTES};
use tp_pbft::{CertificateError, Epoch};

/// Error of a call to a node.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The node does not respond.
	#[error("no connection to {url}: {source}; is the node running, with its RPC port open?")]
	Connect {
		/// Address of the node.
		url: String,
		/// Error of the transport.
		source: TransportError,
	},
	/// The connection broke.
	#[error("the connection to the node failed: {0}; connect again")]
	Connection(TransportError),
	/// The ledger does not accept units.
	#[error("this ledger does not accept units: connect to a node of a zone's shard")]
	NoLattice,
	/// The node has no receipt of the unit.
	#[error("unit {0:?} is not final at this node: wait until it is, or ask another node")]
	NotFinal(UnitHash),
	/// The account does not exist.
	#[error("account {0} does not exist: pay it at least the existential deposit first")]
	NoAccount(AccountId),
	/// The call has more units than the node accepts.
	#[error("{0}: send fewer units in one call")]
	TooManyUnits(String),
	/// The node refused the call.
	#[error("the node refused {method}: {message} ({code})")]
	Refused {
		/// The called method.
		method: &'static str,
		/// JSON-RPC error code.
		code: i32,
		/// The node's message.
		message: String,
	},
	/// The node's response does not decode.
	#[error("the node's response to {method} does not decode: {reason}; do node and SDK have the same version?")]
	Answer {
		/// The called method.
		method: &'static str,
		/// Reason for which the response is invalid.
		reason: String,
	},
	/// The node does not have the requested object.
	#[error("the node knows no {object}")]
	Unknown {
		/// Description of the object.
		object: String,
	},
	/// The transaction cannot become final any more.
	#[error("the transaction is not final: {reason}")]
	Transaction {
		/// Reason.
		reason: &'static str,
	},
	/// The unit reached a terminal status other than final.
	#[error("unit {hash:?} is {status:?}: {}", reason.as_ref().map_or("the node gives no reason", |reason| &reason.message))]
	Unit {
		/// The unit.
		hash: UnitHash,
		/// Its terminal status.
		status: UnitStatus,
		/// Reason given by the node.
		reason: Option<ReasonReport>,
	},
	/// The subscription ended early.
	#[error("the node stopped reporting before the status of all units was terminal: ask for it with Client::unit")]
	WatchEnded,
	/// The unit cannot be built or signed.
	#[error(transparent)]
	Build(#[from] UnitError),
	/// A proof or committee from the node is invalid.
	#[error(transparent)]
	Verify(#[from] VerifyError),
}

impl Error {
	/// Returns whether the program's own input is at fault: the same call fails at every node. Otherwise the node, the
	/// connection or the ledger's state is the cause, and another node or a later attempt may succeed.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Build(_) | Self::TooManyUnits(_) => true,
			Self::Verify(error) => error.is_local(),
			Self::Connect { .. }
			| Self::Connection(_)
			| Self::NoLattice
			| Self::NotFinal(_)
			| Self::NoAccount(_)
			| Self::Refused { .. }
			| Self::Answer { .. }
			| Self::Unknown { .. }
			| Self::Transaction { .. }
			| Self::Unit { .. }
			| Self::WatchEnded => false,
		}
	}
}

/// Error of creating a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
	/// The phrase, seed or path is invalid.
	#[error("the secret is invalid: {0}; give a phrase of 12 to 24 words, a seed of 32 bytes as 0x…, or //Name")]
	Secret(String),
}

/// Error of building or signing a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
	/// The unit has no operations.
	#[error("the unit has no operations: add one")]
	Empty,
	/// The unit has too many operations.
	#[error("the unit has {0} operations, the maximum is {MAX_OPERATIONS}: make several units")]
	TooManyOperations(usize),
	/// The payload of an operation is too long.
	#[error("the payload has {0} bytes, the maximum is {MAX_SERVICE_BYTES}")]
	TooManyBytes(usize),
	/// Height and parent are not set.
	#[error("the unit has no height and parent: start with Client::next_unit, or set them with UnitBuilder::at")]
	NoPlace,
	/// The key belongs to another account.
	#[error("the unit is of account {expected}, the key is of account {found}")]
	OtherAccount {
		/// Account of the unit.
		expected: AccountId,
		/// Account of the key.
		found: AccountId,
	},
	/// The signature does not verify.
	#[error("the signature does not verify for this unit and account: sign its payload, by ed25519 or sr25519")]
	Signature,
}

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
	/// The receipt is invalid.
	#[error("the receipt is invalid: {0}")]
	Receipt(#[from] ReceiptError),
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
	/// The committee does not decode.
	#[error("the committee does not decode: {0}")]
	Unreadable(String),
}

impl VerifyError {
	/// Returns whether the verifier lacks a committee, rather than the proof being invalid.
	pub fn is_local(&self) -> bool {
		match self {
			Self::UnknownEpoch { .. } => true,
			Self::Receipt(_)
			| Self::Certificate(_)
			| Self::NotEpochEnd(_)
			| Self::OtherLedger
			| Self::OtherCommittee(_)
			| Self::Unreadable(_) => false,
		}
	}
}
