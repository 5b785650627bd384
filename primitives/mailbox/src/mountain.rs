//! Merkle mountain ranges: a lane's messages as an append-only sequence, of which a ledger keeps the peaks alone.
//!
//! ```text
//! count 7:   ∧        peaks from the left: 4 leaves, 2 leaves, 1 leaf, one for each bit of the count
//!          ∧   ∧   ∧
//!         0 1 2 3 4 5 6
//!
//! leaf = a message's hash      node = blake2_256(1 ‖ left ‖ right)      root = blake2_256(2 ‖ count ‖ peaks)
//! ```
//!
//! The root has the count, so for a count and a range exactly one proof is valid: no two proofs show one thing.

use crate::bounds::MAX_PEAKS;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// A mountain range, by its peaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Mountain {
	count: u64,
	/// From the left, one for each bit of the count, the highest first.
	peaks: Vec<H256>,
}

/// A proof that some leaves stand in a row below a root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct RangeProof {
	/// The hashes beside the leaves, from the left, each the largest subtree without a proved leaf.
	pub siblings: Vec<H256>,
}

/// The reason why a range proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
	/// There are no leaves.
	#[error("the range is empty")]
	Empty,
	/// It ends after the last leaf.
	#[error("the range ends at {end}, after the {count} messages of the lane")]
	TooFar {
		/// The end of the range.
		end: u64,
		/// The number of leaves.
		count: u64,
	},
	/// There are too few or too many hashes.
	#[error("the proof has {found} hashes instead of {expected}")]
	WrongLength {
		/// The number of hashes of the valid proof.
		expected: usize,
		/// The number of hashes of this one.
		found: usize,
	},
	/// The leaves lead to another root.
	#[error("the messages do not lead to the root of the lane")]
	OtherRoot,
}

/// Leaves `first..end` of a mountain range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
	/// The first leaf.
	pub first: u64,
	/// The leaf after the last.
	pub end: u64,
}

/// A subtree: the leaves `index << level .. (index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Subtree {
	pub(crate) level: u32,
	pub(crate) index: u64,
}

impl Subtree {
	pub(crate) fn first(&self) -> u64 {
		self.index << self.level
	}

	pub(crate) fn end(&self) -> u64 {
		(self.index + 1) << self.level
	}

	pub(crate) fn halves(&self) -> Option<(Self, Self)> {
		let level = self.level.checked_sub(1)?;
		Some((Self { level, index: 2 * self.index }, Self { level, index: 2 * self.index + 1 }))
	}
}

impl Mountain {
	/// Returns the number of leaves.
	pub fn count(&self) -> u64 {
		self.count
	}

	/// Returns the peaks.
	pub fn peaks(&self) -> &[H256] {
		&self.peaks
	}

	/// Appends a leaf.
	pub fn push(&mut self, leaf: H256) {
		let mut hash = leaf;
		// Each trailing bit of the count is a peak that the new leaf completes to a larger one.
		for _ in 0..self.count.trailing_ones() {
			let left = self.peaks.pop().expect("there is a peak for each bit of the count; qed");
			hash = node(&left, &hash);
		}
		self.peaks.push(hash);
		self.count += 1;
	}

	/// Returns the root.
	pub fn root(&self) -> H256 {
		root_of(self.count, &self.peaks)
	}
}

impl RangeProof {
	/// Checks that `leaves` are those from `first` on, in the range with this count and root.
	pub fn verify(&self, count: u64, root: &H256, first: u64, leaves: &[H256]) -> Result<(), RangeError> {
		let end = u64::try_from(leaves.len()).ok().and_then(|length| first.checked_add(length));
		let range = Range { first, end: end.unwrap_or(u64::MAX) };
		if leaves.is_empty() {
			return Err(RangeError::Empty);
		}
		if range.end > count {
			return Err(RangeError::TooFar { end: range.end, count });
		}
		let expected = siblings(count, range).len();
		if self.siblings.len() != expected {
			return Err(RangeError::WrongLength { expected, found: self.siblings.len() });
		}
		let mut walk = Walk { range, leaves: leaves.iter(), siblings: self.siblings.iter() };
		let peaks: Option<Vec<H256>> = peaks(count).map(|peak| walk.hash(peak)).collect();
		match peaks {
			Some(peaks) if root_of(count, &peaks) == *root => Ok(()),
			_ => Err(RangeError::OtherRoot),
		}
	}
}

/// Computes the peaks from the proved leaves and their siblings.
struct Walk<'a> {
	range: Range,
	leaves: core::slice::Iter<'a, H256>,
	siblings: core::slice::Iter<'a, H256>,
}

impl Walk<'_> {
	fn hash(&mut self, tree: Subtree) -> Option<H256> {
		if self.range.misses(&tree) {
			return self.siblings.next().copied();
		}
		match tree.halves() {
			None => self.leaves.next().copied(),
			Some((left, right)) => {
				let left = self.hash(left)?;
				Some(node(&left, &self.hash(right)?))
			},
		}
	}
}

impl Range {
	fn misses(&self, tree: &Subtree) -> bool {
		tree.end() <= self.first || self.end <= tree.first()
	}
}

/// Returns the subtrees whose hashes a proof has, in their order.
pub(crate) fn siblings(count: u64, range: Range) -> Vec<Subtree> {
	let mut found = Vec::new();
	for peak in peaks(count) {
		collect_siblings(peak, range, &mut found);
	}
	found
}

fn collect_siblings(tree: Subtree, range: Range, found: &mut Vec<Subtree>) {
	if range.misses(&tree) {
		found.push(tree);
	} else if let Some((left, right)) = tree.halves() {
		// What the range covers has no siblings inside.
		if tree.first() < range.first || range.end < tree.end() {
			collect_siblings(left, range, found);
			collect_siblings(right, range, found);
		}
	}
}

/// Returns the peaks of a count, from the left.
pub(crate) fn peaks(count: u64) -> impl Iterator<Item = Subtree> {
	let mut first = 0u64;
	(0..MAX_PEAKS).rev().filter(move |level| count >> level & 1 == 1).map(move |level| {
		let peak = Subtree { level, index: first >> level };
		first += 1 << level;
		peak
	})
}

pub(crate) fn node(left: &H256, right: &H256) -> H256 {
	H256((1u8, left, right).using_encoded(blake2_256))
}

fn root_of(count: u64, peaks: &[H256]) -> H256 {
	let mut bytes = Vec::with_capacity(9 + 32 * peaks.len());
	bytes.push(2);
	bytes.extend_from_slice(&count.to_le_bytes());
	peaks.iter().for_each(|peak| bytes.extend_from_slice(peak.as_bytes()));
	H256(blake2_256(&bytes))
}
