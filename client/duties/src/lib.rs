//! Duties of a registered node besides voting: tickets, proofs of computing power, its addresses, reports of equivocations.
//!
//! ```text
//! each block ─▶ DutiesApi::duties(vote key) ─▶ tickets to draw ──────▶ VRF key ──▶ submit_ticket
//!                                           ├▶ addresses, if they changed ────────▶ publish_addresses
//!                                           └▶ power: Compute ─▶ lanes, on idle cores ─▶ commit
//!                                                     Reveal  ─▶ segments of them ─────▶ reveal
//! evidence from the engine ─────────────────▶ in the node's name, if it is registered ─────▶ report
//! ```
//!
//! The runtime names the remaining duties in the state of each block. The worker keeps only the lanes, and computes
//! them again after a restart. Each duty ends in a transaction without a sender, which only a registered key makes
//! valid. A node without registered keys has no duties.

mod error;
mod identity;
mod lanes;
mod log_targets;
mod sdk;
#[cfg(test)]
mod tests;
mod worker;

pub use error::DutyError;
pub use identity::Identity;
pub use log_targets::LOG_TARGETS;
pub use sdk::{run, DutiesParams};
