//! Statuses of units.

use tp_core::{BlockNumber, Hash};
use tp_lattice::{Reason, UnitHash};

/// Status of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
	/// It is in the pool and waits for units before it.
	Future,
	/// It is in the pool and the next block can include it.
	Ready,
	/// It applied in a block.
	Final {
		/// Number of the block.
		number: BlockNumber,
		/// Hash of the block.
		hash: Hash,
		/// Index of the unit in the block's batch.
		index: u32,
	},
	/// The pool does not hold it, for a reason that is not the ledger's. It may be sent again.
	Dropped(DropReason),
	/// The ledger refuses it. If time alone helps, with the time at which it may be sent again (milliseconds since
	/// 1970).
	Invalid(Reason, Option<u64>),
	/// Another unit or an extrinsic of the account has its height.
	Usurped,
}

/// Why the pool does not hold a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DropReason {
	/// No block could include it.
	#[error("the unit is too large")]
	TooLarge,
	/// Another unit of the account with this height is ready.
	#[error("another unit of the account with this height is ready")]
	Conflict,
	/// Its height is too far ahead of the account.
	#[error("the height is too far ahead of the account's")]
	GapTooFar,
	/// The account has as many units in the pool as allowed.
	#[error("the account has too many units waiting")]
	AccountFull,
	/// The pool is full, and other units have a better claim.
	#[error("the pool is full; send the unit again later")]
	PoolFull,
	/// It was evicted for a unit of another account.
	#[error("the pool was full and the unit was evicted; send it again later")]
	Replaced,
	/// The units before it did not arrive in time.
	#[error("the units before it did not arrive in time")]
	TimedOut,
	/// More units arrive than are verified. The pool itself never returns this; its caller does.
	#[error("too many units are being verified; send the unit again later")]
	Overloaded,
	/// Another unit of the account with this height waits.
	#[error("another unit of the account with this height waits")]
	DuplicateHeight,
	/// An extrinsic of the account with this height as its nonce waits. The pool itself never returns this; its caller
	/// does.
	#[error("an extrinsic of the account waits for this height; sign the unit for the next height that lattice_account tells")]
	ExtrinsicWaits,
}

/// Result of the entry checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
	/// The unit is in the pool, or its end is remembered.
	Known(Status),
	/// The unit is refused.
	Refused(Status),
	/// The unit is accepted if its signature is right.
	Verify,
}

/// Result of an insertion.
///
/// Only the insertion itself knows whether the unit is new: the pool also remembers the ends of units that it no longer
/// holds, so a status before the insertion does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insertion {
	/// The pool did not hold the unit, and holds it now. Its end may be remembered from an earlier time.
	New(Status),
	/// The unit was in the pool already, or has an end that sending it again cannot change.
	Known(Status),
	/// The pool does not hold the unit.
	Refused(Status),
}

impl Insertion {
	/// Returns the status of the unit.
	pub fn status(&self) -> Status {
		match self {
			Self::New(status) | Self::Known(status) | Self::Refused(status) => *status,
		}
	}
}

/// Change of a unit's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
	/// The unit.
	pub hash: UnitHash,
	/// The new status.
	pub status: Status,
}

impl Status {
	/// Returns whether a unit with this status is not in the pool.
	pub fn is_end(&self) -> bool {
		!matches!(self, Self::Future | Self::Ready)
	}

	/// Returns whether sending the unit again cannot change its status. Every other end may change with the account, so
	/// the unit is validated again.
	pub(crate) fn is_lasting(&self) -> bool {
		matches!(self, Self::Final { .. } | Self::Usurped | Self::Invalid(Reason::Expired, _))
	}
}

impl DropReason {
	/// Returns the name in JSON.
	pub fn code(&self) -> &'static str {
		match self {
			Self::TooLarge => "tooLarge",
			Self::Conflict => "conflict",
			Self::GapTooFar => "gapTooFar",
			Self::AccountFull => "accountFull",
			Self::PoolFull => "poolFull",
			Self::Replaced => "replaced",
			Self::TimedOut => "timedOut",
			Self::Overloaded => "overloaded",
			Self::DuplicateHeight => "duplicateHeight",
			Self::ExtrinsicWaits => "extrinsicWaits",
		}
	}
}

/// Returns whether a unit refused for `reason` can never apply, and therefore no unit that follows it.
///
/// Fragile: a reason listed as permanent by mistake drops units that could apply once the first is sent again. A reason
/// listed as temporary by mistake only keeps future units until they time out.
pub(crate) fn is_permanent(reason: Reason) -> bool {
	match reason {
		Reason::Empty
		| Reason::Signature
		| Reason::Elsewhere
		| Reason::NoAccount
		| Reason::Height
		| Reason::Parent
		| Reason::Expired
		| Reason::DestinationElsewhere
		| Reason::Unsupported => true,
		Reason::TooLong
		| Reason::Quota
		| Reason::Balance
		| Reason::Frozen
		| Reason::WouldDie
		| Reason::BelowMinimum
		| Reason::LaneFull
		| Reason::DestinationBusy
		| Reason::OutboxFull => false,
	}
}
