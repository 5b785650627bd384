//! What the runtimes of all ledgers share: types of blocks and transactions, limits of a block, prices (there are
//! none), and the constants of the token.
//!
//! A wallet that can sign for one ledger can sign for all: address, signature and transaction extensions are these.

#![cfg_attr(not(feature = "std"), no_std)]

mod accounts;
pub mod currency;
pub mod fees;
pub mod limits;
mod types;

pub use accounts::LatticeAccounts;
pub use types::{Address, Block, Header, TxExtension, UncheckedExtrinsic};
