//! Drawn committees: ten processes over many epochs, with a newcomer, a leaver, and a node that stops and comes back;
//! and a member that signs twice.
//!
//! ```text
//! epochs         `top-node local-network --preset rotation --epochs … --report …`, observed from outside
//! equivocation   a peer signs contradictions with a member's key: reported, punished once, without a seat
//! ```
//!
//! `TOP_ROTATION_FULL=1` runs the thirty epochs of an acceptance test.

#[path = "../support/mod.rs"]
mod support;

// The hostile peer of the neighbouring test. This test uses a part of it.
#[allow(dead_code)]
#[path = "../hostile/forgery.rs"]
mod forgery;
#[allow(dead_code)]
#[path = "../hostile/peer.rs"]
mod peer;
#[allow(dead_code)]
#[path = "../hostile/serving.rs"]
mod serving;

mod epochs;
mod equivocation;
mod ledger;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes the turn of a test: ten nodes use all of a small machine.
pub fn turn() -> MutexGuard<'static, ()> {
	static TURN: Mutex<()> = Mutex::new(());
	TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
