//! `bench matrix`: the bench of a shard with one factor varied at a time.
//!
//! ```text
//! variants   the base, and what differs from it: one factor each
//! rounds     every variant once a round, in alternating order, until the rounds or the time are over
//! command ──▶ runs `bench units --json` of a binary for each ──▶ report: medians, ranges, ratios to the base; drawn
//! ```
//!
//! A slow drift of the machine affects all variants equally, because each round has all of them. A variant that fails does
//! not end the others; its error is reported.

mod command;
mod report;
mod rounds;
mod variants;

pub use command::MatrixCommand;
