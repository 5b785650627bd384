//! The unit lane of a shard, on networks of real nodes: each unit has one proved end, and no sender blocks
//! others.
//!
//! ```text
//! load          many senders: all units final, all receipts valid, no coin lost; again while validators are killed
//! double_spend  two units for one place of a chain, at two validators at once: one is final, the same on all nodes
//! attacks       floods of every kind, while an ordinary user pays and measures the latency
//! floods        floods of both lanes, while a user with the free share and one with stake pay 300 times each
//! quota         an exhausted share, the time at which it suffices again, and the gain of many accounts (none)
//! follower      a node that starts late
//! two_lanes     units and extrinsics of one account at that node, over two lives of the account
//! reading       a hundred connections that read at full speed
//! stopped_node  a full node that stands still while payments are watched over it
//! restart       all validators killed: final units are found and proved
//! bad_connection  callers of both SDKs behind bad connections, before validators that are killed
//! ```
//!
//! One network at a time, since the tests measure. Sizes are CI's; `TOP_UNITS_FULL=1` makes them those of an acceptance
//! test, some 20 minutes on two cores:
//! `TOP_UNITS_FULL=1 cargo test --release --workspace --test processes units:: -- --nocapture`.

pub mod accounts;
mod attacks;
mod bad_connection;
mod books;
mod double_spend;
mod figures;
mod floods;
mod follower;
mod load;
mod proofs;
mod quota;
mod reading;
mod restart;
mod scene;
mod senders;
mod stopped_node;
mod two_lanes;

/// The environment variable for the full sizes.
const FULL: &str = "TOP_UNITS_FULL";

/// Returns one of two sizes: that of CI, or that of an acceptance test.
pub fn size<T>(ci: T, full: T) -> T {
	match std::env::var_os(FULL) {
		Some(_) => full,
		None => ci,
	}
}
