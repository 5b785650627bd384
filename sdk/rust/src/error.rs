//! Errors. Each message says what to do.

use crate::{
	payment_report::PaymentReport,
	reports::{ReasonCode, ReasonReport, UnitStatus},
	verify_error::VerifyError,
};
use jsonrpsee::{core::client::Error as TransportError, types::error::METHOD_NOT_FOUND_CODE};
use tc_routing_rpc_types::{ERROR_BUSY, ERROR_NOT_YET, ERROR_UNKNOWN};
use tp_core::{AccountId, Hash};
use tp_lattice::{Unit, UnitHash, MAX_OPERATIONS, MAX_SERVICE_BYTES};

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
	/// There is no address of a node.
	#[error("no address of a node is given")]
	NoAddress,
	/// No node of the network runs the ledger.
	#[error("the network names no node of {0}: see Network::ledgers")]
	NoLedger(String),
	/// The connection broke.
	#[error("the connection to the node failed: {0}; the next call opens another one")]
	Connection(TransportError),
	/// The node is of another ledger than the expected one, or than that of the first connection.
	#[error("the node is of another ledger: expected {expected:?}, found {found:?}; check its address")]
	OtherLedger {
		/// Expected genesis or domain.
		expected: Hash,
		/// Genesis or domain of the node's ledger.
		found: Option<Hash>,
	},
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
	/// The node refused the unit.
	#[error("unit {:?} is {status:?}: {}", unit.hash(), reason_of(reason))]
	Unit {
		/// The unit.
		unit: Box<Unit>,
		/// Its terminal status.
		status: UnitStatus,
		/// Reason given by the node.
		reason: Option<ReasonReport>,
	},
	/// Units were signed and perhaps sent, and whether they apply is not known.
	///
	/// Send **the same units** again: [`crate::Client::send`] with those of [`Error::units`]. A unit applies at most once, so
	/// this is not a second payment. A new unit for the same payment is one.
	#[error(
		"whether {} applies is not known: {source}; send the same again (Error::units), and sign no other unit for it",
		named(units)
	)]
	Unsettled {
		/// The units.
		units: Vec<Unit>,
		/// Reason for which it is not known.
		source: Box<Error>,
	},
	/// The unit applied, and the node has no receipt of it.
	#[error("unit {0:?} applied, but this node has no receipt of it: ask a node with an index, by Client::prove; do not pay again")]
	NoReceipt(UnitHash),
	/// A payment is final, and value of it went back to the payer.
	#[error("the value of payment {:?} went back to the payer: the recipient's shard could not credit it", unit.hash())]
	Returned {
		/// The unit that paid.
		unit: Box<Unit>,
		/// The messages of the payment.
		report: Box<PaymentReport>,
	},
	/// A payment is final, and how far it has come since is not known.
	#[error(
		"payment {:?} is final, and how far it has come is not known: {source}; ask again by the same unit, and do not pay again",
		unit.hash()
	)]
	Unfollowed {
		/// The unit that paid.
		unit: Box<Unit>,
		/// Reason for which it is not known.
		source: Box<Error>,
	},
	/// The subscription ended early.
	#[error("the node stopped reporting before the status of all units was terminal")]
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
			Self::Build(_) | Self::TooManyUnits(_) | Self::NoAddress => true,
			Self::Verify(error) => error.is_local(),
			Self::Unsettled { source, .. } | Self::Unfollowed { source, .. } => source.is_local(),
			Self::Connect { .. }
			| Self::Connection(_)
			| Self::OtherLedger { .. }
			| Self::NoReceipt(_)
			| Self::NoLedger(_)
			| Self::Returned { .. }
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

	/// Returns whether the connection is at fault: the same call may succeed over another one.
	pub fn is_connection(&self) -> bool {
		matches!(self.cause(), Self::Connect { .. } | Self::Connection(_) | Self::WatchEnded)
	}

	/// Returns whether a node refused a call because it does not have the method, such as a shard that runs alone.
	pub(crate) fn is_method_missing(&self) -> bool {
		matches!(self, Self::Refused { code: METHOD_NOT_FOUND_CODE, .. })
	}

	/// Returns whether asking about a message again may help: the connection broke, or the node has to catch up.
	pub(crate) fn is_passing(&self) -> bool {
		let is_behind = matches!(self, Self::Refused { code: ERROR_BUSY | ERROR_NOT_YET | ERROR_UNKNOWN, .. });
		is_behind || self.is_connection()
	}

	/// Returns the reason for which the fate of units or the stage of a payment is not known, or the error itself.
	pub fn cause(&self) -> &Self {
		match self {
			Self::Unsettled { source, .. } | Self::Unfollowed { source, .. } => source.cause(),
			error => error,
		}
	}

	/// Returns the signed units that the error is about, for sending the same bytes again.
	pub fn units(&self) -> &[Unit] {
		match self {
			Self::Unsettled { units, .. } => units,
			Self::Unit { unit, .. } | Self::Returned { unit, .. } | Self::Unfollowed { unit, .. } => {
				std::slice::from_ref(unit)
			},
			_ => &[],
		}
	}

	/// Returns whether units of [`Self::units`] may have applied, or may still apply. If so, another unit for the same
	/// payment could pay twice: send the same one again, or wait until it has expired.
	pub fn may_still_apply(&self) -> bool {
		match self {
			Self::Unsettled { .. } | Self::Unfollowed { .. } => true,
			Self::Returned { unit, report } => !report.has_returned_whole(unit),
			Self::Unit { status: UnitStatus::Usurped, .. } => false,
			Self::Unit { reason: Some(reason), .. } => !matches!(
				reason.code,
				ReasonCode::Empty | ReasonCode::Signature | ReasonCode::Height | ReasonCode::Expired
			),
			Self::Unit { .. } => true,
			_ => false,
		}
	}

	/// Wraps the failure of a submission, so that its units are not lost. Nothing was submitted if the call was too large.
	pub(crate) fn with_units(self, units: impl IntoIterator<Item = Unit>) -> Self {
		match self {
			Self::TooManyUnits(_) | Self::Unsettled { .. } => self,
			source => Self::Unsettled { units: units.into_iter().collect(), source: Box::new(source) },
		}
	}
}

fn reason_of(reason: &Option<ReasonReport>) -> &str {
	reason.as_ref().map_or("the node gives no reason", |reason| &reason.message)
}

fn named(units: &[Unit]) -> String {
	match units {
		[unit] => format!("unit {:?}", unit.hash()),
		units => format!("each of {} units", units.len()),
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
