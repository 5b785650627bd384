//! The mark of a unit in its block.

use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// The reasons for which a unit does not apply. The numbers are part of the format: none is reused, none changes.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	thiserror::Error,
)]
#[repr(u8)]
pub enum Reason {
	/// It has no operations.
	#[error("the unit does nothing")]
	#[codec(index = 1)]
	Empty = 1,
	/// The signature is not by the account's key for this domain, or of a scheme that units do not use.
	#[error("the signature is not the account's")]
	#[codec(index = 2)]
	Signature = 2,
	/// The account lives in another shard.
	#[error("the account lives in another shard")]
	#[codec(index = 3)]
	Elsewhere = 3,
	/// The account does not exist.
	#[error("the account does not exist")]
	#[codec(index = 4)]
	NoAccount = 4,
	/// The height is not the account's nonce.
	#[error("the height is not the account's next one")]
	#[codec(index = 5)]
	Height = 5,
	/// The parent is not the account's unit head.
	#[error("the parent is not the account's newest unit")]
	#[codec(index = 6)]
	Parent = 6,
	/// The last block that could include it has passed.
	#[error("the unit has expired")]
	#[codec(index = 7)]
	Expired = 7,
	/// Its end is further ahead than a unit may set it.
	#[error("the unit would be valid for too long")]
	#[codec(index = 8)]
	TooLong = 8,
	/// The account has used its share.
	#[error("the account has used its quota")]
	#[codec(index = 9)]
	Quota = 9,
	/// The balance is too low.
	#[error("the balance is too low")]
	#[codec(index = 10)]
	Balance = 10,
	/// The balance suffices, but is frozen.
	#[error("the balance is frozen")]
	#[codec(index = 11)]
	Frozen = 11,
	/// The account would end, and must not.
	#[error("the account would not live on")]
	#[codec(index = 12)]
	WouldDie = 12,
	/// The destination does not exist, and the amount is below the existential deposit. To another shard: the amount is 0.
	#[error("the amount is too small for the destination to exist")]
	#[codec(index = 13)]
	BelowMinimum = 13,
	/// The destination lives in another shard, to which this one does not send.
	#[error("the destination lives in another shard")]
	#[codec(index = 14)]
	DestinationElsewhere = 14,
	/// This ledger does not know the operation.
	#[error("this ledger does not know the operation")]
	#[codec(index = 15)]
	Unsupported = 15,
	/// The payments on their way fill the lane to the destination.
	#[error("too many payments to this part of the other shard are on their way: send it when some have arrived")]
	#[codec(index = 16)]
	LaneFull = 16,
	/// The destination's shard is loaded, and takes no more.
	#[error("the destination's shard is loaded: send it later")]
	#[codec(index = 17)]
	DestinationBusy = 17,
	/// This shard has too many messages on their way.
	#[error("this shard has too many payments to others on their way: send it later")]
	#[codec(index = 18)]
	OutboxFull = 18,
}

/// The mark of a unit: it applied, or the reason why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(pub Option<Reason>);

impl Mark {
	/// The mark of a unit that applied.
	pub const APPLIED: Self = Self(None);

	/// Returns 0 if the unit applied, or the reason's number.
	pub fn code(&self) -> u8 {
		self.0.map_or(0, |reason| reason as u8)
	}
}
