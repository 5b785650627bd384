//! How committees are drawn: pure arithmetic that every node must do alike.
//!
//! ```text
//! tickets ──verify──▶ draws u_i ─┐
//! stakes  ───────────────────────┴─▶ key_i = −ln(u_i) / stake_i ──smallest first──▶ order ──shuffle──▶ seats
//! ```
//!
//! - [`Ticket`]: a node's VRF over the epoch's randomness and a role gives its [`Draw`], 64 bits that nobody knows
//!   before the node shows them, and that the node cannot choose.
//! - [`order`]: weighted sampling without replacement (Efraimidis and Spirakis, *Weighted random sampling with a
//!   reservoir*, 2006). −ln(u) / stake is exponentially distributed at a rate of the stake, so the first of the order
//!   is each candidate with a chance of its part of all stake; without it, the same holds for the next.
//! - [`shuffle()`]: deals the order out over committees.
//! - [`comprehensive_stake`], [`cap`], [`vote_weight`]: what a candidate's stake is.
//!
//! **Precision.** No floating point: the same bits on every machine. [`neg_ln`] errs by less than 2^-113, a draw's step
//! changes it by at least 2^-64: so it falls strictly, and two draws are never confused. Keys are compared exactly, as
//! fractions, and never divided.
//!
//! **Bias of taking 64 bits.** A draw u stands for (u + 1) / 2^64, which is a uniform real number of (0, 1] rounded up.
//! Rounding can exchange two candidates only if the one's number falls into the step at which it would meet the
//! other's: a chance below 2^-63 a pair, whatever the stakes. So an order of n candidates is another than that of real
//! numbers with a chance below n² / 2^64: for 4,096 candidates 2^-40. The error of the logarithm adds nothing to
//! speak of. Equal keys, about as rare, go by index: that favors nobody who could know.
//!
//! **What the draw is not.** A node has one seat in a committee at most, so its chance of a seat is below its
//! proportional part when that part comes near to one seat: x expected seats become 1 − e^−x. Below the cap an owner
//! who splits a node wins nothing at any single draw, and of seats at most x against 1 − e^−x: nothing to speak of for
//! small x, and 2.3 times at the cap, x = 2, for as many more real nodes. The tests print the figures.
//!
//! **Who should stand.** The figures hold if all who may serve are drawn from. Candidates that are few and chosen by
//! stake are another thing: an adversary whose nodes are each worth slightly more than the others' would be all of them.
//! A test shows it.

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
pub use sample::{order, Key};
pub use shuffle::shuffle;
pub use stake::{cap, comprehensive_stake, vote_weight};
pub use ticket::{draw_of, ticket_data, Draw, Ticket};

#[cfg(test)]
mod tests;
