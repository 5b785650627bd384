//! Drawn committees: ten processes over many epochs, with a newcomer, a leaver, and a node that stops and comes back;
//! a member that signs twice; and members that find each other by the chain.
//!
//! ```text
//! addresses      members that know one contact connect by published addresses, the next ones before their epoch
//! epochs         `top-node local-network --preset rotation --epochs … --report …`, observed from outside
//! equivocation   a peer signs contradictions with a member's key: reported, punished once, without a seat
//! ```
//!
//! `TOP_ROTATION_FULL=1` runs the thirty epochs of an acceptance test.

mod addresses;
mod epochs;
mod equivocation;
mod ledger;
