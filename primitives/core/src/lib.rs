//! Identifiers and elementary types shared by all parts of TOP: the tag of a ledger, and the types of accounts, balances and
//! blocks.
//!
//! This crate is independent of consensus, pallets and storage, so every other crate may depend on it.
//!
//! [`merkle`] has the trees of all proofs, [`lives`] the rule by which the nonces of an account never repeat.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

pub mod lives;
pub mod merkle;
pub mod refusal;
mod table;

pub use table::{TableId, TableRange};

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{
	traits::{IdentifyAccount, Verify},
	MultiSignature,
};

/// The tag of a ledger. Part of every signed payload, so that no signature is valid on two ledgers.
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
	/// A zone chain, which is a routing domain with one purpose.
	Zone(u16),
	/// A shard of a zone. A split or a merge creates new incarnation numbers; none is used twice.
	Shard {
		/// The zone of the shard.
		zone: u16,
		/// The number of the shard, counted over the whole life of the zone.
		incarnation: u32,
	},
}

impl fmt::Display for ChainTag {
	/// Writes the name of the ledger in tables and logs: `main`, `zone 0`, `shard 0/1`.
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Main => formatter.write_str("main"),
			Self::Zone(zone) => write!(formatter, "zone {zone}"),
			Self::Shard { zone, incarnation } => write!(formatter, "shard {zone}/{incarnation}"),
		}
	}
}

/// The signature of a user: ed25519, sr25519 or ecdsa.
pub type Signature = MultiSignature;
/// An account id: the bytes or the hash of a public key.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// An amount in the smallest unit of TOP.
pub type Balance = u128;
/// The height of a block.
pub type BlockNumber = u32;
/// The number of an account's next transaction or unit. No number occurs twice, also if the account ends and begins again.
pub type Nonce = u32;
/// The hash of a block, a transaction or a state.
pub type Hash = sp_core::H256;

/// The header of a block, equal for all ledgers.
pub type Header = sp_runtime::generic::Header<BlockNumber, sp_runtime::traits::BlakeTwo256>;
/// A block with transactions as opaque bytes. Clients use it for every runtime.
pub type Block = sp_runtime::generic::Block<Header, sp_runtime::OpaqueExtrinsic>;

/// The decimal places of the token.
pub const TOKEN_DECIMALS: u8 = 6;
/// The symbol of the token.
pub const TOKEN_SYMBOL: &str = "TOP";
/// One TOP.
pub const TOP: Balance = 1_000_000;
/// The total supply: 20 billion TOP.
pub const TOTAL_SUPPLY: Balance = 20_000_000_000 * TOP;
/// The address prefix: the generic one of Substrate.
pub const SS58_PREFIX: u16 = 42;
