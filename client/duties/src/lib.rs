//! What a registered node does for its stake besides voting.
//!
//! ```text
//! each block ─▶ DutiesApi::duties(vote key) ─▶ tickets to draw ──────▶ VRF key ──▶ submit_ticket
//!                                           └▶ power: Compute ─▶ lanes, on idle cores ─▶ commit
//!                                                     Reveal  ─▶ segments of them ─────▶ reveal
//! evidence, as the engine sees it ──────────▶ in the node's name, if it is registered ─────▶ report
//! ```
//!
//! The runtime says what is left to do on the state of each block; nothing is kept here but the lanes, which are computed
//! anew if the node restarts. What is handed in is a transaction without a sender that only a registered key makes valid.
//! A node without registered keys has no duties.

mod lanes;
mod sdk;
#[cfg(test)]
mod tests;
mod worker;

pub use sdk::{run, DutiesParams};

/// Log target of this crate.
pub(crate) const LOG_TARGET: &str = "duties";
