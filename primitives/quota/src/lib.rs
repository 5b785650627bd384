#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod api;
mod quota;
mod rules;
#[cfg(test)]
mod tests;
mod traits;
mod usage;

pub use api::*;
pub use quota::{Quota, DAY_MS};
pub use rules::QuotaRules;
pub use traits::{QuotaMeter, QuotaStore};
pub use usage::Usage;
