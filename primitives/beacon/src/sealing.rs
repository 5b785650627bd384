//! The blocks of a ledger that its zone has not sealed yet.
//!
//! ```text
//! block ── note ──▶ Unsealed ◀── seal ── SealedHead, proved below a held header of the zone
//!                      │
//!                      └─ is_late: the oldest unsealed block is older than 30 s
//! ```
//!
//! Routers execute a block before their zone seals it, so what is sealed is valid although the ledger's committee may be captured. A ledger
//! takes no units while its oldest unsealed block is late. So little is lost if the zone never seals these blocks.

use crate::{
	beacon::Beacon,
	bounds::{MARK_MS, MAX_MARKS, MAX_STEP_MS, MAX_UNSEALED_MS},
	source::Store,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::twox_128;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{HeadPath, HeadStep, ProofError};

/// Returns the key of [`Unsealed`] in the state of a ledger: `Beacon.Unsealed`. Nodes read it without calling the runtime.
pub fn unsealed_key() -> Vec<u8> {
	[twox_128(b"Beacon"), twox_128(b"Unsealed")].concat()
}

/// A head of the ledger itself, which its zone has sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SealedHead {
	/// The zone.
	pub by: ChainTag,
	/// The height of the zone's held header.
	pub height: BlockNumber,
	/// The head, with the path from it to that header's heads root.
	pub step: HeadStep,
}

/// The reason why a head is not proved to be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealedHeadError {
	/// The header below which it is proved is not held.
	#[error("header {height} of {by:?} is not held")]
	NotHeld {
		/// The zone.
		by: ChainTag,
		/// The height.
		height: BlockNumber,
	},
	/// The path does not hold.
	#[error("the path to the head does not hold: {0}")]
	Path(#[from] ProofError),
	/// The head is another ledger's.
	#[error("the head is that of {0:?}")]
	OtherLedger(ChainTag),
}

impl<S: Store> Beacon<'_, S> {
	/// Returns the height and the hash of a head of the ledger `own`, which a held header includes.
	pub fn sealed(&self, own: ChainTag, sealed: &SealedHead) -> Result<(BlockNumber, H256), SealedHeadError> {
		let SealedHead { by, height, step } = sealed;
		let anchor = self.anchor(*by, *height).ok_or(SealedHeadError::NotHeld { by: *by, height: *height })?;
		HeadPath(alloc::vec![step.clone()]).verify(&anchor)?;
		let found = step.head.ledger.chain;
		if found != own {
			return Err(SealedHeadError::OtherLedger(found));
		}
		Ok((step.head.height, step.head.hash))
	}
}

/// The blocks of a ledger that are not sealed, with their times. A step of time counts for [`MAX_STEP_MS`] at most, so neither a ledger that
/// stood still nor an author whose clock is ahead makes blocks late.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Unsealed {
	/// The newest sealed block.
	sealed: BlockNumber,
	/// The time of the newest block, in milliseconds.
	newest_ms: u64,
	/// Blocks that are not sealed, ascending, each with its time in milliseconds, or a later one behind a long step. The blocks behind one are
	/// at most [`MARK_MS`] younger.
	marks: Vec<(BlockNumber, u64)>,
}

impl Unsealed {
	/// Returns the newest sealed block.
	pub fn sealed(&self) -> BlockNumber {
		self.sealed
	}

	/// Notes the next block of the ledger with its time.
	pub fn note(&mut self, number: BlockNumber, now_ms: u64) {
		let step = now_ms.saturating_sub(self.newest_ms);
		let excess = step.saturating_sub(MAX_STEP_MS);
		if excess > 0 {
			self.marks.iter_mut().for_each(|(_, at)| *at = at.saturating_add(excess));
		}
		self.newest_ms = now_ms;
		let is_due = self.marks.last().is_none_or(|(_, at)| now_ms >= at.saturating_add(MARK_MS));
		if is_due && self.marks.len() < MAX_MARKS {
			self.marks.push((number, now_ms));
		}
	}

	/// Notes that all blocks up to one are sealed. `newest` is the ledger's newest block that was noted. Returns `false` if this was known.
	pub fn seal(&mut self, number: BlockNumber, newest: BlockNumber) -> bool {
		if number <= self.sealed {
			return false;
		}
		self.sealed = number;
		let next = number.saturating_add(1);
		let passed = self.marks.iter().rposition(|(from, _)| *from <= next).unwrap_or(0);
		self.marks.drain(..passed);
		match self.marks.first_mut() {
			Some((from, _)) if *from <= number && number < newest => *from = next,
			Some((from, _)) if *from <= number => drop(self.marks.remove(0)),
			_ => {},
		}
		true
	}

