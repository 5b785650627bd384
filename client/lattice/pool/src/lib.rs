//! The unit pool as a pure state machine: what has been signed and is in no block yet.
//!
//! ```text
//! unit ─admit─▶ (signature verified elsewhere) ─insert─▶ future ──the gap closes──▶ ready ─take─▶ an author's batch
//!                                                           │                         │
//!                                               time out, no room               on_block: final, invalid, usurped
//! ```
//!
//! No clock, no network, no threads, no files: time is told in milliseconds since 1970, and the same calls give the same
//! answers in the same order. The driver owns the pool behind a lock, verifies signatures, gossips, and tells watchers
//! of the [`Event`]s.
//!
//! # Lanes
//! Units of one account are a lane, ordered by height. Those that follow the account without a gap, and apply one after
//! another by the ledger's own rules ([`tp_lattice::Chain`]), are *ready*; those behind a gap are *future*. Ready units
//! carry what they leave of the account, so that the next one is judged by one step, and [`Pool::take`] executes
//! nothing. After a block only the lanes that it touched are looked at, and those whose account is just what was
//! speculated are not judged at all.
//!
//! What leaves a lane when its account changes, or time passes:
//!
//! | unit | becomes |
//! |---|---|
//! | in the block, applied | `Final` |
//! | in the block, refused | `Invalid` with the mark |
//! | another unit or an extrinsic took its height | `Usurped` |
//! | does not apply any more | `Invalid` with the ledger's reason; for a quota, with the time at which it will |
//! | follows one that can never apply | `Invalid(Parent)`: no unit has another parent's place |
//! | follows one that may apply later (balance, quota) | `Future`: the first may be sent again |
//! | its last block has passed | `Invalid(Expired)` |
//! | its gap has not closed in time | `Dropped(TimedOut)` |
//!
//! # Who loses when the pool is full
//! Accounts are in buckets by log2 of their balance (free and reserved, at the newest block). Of the buckets that hold
//! more than a 256th of the pool, the one with the most units per balance (bytes, if it is bytes that are short) loses;
//! balances count once an account, so that splitting a balance wins nothing. Buckets that are equal lose in turns. Within
//! the bucket, a future unit goes first, from the lane with the oldest gap; then a ready one of the account with the
//! most units (by log2 of their number), of those the one least recently used. It is always a lane's last unit, so that
//! no gap opens. A newcomer is refused if its own bucket is the one to lose, and its account no better than the one that
//! would: a full pool does not churn.
//!
//! # Who is taken first
//! Each bucket has two queues of the accounts with ready units: with stake locked for their quota, and without. A block
//! takes 16 units of each queue in turn, of a queue in the order in which the accounts joined it; an account that was
//! served joins anew. So a hundred thousand poor accounts delay each other, and no one else, and those that live of free
//! quotas do not use the room of the others once the block's free part is used up.

mod buckets;
mod ended;
mod expiries;
mod lane;
mod lanes;
mod limits;
mod pool;
mod status;
mod unit;

pub use limits::Limits;
pub use pool::{Budget, ImportedBlock, IncludedUnit, Pool, Speculation, Stats, TURN_UNITS};
pub use status::{Admission, DropReason, Event, Status};
pub use unit::PooledUnit;

use std::collections::HashMap;
use tp_core::AccountId;
use tp_lattice::Account;

/// A map whose keys are chosen by others, in part at least: the hasher has keys of its own. Never iterated over.
type KeyedMap<Key, Value> = HashMap<Key, Value, foldhash::quality::RandomState>;

/// The accounts at the newest block that the pool was told of.
///
/// The driver must not show a newer state before [`Pool::on_block`] has been called for it.
pub trait Accounts {
	/// An account; `None` if it does not exist.
	fn account(&self, id: &AccountId) -> Option<Account>;
}

impl Accounts for std::collections::BTreeMap<AccountId, Account> {
	fn account(&self, id: &AccountId) -> Option<Account> {
		self.get(id).cloned()
	}
}

#[cfg(test)]
mod tests;
