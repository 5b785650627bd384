//! What the pool says of units.

use tp_core::{BlockNumber, Hash};
use tp_lattice::{Reason, UnitHash};

/// Where a unit is, or what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
	/// It waits for the units before it.
	Future,
	/// The next block can have it.
	Ready,
	/// It applied, in a block.
	Final {
		/// The block's number.
		number: BlockNumber,
		/// The block's hash.
		hash: Hash,
		/// The unit's place in the block's batch.
		index: u32,
	},
	/// The pool does not have it, for a reason of the pool's own; it may be sent again.
	Dropped(DropReason),
	/// The ledger would refuse it, or has; with the time at which it may be sent again (milliseconds since 1970), if it
	/// is a matter of time.
	Invalid(Reason, Option<u64>),
	/// Something else of the account has its height.
	Usurped,
}

/// Why the pool does not have a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DropReason {
	/// No block could have it.
	#[error("the unit is too large")]
	TooLarge,
	/// Another unit of the account with this height is ready.
	#[error("another unit of the account with this height is ready")]
	Conflict,
	/// Its height is too far ahead of the account's.
	#[error("the height is too far ahead of the account's")]
	GapTooFar,
	/// The account has as many units here as it may.
	#[error("the account has too many units waiting")]
	AccountFull,
	/// There is no room, and others have more right to it.
	#[error("the pool is full; send the unit again later")]
	PoolFull,
	/// It made room for another account's unit.
	#[error("the pool was full and the unit made room; send it again later")]
	Replaced,
	/// The units before it did not come in time.
	#[error("the units before it did not come in time")]
	TimedOut,
	/// Signatures come faster than they are verified. The pool never says this: the driver does.
	#[error("too many units are being verified; send the unit again later")]
	Overloaded,
	/// Another unit of the account with this height waits.
	#[error("another unit of the account with this height waits")]
	DuplicateHeight,
}

/// What the entry checks say of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
	/// It is here, or it is known what became of it.
	Known(Status),
	/// It is not let in.
	Refused(Status),
	/// It is let in if its signature is right.
	Verify,
}

/// A unit of the pool has another status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
	/// Which.
	pub hash: UnitHash,
	/// The new one.
	pub status: Status,
}

impl Status {
	/// Whether the unit has left the pool with it.
	pub fn is_end(&self) -> bool {
		!matches!(self, Self::Future | Self::Ready)
	}

	/// Whether sending the unit again can have no other end. Whatever else may change with the account is judged anew.
	pub(crate) fn is_lasting(&self) -> bool {
		matches!(self, Self::Final { .. } | Self::Usurped | Self::Invalid(Reason::Expired, _))
	}
}

impl DropReason {
	/// As it is called in JSON.
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
		}
	}
}

/// Whether a unit that was refused so can never apply, and so none that follows it.
pub(crate) fn is_never(reason: Reason) -> bool {
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
		| Reason::BelowMinimum => false,
	}
}
