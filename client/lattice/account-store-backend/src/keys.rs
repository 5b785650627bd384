//! Which keys of the state are accounts.

use codec::Decode;
use sp_core::hexdisplay::HexDisplay;
use sp_storage::StorageKey;
use tp_account_store::{AccountKey, KEY_BYTES};

/// The prefix of `System::Account`: `twox_128("System") ‖ twox_128("Account")`.
pub const ACCOUNT_PREFIX: [u8; 32] = [
	0x26, 0xaa, 0x39, 0x4e, 0xea, 0x56, 0x30, 0xe0, 0x7c, 0x48, 0xae, 0x0c, 0x95, 0x58, 0xce, 0xf7, 0xb9, 0x9d, 0x88,
	0x0e, 0xc6, 0x81, 0x79, 0x9c, 0x0c, 0xf3, 0x0e, 0x88, 0x86, 0x37, 0x1d, 0xa9,
];

/// The key under which the trie holds the root of the accounts. The backend writes it, and drops what a runtime writes there.
pub const ROOT_KEY: &[u8] = b":account_store_root";

/// The key of `Timestamp::Now`: `twox_128("Timestamp") ‖ twox_128("Now")`.
pub(crate) const TIME_KEY: [u8; 32] = [
	0xf0, 0xc3, 0x65, 0xc3, 0xcf, 0x59, 0xd6, 0x71, 0xeb, 0x72, 0xda, 0x0e, 0x7a, 0x41, 0x13, 0xc4, 0x9f, 0x1f, 0x05,
	0x15, 0xf4, 0x62, 0xcd, 0xcf, 0x84, 0xe0, 0xf1, 0xd6, 0x04, 0x5d, 0xfc, 0xbb,
];

/// Returns the account of a key of the state. `None` if the key is none of an account, and so stands in the trie. That
/// includes keys with the prefix whose length differs.
pub fn account_of(key: &[u8]) -> Option<AccountKey> {
	AccountKey::from_slice(key.strip_prefix(&ACCOUNT_PREFIX)?)
}

/// Returns the key of the state of an account.
pub fn key_of(account: &AccountKey) -> Vec<u8> {
	[&ACCOUNT_PREFIX[..], account.as_ref()].concat()
}

/// Returns the time of a state, in milliseconds since 1970.
pub(crate) fn time_of(value: Option<&[u8]>) -> Option<u64> {
	u64::decode(&mut value?).ok()
}

/// Where a key lies, relative to the keys of accounts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
	/// Below all of them.
	Below,
	/// Among them: what follows the prefix, of any length.
	Among(&'a [u8]),
	/// Above all of them.
	Above,
}

/// Returns where a key lies.
pub(crate) fn place(key: &[u8]) -> Place<'_> {
	match key.strip_prefix(&ACCOUNT_PREFIX) {
		Some(rest) => Place::Among(rest),
		None if key < &ACCOUNT_PREFIX[..] => Place::Below,
		None => Place::Above,
	}
}

/// A request asks for a proof of accounts from the trie, which does not have them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
	"the trie of this chain does not hold accounts, so it can neither prove {} nor its absence. Ask for lattice_accountProof, \
	 or leave accounts out",
	HexDisplay::from(&self.0.0)
)]
pub struct NotInTrie(pub StorageKey);

/// Checks that no key of a request for a proof is one of an account, or a prefix of such keys. The trie would give a valid
/// proof of the absence of an account that exists.
pub fn provable_by_trie<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> Result<(), NotInTrie> {
	match keys.into_iter().find(|key| key.starts_with(&ACCOUNT_PREFIX)) {
		Some(key) => Err(NotInTrie(StorageKey(key.to_vec()))),
		None => Ok(()),
	}
}

const _: () = assert!(KEY_BYTES == 48);
