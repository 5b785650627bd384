//! Drawn committees: ten processes over many epochs, with a newcomer, a leaver, and a node that stops and comes back;
//! and a member that signs twice.
//!
//! ```text
//! epochs         `top-node local-network --preset rotation --epochs … --report …`, observed from outside
//! equivocation   a peer signs contradictions with a member's key: reported, punished once, without a seat
//! ```
//!
//! `TOP_ROTATION_FULL=1` runs the thirty epochs of an acceptance test.

mod epochs;
mod equivocation;
mod ledger;
