//! Identifiers and elementary types that every part of TOP shares: which ledger a thing belongs to, and the number
//! types of accounts, balances and blocks.
//!
//! This crate knows nothing of consensus, pallets or storage, so everything may depend on it.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{
	traits::{IdentifyAccount, Verify},
	MultiSignature,
};

/// Names a ledger. Part of everything that is signed, so that no signature is valid on two ledgers.
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
	Serialize,
	Deserialize,
)]
pub enum ChainTag {
	/// The main chain: stake, election, registry, settlement.
	Main,
	/// A zone chain: a routing domain with one purpose.
	Zone(u16),
	/// A shard of a zone. An incarnation number is never used again: a split or a merge makes new ones.
	Shard {
		/// The zone that the shard belongs to.
		zone: u16,
		/// Which shard of the zone, counted over the zone's whole life.
		incarnation: u32,
	},
}

/// Signature of a user: ed25519, sr25519 or ecdsa.
pub type Signature = MultiSignature;
/// An account: the hash or the bytes of a public key.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// An amount of TOP's smallest unit.
pub type Balance = u128;
/// Height of a block.
pub type BlockNumber = u32;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// Hash of a block, a transaction or a state.
pub type Hash = sp_core::H256;

/// A block's header, the same for all ledgers.
pub type Header = sp_runtime::generic::Header<BlockNumber, sp_runtime::traits::BlakeTwo256>;
/// A block whose transactions are opaque bytes: what the client works with, whatever the runtime.
pub type Block = sp_runtime::generic::Block<Header, sp_runtime::OpaqueExtrinsic>;

/// Decimal places of the token.
pub const TOKEN_DECIMALS: u8 = 6;
/// Symbol of the token.
pub const TOKEN_SYMBOL: &str = "TOP";
/// One TOP.
pub const TOP: Balance = 1_000_000;
/// All TOP that there is: 20 billion.
pub const TOTAL_SUPPLY: Balance = 20_000_000_000 * TOP;
/// Address prefix: the generic Substrate one.
pub const SS58_PREFIX: u16 = 42;
