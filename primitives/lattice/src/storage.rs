//! Storage keys that nodes read without calling the runtime: a block's changes show which accounts it changed, and the
//! effects of its units.

use alloc::vec::Vec;
use codec::DecodeAll;
use sp_crypto_hashing::{blake2_128, twox_128};
use tp_core::{AccountId, Nonce};

/// The bytes of `twox_128(pallet) ‖ twox_128(item)`.
const PREFIX_BYTES: usize = 32;
/// The bytes of the hash before an account's id.
const HASH_BYTES: usize = 16;

/// Returns the prefix of the keys of all accounts: `twox_128("System") ‖ twox_128("Account")`.
pub fn account_prefix() -> [u8; PREFIX_BYTES] {
	item(b"System", b"Account")
}

/// Returns the key of an account: the prefix, `blake2_128(id)`, and the id.
pub fn account_key(id: &AccountId) -> Vec<u8> {
	[&account_prefix()[..], &hashed(id)].concat()
}

/// Returns the key of an account's tombstone, a [`Nonce`]: the prefix of `Lives::Tombstones`, `blake2_128(id)`, and the id.
pub fn tombstone_key(id: &AccountId) -> Vec<u8> {
	[&item(b"Lives", b"Tombstones")[..], &hashed(id)].concat()
}

/// Returns the key of a tombstone in the order in which tombstones lapse: the prefix of `Lives::Lapses`, the nonce with its highest byte
/// first, `blake2_128(id)`, and the id.
pub fn lapse_key(nonce: Nonce, id: &AccountId) -> Vec<u8> {
	[&item(b"Lives", b"Lapses")[..], &nonce.to_be_bytes(), &hashed(id)].concat()
}

/// Returns the account of a key, or `None` if it is not the key of an account.
pub fn account_of_key(key: &[u8]) -> Option<AccountId> {
	let rest = key.strip_prefix(&account_prefix()[..])?;
	AccountId::decode_all(&mut rest.get(HASH_BYTES..)?).ok()
}

/// Returns the key of the effects of a block's units: a [`crate::BlockRecord`], absent if it had none.
pub fn block_record_key() -> [u8; PREFIX_BYTES] {
	item(b"Lattice", b"LastBlock")
}

/// Returns `blake2_128(id)` and the id.
fn hashed(id: &AccountId) -> Vec<u8> {
	let id: &[u8] = id.as_ref();
	[&blake2_128(id), id].concat()
}

fn item(pallet: &[u8], name: &[u8]) -> [u8; PREFIX_BYTES] {
	let mut key = [0; PREFIX_BYTES];
	key[..16].copy_from_slice(&twox_128(pallet));
	key[16..].copy_from_slice(&twox_128(name));
	key
}
