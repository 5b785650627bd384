//! The unit lane of a shard, by networks of real nodes: what is sent comes to one end, proved, and nobody is in the way of
//! others.
//!
//! ```text
//! load          many senders, all final, all receipts right, no coin lost; again while validators are killed
//! double_spend  two units for one place of a chain, at two validators at once: one of them, the same everywhere
//! attacks       floods of every kind, while an ordinary user pays and measures
//! quota         a share used up, the time at which it suffices again, and what many accounts win (nothing)
//! follower      a node that comes late, and both lanes of one account
//! restart       all validators killed: what was final is found and proved
//! ```
//!
//! One network at a time, since the tests measure. Sizes are CI's; `TOP_UNITS_FULL=1` makes them those of an acceptance
//! test, some 20 minutes on two cores:
//! `TOP_UNITS_FULL=1 cargo test --release --workspace --test units -- --nocapture`.

#[path = "../support/mod.rs"]
mod support;

// The hostile peer of the test beside this one, of which a part is used here.
#[allow(dead_code)]
#[path = "../hostile/forgery.rs"]
mod forgery;
#[allow(dead_code)]
#[path = "../hostile/peer.rs"]
mod peer;
#[allow(dead_code)]
#[path = "../hostile/serving.rs"]
mod serving;
#[allow(dead_code)]
#[path = "../hostile/watching.rs"]
mod watching;

mod accounts;
mod attacks;
mod books;
mod double_spend;
mod figures;
mod follower;
mod load;
mod proofs;
mod quota;
mod restart;
mod scene;
mod senders;

use std::sync::{Mutex, MutexGuard};

/// The variable that asks for the full sizes.
const FULL: &str = "TOP_UNITS_FULL";

/// One of two sizes: CI's, or that of an acceptance test.
pub fn size<T>(ci: T, full: T) -> T {
	match std::env::var_os(FULL) {
		Some(_) => full,
		None => ci,
	}
}

/// The turn of a test: two networks at once would measure each other.
pub fn turn() -> MutexGuard<'static, ()> {
	static TURN: Mutex<()> = Mutex::new(());
	// A test that failed has ended.
	TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
