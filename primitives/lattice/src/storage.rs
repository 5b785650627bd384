//! Storage keys that nodes read without calling the runtime: a block's changes show which accounts it changed, and the
//! effects of its units.

use alloc::vec::Vec;
use codec::DecodeAll;
use sp_crypto_hashing::blake2_128;
use sp_crypto_hashing_proc_macro::twox_128;
use tp_core::{AccountId, Nonce};

/// The bytes of `twox_128(pallet) ‖ twox_128(item)`.
const PREFIX_BYTES: usize = 32;
/// The bytes of the hash before an account's id.
const HASH_BYTES: usize = 16;
const ACCOUNTS: [u8; PREFIX_BYTES] = item(twox_128!(b"System"), twox_128!(b"Account"));
const TOMBSTONES: [u8; PREFIX_BYTES] = item(twox_128!(b"Lives"), twox_128!(b"Tombstones"));
const LAPSES: [u8; PREFIX_BYTES] = item(twox_128!(b"Lives"), twox_128!(b"Lapses"));
const LAST_BLOCK: [u8; PREFIX_BYTES] = item(twox_128!(b"Lattice"), twox_128!(b"LastBlock"));

/// Returns the prefix of the keys of all accounts: `twox_128("System") ‖ twox_128("Account")`.
pub fn account_prefix() -> [u8; PREFIX_BYTES] {
	ACCOUNTS
}

/// Returns the key of an account: the prefix, `blake2_128(id)`, and the id.
pub fn account_key(id: &AccountId) -> Vec<u8> {
	key(&ACCOUNTS, &[], id)
}

/// Returns the key of an account's tombstone, a [`Nonce`]: the prefix of `Lives::Tombstones`, `blake2_128(id)`, and the id.
pub fn tombstone_key(id: &AccountId) -> Vec<u8> {
	key(&TOMBSTONES, &[], id)
}

/// Returns the key of a tombstone in the order in which tombstones lapse: the prefix of `Lives::Lapses`, the nonce with its highest byte
/// first, `blake2_128(id)`, and the id.
pub fn lapse_key(nonce: Nonce, id: &AccountId) -> Vec<u8> {
	key(&LAPSES, &nonce.to_be_bytes(), id)
}

/// Returns the account of a key, or `None` if it is not the key of an account.
pub fn account_of_key(key: &[u8]) -> Option<AccountId> {
	let rest = key.strip_prefix(&ACCOUNTS[..])?;
	AccountId::decode_all(&mut rest.get(HASH_BYTES..)?).ok()
}

/// Returns the key of the effects of a block's units: a [`crate::BlockRecord`], absent if it had none.
pub fn block_record_key() -> [u8; PREFIX_BYTES] {
	LAST_BLOCK
}

/// Returns a prefix, bytes that order the keys, `blake2_128(id)`, and the id. Each unit needs several keys, so it allocates once.
fn key(prefix: &[u8; PREFIX_BYTES], order: &[u8], id: &AccountId) -> Vec<u8> {
	let id: &[u8] = id.as_ref();
	[prefix, order, &blake2_128(id), id].concat()
}

/// Returns the prefix of a storage item, from the hashes of the names of its pallet and of itself.
const fn item(pallet: [u8; 16], name: [u8; 16]) -> [u8; PREFIX_BYTES] {
	let mut prefix = [0; PREFIX_BYTES];
	let mut at = 0;
	while at < 16 {
		prefix[at] = pallet[at];
		prefix[16 + at] = name[at];
		at += 1;
	}
	prefix
}
