//! `bench compare OLD NEW`: compares two node binaries by their benches.
//!
//! ```text
//! command ──▶ binary: run the bench of a binary, read its JSON ──▶ figures ──┐   in pairs: old new, new old, old new, …
//!         ◀── comparison: text and JSON ◀── statistics: ratio and interval ◀─┘
//! ```
//!
//! Two runs of a pair are neighbours in time, and their order alternates. So a slow drift of the machine (heat, other
//! load) affects both binaries equally. A ratio is that of a pair. The result is the geometric mean of the ratios, with
//! a 95 % confidence interval by Student's t distribution of their logarithms.

mod binary;
mod command;
mod comparison;
mod figures;
#[cfg(test)]
pub mod script;
mod statistics;

pub use binary::json_of;
pub use command::CompareCommand;
