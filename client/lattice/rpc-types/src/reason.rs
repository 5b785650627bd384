//! Why a unit is refused.

use crate::decimal;
use serde::{Deserialize, Serialize};
use tp_lattice::Reason;

/// Why a unit did not apply, or is not in the pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReasonReport {
	/// Reason for programs.
	pub code: ReasonCode,
	/// Reason for people.
	pub message: String,
	/// Time at which the unit can be sent again, in milliseconds since 1970, if time alone helps.
	#[serde(default, with = "decimal::option", skip_serializing_if = "Option::is_none")]
	pub retry_at: Option<u64>,
}

impl From<Reason> for ReasonReport {
	fn from(reason: Reason) -> Self {
		Self { code: reason.into(), message: reason.to_string(), retry_at: None }
	}
}

/// Reasons for programs: the ledger's, then the pool's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReasonCode {
	/// [`Reason::Empty`].
	Empty,
	/// [`Reason::Signature`].
	Signature,
	/// [`Reason::Elsewhere`].
	Elsewhere,
	/// [`Reason::NoAccount`].
	NoAccount,
	/// [`Reason::Height`].
	Height,
	/// [`Reason::Parent`].
	Parent,
	/// [`Reason::Expired`].
	Expired,
	/// [`Reason::TooLong`].
	TooLong,
	/// [`Reason::Quota`].
	Quota,
	/// [`Reason::Balance`].
	Balance,
	/// [`Reason::Frozen`].
	Frozen,
	/// [`Reason::WouldDie`].
	WouldDie,
	/// [`Reason::BelowMinimum`].
	BelowMinimum,
	/// [`Reason::DestinationElsewhere`].
	DestinationElsewhere,
	/// [`Reason::Unsupported`].
	Unsupported,
	/// [`Reason::LaneFull`].
	LaneFull,
	/// [`Reason::DestinationBusy`].
	DestinationBusy,
	/// [`Reason::OutboxFull`].
	OutboxFull,
	/// The unit has too many bytes.
	TooLarge,
	/// Another unit of the account at this height is ready.
	Conflict,
	/// Its height is too far above the account's next height.
	GapTooFar,
	/// The account has too many units waiting.
	AccountFull,
	/// The pool is full, and other units have a better claim.
	PoolFull,
	/// The unit was evicted for a unit with a better claim.
	Replaced,
	/// The units before it did not arrive in time.
	TimedOut,
	/// More units arrive than the node can verify.
	Overloaded,
	/// The call has another unit of the account at this height.
	DuplicateHeight,
	/// An extrinsic of the account waits for this height.
	ExtrinsicWaits,
	/// The node's index of units does not have all blocks yet, or the node keeps none.
	NotIndexed,
	/// A reason that this version does not know.
	#[serde(untagged)]
	Other(String),
}

impl From<Reason> for ReasonCode {
	fn from(reason: Reason) -> Self {
		match reason {
			Reason::Empty => Self::Empty,
			Reason::Signature => Self::Signature,
			Reason::Elsewhere => Self::Elsewhere,
			Reason::NoAccount => Self::NoAccount,
			Reason::Height => Self::Height,
			Reason::Parent => Self::Parent,
			Reason::Expired => Self::Expired,
			Reason::TooLong => Self::TooLong,
			Reason::Quota => Self::Quota,
			Reason::Balance => Self::Balance,
			Reason::Frozen => Self::Frozen,
			Reason::WouldDie => Self::WouldDie,
			Reason::BelowMinimum => Self::BelowMinimum,
			Reason::DestinationElsewhere => Self::DestinationElsewhere,
			Reason::Unsupported => Self::Unsupported,
			Reason::LaneFull => Self::LaneFull,
			Reason::DestinationBusy => Self::DestinationBusy,
			Reason::OutboxFull => Self::OutboxFull,
		}
	}
}
