#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod anchors;
pub mod bounds;
mod error;
mod format;
mod payment;
#[cfg(test)]
mod tests;
mod verify;

pub use anchors::{Anchors, TrustedCommittee};
pub use error::ReceiptError;
pub use format::{Crediting, Level, MessageReceipt, Origin, Sealing, Sending};
pub use payment::{asks_for, recipient};
pub use verify::{ProvenBlock, ProvenMessage};
