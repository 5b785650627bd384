//! Tables: 256 parts of a zone's accounts.

use crate::AccountId;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_128;

/// One of the 256 tables of a zone.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct TableId(pub u8);

impl TableId {
	/// Returns the table of an account: the first byte of `blake2_128(account)`, with which the hashed part of the account's
	/// storage key begins too.
	pub fn of(account: &AccountId) -> Self {
		Self(blake2_128(account.as_ref())[0])
	}
}
