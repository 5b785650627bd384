//! Accounts by log2 of their balance, and which of them lose when there is no room.

use crate::lanes::List;
use std::ops::{Index, IndexMut};
use tp_core::Balance;
use tp_lattice::Account;

/// One for each bit of a balance.
const BUCKETS: usize = Balance::BITS as usize;
/// Lists of lanes by log2 of the number of their units; the last has all larger ones.
pub const CLASSES: usize = LAST_CLASS as usize + 1;
const LAST_CLASS: u8 = 15;
/// The part of the pool that a bucket has whatever its balance. All buckets together do not fill the pool with it, so
/// that there is always one that can lose.
const FLOOR_PARTS: usize = 2 * BUCKETS;

/// What is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
	Units,
	Bytes,
}

/// The accounts with about the same balance that have units here.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
	pub units: usize,
	pub bytes: usize,
	/// Balances of the accounts together.
	pub stake: Balance,
	/// Lanes by log2 of the number of units.
	pub sizes: [List; CLASSES],
	/// Lanes with future units.
	pub waiting: List,
	/// Lanes with ready units: without stake locked for a quota, and with it.
	pub queues: [List; 2],
	/// When it lost last, counted in losses.
	pub last_loss: u64,
}

impl Bucket {
	fn amount(&self, measure: Measure) -> usize {
		match measure {
			Measure::Units => self.units,
			Measure::Bytes => self.bytes,
		}
	}
}

/// What would come in addition, if it were let in.
#[derive(Clone, Copy, Debug)]
pub struct Addition {
	pub bucket: u8,
	/// Balance of an account that has nothing here yet.
	pub stake: Balance,
	pub bytes: usize,
}

/// All buckets.
#[derive(Debug)]
pub struct Buckets {
	buckets: Vec<Bucket>,
	/// A bit for each that has units.
	occupied: u128,
	losses: u64,
}

impl Buckets {
	pub fn new() -> Self {
		Self { buckets: vec![Bucket::default(); BUCKETS], occupied: 0, losses: 0 }
	}

	/// The numbers of those that have units, ascending.
	pub fn occupied(&self) -> impl Iterator<Item = u8> {
		bits(self.occupied)
	}

	/// Counts units that come.
	pub fn add(&mut self, bucket: u8, units: usize, bytes: usize) {
		let at = &mut self[bucket];
		at.units += units;
		at.bytes += bytes;
		if at.units > 0 {
			self.occupied |= 1 << bucket;
		}
	}

	/// Counts units that go.
	pub fn sub(&mut self, bucket: u8, units: usize, bytes: usize) {
		let at = &mut self[bucket];
		at.units -= units;
		at.bytes -= bytes;
		if at.units == 0 {
			self.occupied &= !(1 << bucket);
		}
	}

	/// A bucket has lost a unit.
	pub fn lost(&mut self, bucket: u8) {
		self.losses += 1;
		self[bucket].last_loss = self.losses;
	}

	/// The bucket that loses if something is added to a full pool that holds at most `limit`: of those above their floor,
	/// the one with the most per balance.
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
				// amount / stake > other_amount / other_stake
				let (mine, others) = (amount.saturating_mul(other_stake), other_amount.saturating_mul(stake));
				mine > others || (mine == others && at.last_loss < self[other].last_loss)
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

/// The balance that an account counts with.
pub fn weight(account: &Account) -> Balance {
	account.data.free.saturating_add(account.data.reserved)
}

/// The bucket of a balance.
pub fn bucket_of(weight: Balance) -> u8 {
	bit_number(weight.max(1).ilog2())
}

/// The list by size of a lane with so many units.
pub fn class_of(units: usize) -> u8 {
	bit_number(units.max(1).ilog2()).min(LAST_CLASS)
}

/// The numbers of the bits that are set, ascending.
fn bits(mut left: u128) -> impl Iterator<Item = u8> {
	std::iter::from_fn(move || {
		let found = (left != 0).then(|| bit_number(left.trailing_zeros()))?;
		left &= left - 1;
		Some(found)
	})
}

fn bit_number(number: u32) -> u8 {
	u8::try_from(number).expect("numbers of the bits of a balance are below 128; qed")
}
