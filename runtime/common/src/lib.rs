//! What the runtimes of all ledgers share.
//!
//! ```text
//! types.rs        blocks, transactions, and the extensions that wallets sign
//! limits.rs       what fits into a block, and what an account may use of it
//! currency.rs     the token's amounts; fees.rs: there are none
//! accounts.rs     balances inside the lattice's accounts
//! pallets.rs      what the pallets are set to that wallets expect
//! apis.rs         what a node may ask of every runtime
//! development.rs  what genesis presets are made of
//! ```
//!
//! A wallet that can sign for one ledger can sign for all: address, signature and transaction extensions are these.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod accounts;
mod apis;
pub mod currency;
pub mod development;
pub mod fees;
pub mod limits;
pub mod pallets;
mod time;
mod types;

pub use accounts::LatticeAccounts;
pub use time::BlockTime;
pub use types::{tx_extension, Address, Block, Header, MemberKeys, TxExtension, UncheckedExtrinsic};
