//! Accounts by log2 of their balance, and the bucket that loses a unit when the pool is full.

use crate::lanes::List;
use std::ops::{Index, IndexMut};
use tp_core::Balance;
use tp_lattice::Account;
use tp_quota::WHOLE_PART;

/// Buckets: one for each bit of a balance.
const BUCKETS: usize = Balance::BITS as usize;
/// Lists of lanes by log2 of the number of their units. The last list has all larger lanes.
pub const CLASSES: usize = LAST_CLASS as usize + 1;
const LAST_CLASS: u8 = 15;
/// Queues by the used part of a share: a part in each, and one for shares that are wholly used.
pub const PARTS: usize = 16;
/// A bucket's floor is this part of the pool: it keeps that many units with any balance.
///
/// Invariant: the floors of all buckets together are less than the pool, so a full pool always has a bucket above its
/// floor. With fewer parts than buckets, [`Buckets::worst`] could find none and the pool would refuse every unit.
const FLOOR_PARTS: usize = 2 * BUCKETS;

/// The resource that is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
	Units,
	Bytes,
}

/// Accounts with units here and about the same balance.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
	pub units: usize,
	pub bytes: usize,
	/// Sum of the balances of the accounts.
	pub stake: Balance,
	/// Lanes by log2 of the number of units.
	pub sizes: [List; CLASSES],
	/// Lanes with future units.
	pub waiting: List,
	/// Lanes with ready units, without stake locked for a quota and with stake, by the used part of their share.
	pub queues: [[List; PARTS]; 2],
	/// Number of the eviction at which it lost last.
	pub last_eviction: u64,
}

impl Bucket {
	fn amount(&self, measure: Measure) -> usize {
		match measure {
			Measure::Units => self.units,
			Measure::Bytes => self.bytes,
		}
	}
}

/// A unit that would be added.
#[derive(Clone, Copy, Debug)]
pub struct Addition {
	pub bucket: u8,
	/// Balance of its account if the account has no units here yet, else zero.
	pub stake: Balance,
	pub bytes: usize,
}

/// All buckets.
#[derive(Debug)]
pub struct Buckets {
	buckets: Vec<Bucket>,
	/// A bit for each bucket with units.
	occupied: u128,
	evictions: u64,
}

impl Buckets {
	pub fn new() -> Self {
		Self { buckets: vec![Bucket::default(); BUCKETS], occupied: 0, evictions: 0 }
	}

	/// Returns the numbers of the buckets with units, ascending.
	pub fn occupied(&self) -> impl Iterator<Item = u8> {
		bits(self.occupied)
	}

	/// Counts units that enter.
	pub fn add(&mut self, bucket: u8, units: usize, bytes: usize) {
		let at = &mut self[bucket];
		at.units += units;
		at.bytes += bytes;
		if at.units > 0 {
			self.occupied |= 1 << bucket;
		}
	}

	/// Counts units that leave.
	pub fn sub(&mut self, bucket: u8, units: usize, bytes: usize) {
		let at = &mut self[bucket];
		at.units -= units;
		at.bytes -= bytes;
		if at.units == 0 {
			self.occupied &= !(1 << bucket);
		}
	}

	/// Records that a bucket lost a unit.
	pub fn record_eviction(&mut self, bucket: u8) {
		self.evictions += 1;
		self[bucket].last_eviction = self.evictions;
	}

	/// Returns the bucket that loses a unit if `addition` enters a full pool with at most `limit`: the bucket above its
	/// floor with the most per balance.
	///
	/// Fairness rests on two choices. The addition counts in its own bucket, so a bucket that asks for more than its
	/// share loses itself. Equal buckets lose in turns, so that none pays for all.
	pub fn worst(&self, addition: &Addition, measure: Measure, limit: usize) -> Option<u8> {
		let floor = limit / FLOOR_PARTS;
		let mut worst: Option<(u8, u128, Balance)> = None;
		for bucket in bits(self.occupied | 1 << addition.bucket) {
			let at = &self[bucket];
			let (mut amount, mut stake) = (at.amount(measure), at.stake);
			if bucket == addition.bucket {
				amount += if measure == Measure::Units { 1 } else { addition.bytes };
				stake = stake.saturating_add(addition.stake);
			}
			if amount <= floor {
				continue;
			}
			let (amount, stake) = (amount as u128, stake.max(1));
			let is_worse = worst.is_none_or(|(other, other_amount, other_stake)| {
				// amount / stake > other_amount / other_stake, without a division that rounds
				let (mine, others) = (amount.saturating_mul(other_stake), other_amount.saturating_mul(stake));
				mine > others || (mine == others && at.last_eviction < self[other].last_eviction)
			});
			if is_worse {
				worst = Some((bucket, amount, stake));
			}
		}
		worst.map(|(bucket, ..)| bucket)
	}
}

impl Index<u8> for Buckets {
	type Output = Bucket;

	fn index(&self, bucket: u8) -> &Bucket {
		&self.buckets[usize::from(bucket)]
	}
}

impl IndexMut<u8> for Buckets {
	fn index_mut(&mut self, bucket: u8) -> &mut Bucket {
		&mut self.buckets[usize::from(bucket)]
	}
}

/// Returns the balance that an account counts with.
pub fn weight(account: &Account) -> Balance {
	account.data.free.saturating_add(account.data.reserved)
}

/// Returns the bucket of a balance.
pub fn bucket_of(weight: Balance) -> u8 {
	bit_number(weight.max(1).ilog2())
}

/// Returns the list by size of a lane with `units` units.
pub fn class_of(units: usize) -> u8 {
	bit_number(units.max(1).ilog2()).min(LAST_CLASS)
}

/// Returns the queue of an account that has used a part of its share, from 0 to [`WHOLE_PART`].
pub fn queue_of(used_part: u32) -> u8 {
	let last = PARTS as u64 - 1;
	let queue = u64::from(used_part) * last / u64::from(WHOLE_PART);
	u8::try_from(queue.min(last)).expect("there are 16 queues; qed")
}

/// Returns the numbers of the set bits, ascending.
fn bits(mut left: u128) -> impl Iterator<Item = u8> {
	std::iter::from_fn(move || {
		let found = (left != 0).then(|| bit_number(left.trailing_zeros()))?;
		left &= left - 1;
		Some(found)
	})
}

fn bit_number(number: u32) -> u8 {
	u8::try_from(number).expect("bits of a balance are numbered below 128; qed")
}
