//! Where a runtime with the lattice keeps what nodes read without asking it: a node sees in a block's changes which accounts
//! it changed, and what its units did.

use alloc::vec::Vec;
use codec::DecodeAll;
use sp_crypto_hashing::{blake2_128, twox_128};
use tp_core::AccountId;

/// Bytes of `twox_128(pallet) ‖ twox_128(item)`.
const PREFIX_BYTES: usize = 32;
/// Bytes of the hash before an account's id.
const HASH_BYTES: usize = 16;

/// What the keys of all accounts begin with: `twox_128("System") ‖ twox_128("Account")`.
pub fn account_prefix() -> [u8; PREFIX_BYTES] {
	item(b"System", b"Account")
}

/// The key of an account: the prefix, `blake2_128(id)`, and the id.
pub fn account_key(id: &AccountId) -> Vec<u8> {
	let id: &[u8] = id.as_ref();
	[&account_prefix()[..], &blake2_128(id), id].concat()
}

/// Whose key it is; `None` if no account's.
pub fn account_of_key(key: &[u8]) -> Option<AccountId> {
	let rest = key.strip_prefix(&account_prefix()[..])?;
	AccountId::decode_all(&mut rest.get(HASH_BYTES..)?).ok()
}

/// The key of what a block's units did: a [`crate::BlockRecord`], absent if it had none.
pub fn block_record_key() -> [u8; PREFIX_BYTES] {
	item(b"Lattice", b"LastBlock")
}

fn item(pallet: &[u8], name: &[u8]) -> [u8; PREFIX_BYTES] {
	let mut key = [0; PREFIX_BYTES];
	key[..16].copy_from_slice(&twox_128(pallet));
	key[16..].copy_from_slice(&twox_128(name));
	key
}