	/// Returns how much older the oldest unsealed block is than the newest block, in milliseconds. 0 if all are sealed.
	pub fn age_ms(&self) -> u64 {
		self.marks.first().map_or(0, |(_, at)| self.newest_ms.saturating_sub(*at))
	}

	/// Tells whether the oldest unsealed block is older than [`MAX_UNSEALED_MS`]: the next block takes no units.
	pub fn is_late(&self) -> bool {
		self.age_ms() > MAX_UNSEALED_MS
	}

	/// Checks the invariants.
	pub fn check(&self) -> Result<(), &'static str> {
		let ascends = |pair: &[(BlockNumber, u64)]| pair[0].0 < pair[1].0 && pair[0].1 + MARK_MS <= pair[1].1;
		match self.marks.len() <= MAX_MARKS
			&& self.marks.windows(2).all(ascends)
			&& self.marks.first().is_none_or(|(from, _)| *from > self.sealed)
		{
			true => Ok(()),
			false => Err("unsealed blocks ascend above the sealed one, a second apart"),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use rand::{Rng, SeedableRng};

	#[test]
	fn blocks_are_late_that_wait_too_long_and_no_others() {
		let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
		let (mut late, mut full) = (0, 0);
		for run in 0..200 {
			// The model: the time of each block, and the newest sealed one.
			let (mut unsealed, mut times, mut sealed, mut now) = (Unsealed::default(), Vec::new(), 0u32, 1_000_000u64);
			for number in 1..800u32 {
				now += rng.gen_range(1..400);
				// Some runs seal nothing for longer than there are marks.
				let seals = run % 4 != 0 || !(100..600).contains(&number);
				if seals && rng.gen_ratio(1, 40) {
					let upto = rng.gen_range(0..number);
					assert_eq!(unsealed.seal(upto, number - 1), upto > sealed);
					sealed = sealed.max(upto);
				}
				unsealed.note(number, now);
				times.push(now);
				unsealed.check().unwrap();
				assert_eq!(unsealed.sealed(), sealed);
				let is_full = unsealed.marks.len() == MAX_MARKS;
				full += u32::from(is_full);
				late += u32::from(unsealed.is_late());
				// A mark is at most a second older than the block for which it stands, unless there are too many.
				let age = now - times[sealed as usize];
				assert!(unsealed.is_late() || age <= MAX_UNSEALED_MS, "{age} {unsealed:?}");
				if unsealed.is_late() && times.len() < 100 {
					assert!(age + MARK_MS > MAX_UNSEALED_MS, "{age} {unsealed:?}");
				}
			}
			// What is sealed at last ends it.
			let newest = u32::try_from(times.len()).unwrap();
			unsealed.seal(newest, newest);
			assert_eq!((unsealed.is_late(), unsealed.age_ms()), (false, 0));
		}
		assert!(late > 1_000 && full > 1_000, "{late} {full}");
	}

	#[test]
	fn a_step_of_time_makes_nothing_late() {
		let mut unsealed = Unsealed::default();
		unsealed.note(1, 1_000_000);
		// The ledger stood still for an hour, or an author's clock is ahead.
		unsealed.note(2, 4_600_000);
		assert_eq!(unsealed.age_ms(), MAX_STEP_MS);
		assert!(!unsealed.is_late());
		unsealed.check().unwrap();
		// Time that passes block by block counts.
		(3..40).for_each(|number| unsealed.note(number, 4_600_000 + u64::from(number) * 1_000));
		assert!(unsealed.is_late());
	}

	#[test]
	fn nothing_is_late_where_all_is_sealed() {
		let mut unsealed = Unsealed::default();
		assert!(!unsealed.is_late());
		[(1, 10), (2, 20), (3, 1_010)].into_iter().for_each(|(number, now)| unsealed.note(number, now));
		assert_eq!(unsealed.age_ms(), 1_000);
		assert!(unsealed.seal(3, 3));
		assert_eq!(unsealed.age_ms(), 0);
		assert!(!unsealed.seal(3, 9) && !unsealed.seal(2, 9));
	}

	#[test]
	fn a_ledger_that_is_never_sealed_keeps_few_marks() {
		let mut unsealed = Unsealed::default();
		(1..100_000).for_each(|number| unsealed.note(number, u64::from(number) * 100));
		unsealed.check().unwrap();
		assert!(unsealed.is_late() && unsealed.encoded_size() < 1_000);
	}
}
