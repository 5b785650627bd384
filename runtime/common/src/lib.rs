#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod apis;
mod council;
pub mod currency;
mod derived;
pub mod development;
mod election;
mod election_benches;
pub mod fees;
#[cfg(feature = "governance")]
pub mod governance;
mod invariants;
mod ledger;
pub mod limits;
pub mod mortality;
#[cfg(feature = "governance")]
pub mod origins;
pub mod pallets;
pub mod preludes;
mod presets;
pub mod residents;
mod session;
mod time;
mod types;
mod unit_lane;
mod unsigned;
#[cfg(feature = "governance")]
pub mod voice;
pub mod waiting;
mod zones;

pub use election::authorized_transaction;
pub use invariants::try_issuance;
pub use pallets::ProxyType;
pub use session::{MemberKeys, SessionKeys};
pub use time::BlockTime;
pub use types::{signer, tx_extension, Address, Block, Header, TxExtension, UncheckedExtrinsic};
pub use unsigned::SelfAuthorized;
