//! The two lanes of a chain with units see each other: one account has one sequence of nonces for both.
//!
//! ```text
//!                              ┌─▶ Guard: is a unit at this nonce? ── no ──▶ transaction pool ─┐
//! author_submitExtrinsic ──────┘               │ yes: named error                              │ WaitingExtrinsics
//! lattice_submit ──▶ unit pool: does an extrinsic wait for this height? ◀──────────────────────┤
//! system_accountNextIndex, lattice_account ◀── state, units and extrinsics that wait ◀─────────┘
//! imported block ──▶ Promoter: extrinsics that waited for its units are ready
//! ```
//!
//! What clients submit at this node is compared. What peers send is not: two nodes can take one of each for one nonce, and the
//! block decides. Then the unit's status is `usurped`, or the extrinsic is invalid.

mod guard;
mod promoter;
#[cfg(test)]
mod tests;
mod waiting;

pub use guard::{Guard, GuardError, OtherLane, TagsOf};
pub use promoter::promote;
pub use waiting::WaitingExtrinsics;
