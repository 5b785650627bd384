//! The unit pool as a pure state machine: signed units that are in no block yet.
//!
//! ```text
//! unit ─admit─▶ (signature verified elsewhere) ─insert─▶ future ──the gap closes──▶ ready ─select─▶ an author's batch
//!                                                           │                         │
//!                                               time out, eviction              on_block: final, invalid, usurped
//! ```
//!
//! The pool has no clock, network, threads or files. Its caller passes the time in milliseconds since 1970, and the
//! same calls give the same answers in the same order. The caller owns the pool behind a lock, verifies signatures,
//! gossips, and delivers the [`Event`]s to watchers.
//!
//! # Lanes
//! The units of one account are a lane, ordered by height. Units that follow the account without a gap, and apply one
//! after another by the ledger's own rules ([`tp_lattice::Chain`]), are *ready*. Units behind a gap are *future*. A
//! ready unit carries the account after it, so the next unit is validated in one step and [`Pool::select`] executes
//! nothing. After a block only the lanes that it touched are looked at. A lane whose account is exactly as speculated
//! is not validated again.
//!
//! When an account changes, or time passes, units leave their lane or change their status:
//!
//! | unit | status |
//! |---|---|
//! | in the block, applied | `Final` |
//! | in the block, refused | `Invalid` with the mark |
//! | its height is taken by another unit or an extrinsic | `Usurped` |
//! | does not apply any more | `Invalid` with the ledger's reason; for a quota, with the time at which it applies |
//! | follows a unit that can never apply | `Invalid(Parent)`: no other unit can be its parent |
//! | follows a unit that may apply later (balance, quota) | `Future`: the first may be sent again |
//! | its last block has passed | `Invalid(Expired)` |
//! | its gap does not close in time | `Dropped(TimedOut)` |
//!
//! # Eviction
//! A full pool evicts the last unit of a lane, so that no gap opens, in three steps:
//!
//! 1. **Bucket.** Accounts are in buckets by log2 of their balance (free and reserved, at the newest block). The bucket
//!    with the most units per balance loses, among the buckets above their floor, a 256th of the pool. If bytes are
//!    short, bytes count instead of units. A balance counts once for an account, so splitting a balance wins nothing.
//!    Equal buckets lose in turns.
//! 2. **Lane.** A lane with future units loses first, the oldest gap before others. Then the account with the most
//!    units loses, by log2 of their number; among equals the least recently used.
//! 3. **Candidate.** A new unit is refused if its own bucket is the one to lose, and its account has no better claim
//!    than the lane to lose. So a full pool does not churn.
//!
//! # Selection
//! Units that stake covers go first, then those of free shares. Within each, accounts that have used a smaller part of their
//! share go first: a block serves sixteen classes of them, one after another, and an account that uses more of its share
//! moves on to the next. Within a class each bucket has a queue, from which the block takes 16 units in turn, in the order
//! in which accounts joined it. An account joins again after a block with its units. So a hundred thousand poor accounts
//! delay each other and no others, and free use does not use the room of others once the free part of the block is full.

mod accounts;
mod buckets;
mod expiries;
mod keyed_map;
mod lane;
mod lanes;
mod limits;
mod outcomes;
mod pool;
mod status;
mod unit;

pub use accounts::Accounts;
pub use limits::Limits;
pub use pool::{
	block::{ImportedBlock, IncludedUnit},
	select::{Budget, Selected, TURN_UNITS},
	Pool, Speculation, Stats,
};
pub use status::{Admission, DropReason, Event, Insertion, Status};
pub use unit::PooledUnit;

#[cfg(test)]
mod tests;
