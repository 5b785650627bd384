#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod api;
mod bucket;
mod quota;
mod rules;
mod shares;
#[cfg(test)]
mod tests;
mod traits;
mod usage;

pub use api::*;
pub use bucket::{FreeBucket, FILL_SECONDS};
pub use quota::{Charge, Exhausted, Quota, DAY_MS};
pub use rules::QuotaRules;
pub use shares::{Shares, Used};
pub use traits::{QuotaMeter, QuotaStore};
pub use usage::{Usage, ACCOUNT_STATE, LINK_STATE, WHOLE_PART};
