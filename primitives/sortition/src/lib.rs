#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod fixed;
mod role;
mod sample;
mod shuffle;
mod stake;
mod ticket;

pub use fixed::{neg_ln, Fixed};
pub use role::{Role, Roles};
pub use sample::{most_candidates, order, Key};
pub use shuffle::shuffle;
pub use stake::{cap, comprehensive_stake, role_assets, vote_weight};
pub use ticket::{draw_of, ticket_data, Draw, Ticket};

#[cfg(test)]
mod tests;
