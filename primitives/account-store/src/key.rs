//! The key of an account.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The size of a key: 16 bytes of hash and 32 bytes of account id.
pub const KEY_BYTES: usize = 48;

/// The hashed key of an account: `blake2_128(id) ‖ id`, which follows the prefix of `System::Account` in the SDK's keys.
///
/// The store does not depend on the relation of its two parts, so a key that a runtime writes by other means is kept as well.
#[derive(
	Clone,
	Copy,
	Debug,
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
pub struct AccountKey(pub [u8; KEY_BYTES]);

impl AccountKey {
	/// Reads a key. `None` if the length differs.
	pub fn from_slice(bytes: &[u8]) -> Option<Self> {
		bytes.try_into().ok().map(Self)
	}

	/// Returns the table of the account.
	pub fn table(&self) -> u8 {
		self.0[0]
	}

	/// Returns the bucket of the account in a table with `2^bits` buckets.
	pub fn bucket(&self, bits: u8) -> u32 {
		let next = u32::from_be_bytes([self.0[1], self.0[2], self.0[3], self.0[4]]);
		next.checked_shr(u32::BITS - u32::from(bits)).unwrap_or(0)
	}
}

impl AsRef<[u8]> for AccountKey {
	fn as_ref(&self) -> &[u8] {
		&self.0
	}
}
