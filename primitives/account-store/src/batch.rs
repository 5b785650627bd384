//! Hashes of many inputs at once.
//!
//! A block changes thousands of accounts, and most inputs are a few hundred bytes. BLAKE3 hashes such an input block after
//! block, and each waits for the one before it. Several inputs with the same number of blocks can share the vector
//! registers of the processor instead, which takes a quarter of the time.
//!
//! [`blake3::platform`] has the function that does this. The `blake3` crate hides it from its documentation, and does not
//! promise to keep it. So its version is fixed, the tests compare all lengths with
//! [`blake3::keyed_hash`] on each kind of processor, and a store compares some before it starts: [`BatchHasher::agrees`].

use crate::hash::{Hash, BUCKET, HASH_BYTES, NODE, VALUE};
use alloc::vec::Vec;
use blake3::{
	platform::{le_bytes_from_words_32, words_from_le_bytes_32, Platform},
	IncrementCounter, BLOCK_LEN,
};

/// Blocks of the longest input that is one chunk of BLAKE3's tree. Longer inputs are hashed alone.
const MOST_BLOCKS: usize = 16;
/// Inputs that are given to the processor at once: as many as its widest registers take.
const LANES: usize = 16;

// The flags of BLAKE3, from its specification, section 2.2.
const CHUNK_START: u8 = 1;
const CHUNK_END: u8 = 2;
const ROOT: u8 = 8;
const KEYED_HASH: u8 = 16;

/// The longest input that [`BatchHasher::agrees`] hashes, and the most inputs at once.
const MOST_CHECKED: usize = 1100;
const MOST_CHECKED_LANES: usize = LANES + 1;

/// Hashes many inputs. It keeps its memory from one call to the next.
#[derive(Debug)]
pub struct BatchHasher {
	platform: Platform,
	/// The places of inputs by the number of their whole blocks, those without a part of a block behind it first.
	classes: [[Vec<u32>; 2]; MOST_BLOCKS],
}

impl Default for BatchHasher {
	fn default() -> Self {
		Self { platform: Platform::detect(), classes: Default::default() }
	}
}

impl BatchHasher {
	/// Tells whether the hashes of many inputs are those of each alone, on this processor, with this build. A wrong hash would
	/// part a node from all others, so a store does not start on it.
	pub fn agrees(&mut self) -> bool {
		self.agrees_with(crate::value_hash)
	}

	fn agrees_with(&mut self, alone: fn(&[u8]) -> Hash) -> bool {
		let byte = |at: usize| u8::try_from(at * 31 % 251).expect("it is below 251; qed");
		let bytes: Vec<u8> = (0..MOST_CHECKED + MOST_CHECKED_LANES).map(byte).collect();
		// What differs from length to length is the number of whole blocks, and whether a part of one follows.
		let lengths = (0..=MOST_CHECKED).filter(|length| matches!(length % BLOCK_LEN, 0 | 1 | 44 | 63));
		lengths.flat_map(|length| (1..=MOST_CHECKED_LANES).map(move |lanes| (length, lanes))).all(|(length, lanes)| {
			let inputs: Vec<_> = (0..lanes).map(|lane| &bytes[lane..lane + length]).collect();
			self.values(&inputs).into_iter().eq(inputs.iter().map(|input| alone(input)))
		})
	}

	/// Returns the hashes of values, as [`crate::value_hash`] does.
	pub fn values(&mut self, inputs: &[&[u8]]) -> Vec<Hash> {
		self.hash(VALUE, inputs)
	}

	/// Returns the hashes of buckets, as [`crate::bucket_hash`] does.
	pub fn buckets(&mut self, inputs: &[&[u8]]) -> Vec<Hash> {
		self.hash(BUCKET, inputs)
	}

	/// Returns the hashes of inner nodes, as [`crate::node_hash`] does, from the left child followed by the right one.
	pub fn nodes(&mut self, inputs: &[[u8; BLOCK_LEN]]) -> Vec<Hash> {
		let mut hashes = Vec::with_capacity(inputs.len());
		let key = words_from_le_bytes_32(NODE);
		for inputs in inputs.chunks(LANES) {
			let mut lanes = [const { &[0; BLOCK_LEN] }; LANES];
			lanes.iter_mut().zip(inputs).for_each(|(lane, input)| *lane = input);
			let mut out = [0; LANES * HASH_BYTES];
			self.run(&lanes[..inputs.len()], &key, CHUNK_END | ROOT, &mut out);
			hashes.extend_from_slice(&out.as_chunks().0[..inputs.len()]);
		}
		hashes
	}

	fn hash(&mut self, key: &Hash, inputs: &[&[u8]]) -> Vec<Hash> {
		let mut hashes = alloc::vec![Hash::default(); inputs.len()];
		for (place, (input, hash)) in (0..).zip(inputs.iter().zip(&mut hashes)) {
			match (input.len() / BLOCK_LEN, input.len() % BLOCK_LEN) {
				(blocks @ 1..MOST_BLOCKS, part) => self.classes[blocks][usize::from(part > 0)].push(place),
				// A single chunk and nothing behind it.
				(MOST_BLOCKS, 0) => self.classes[0][0].push(place),
				_ => *hash = *blake3::keyed_hash(key, input).as_bytes(),
			}
		}
		let key = words_from_le_bytes_32(key);
		macro_rules! hash_classes {
			($($blocks:literal)*) => { $(
				self.hash_class::<{ $blocks * BLOCK_LEN }>($blocks % MOST_BLOCKS, &key, inputs, &mut hashes);
			)* };
		}
		hash_classes!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
		hashes
	}

	/// Hashes the inputs of a class, whose whole blocks have `WHOLE` bytes.
	fn hash_class<const WHOLE: usize>(&mut self, class: usize, key: &[u32; 8], inputs: &[&[u8]], hashes: &mut [Hash]) {
		for has_part in [false, true] {
			let places = core::mem::take(&mut self.classes[class][usize::from(has_part)]);
			for places in places.chunks(LANES) {
				let mut lanes = [const { &[0; WHOLE] }; LANES];
				for (lane, place) in lanes.iter_mut().zip(places) {
					*lane = inputs[*place as usize].first_chunk().expect("the class is of this length or longer; qed");
				}
				let mut out = [0; LANES * HASH_BYTES];
				self.run(&lanes[..places.len()], key, if has_part { 0 } else { CHUNK_END | ROOT }, &mut out);
				for (place, out) in places.iter().zip(out.as_chunks().0) {
					let part = &inputs[*place as usize][WHOLE..];
					hashes[*place as usize] = if has_part { self.end(out, part) } else { *out };
				}
			}
			let mut places = places;
			places.clear();
			self.classes[class][usize::from(has_part)] = places;
		}
	}

	/// Hashes the whole blocks of inputs of the same length.
	fn run<const WHOLE: usize>(&self, lanes: &[&[u8; WHOLE]], key: &[u32; 8], end: u8, out: &mut [u8]) {
		self.platform.hash_many(lanes, key, 0, IncrementCounter::No, KEYED_HASH, CHUNK_START, end, out);
	}

	/// Hashes the part of a block that follows whole ones.
	fn end(&self, before: &Hash, part: &[u8]) -> Hash {
		let mut block = [0; BLOCK_LEN];
		block[..part.len()].copy_from_slice(part);
		let mut words = words_from_le_bytes_32(before);
		let length = u8::try_from(part.len()).expect("it is less than a block of 64 bytes; qed");
		self.platform.compress_in_place(&mut words, &block, length, 0, KEYED_HASH | CHUNK_END | ROOT);
		le_bytes_from_words_32(&words)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{bucket_hash, node_hash, value_hash};

	/// Returns a hasher for each kind of processor that this one can stand for.
	fn hashers() -> Vec<BatchHasher> {
		let mut platforms = alloc::vec![Platform::portable(), Platform::detect()];
		// AVX-512 has a constructor in some builds of BLAKE3 alone, and `detect` returns it where the processor has it.
		#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
		platforms.extend([Platform::sse2(), Platform::sse41(), Platform::avx2()].into_iter().flatten());
		platforms.into_iter().map(|platform| BatchHasher { platform, classes: Default::default() }).collect()
	}

	fn input(length: usize, lane: usize) -> Vec<u8> {
		(0..length).map(|at| u8::try_from((at * 31 + lane * 7 + length) % 256).unwrap()).collect()
	}

	#[test]
	fn all_processors_give_the_same_hashes() {
		for mut hasher in hashers() {
			for length in 0..1200 {
				for lanes in [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 15, 16, 17, 33] {
					// All numbers of short inputs, few of long ones.
					if length > 300 && lanes > 5 && length % 7 != 0 {
						continue;
					}
					let inputs: Vec<_> = (0..lanes).map(|lane| input(length, lane)).collect();
					let inputs: Vec<_> = inputs.iter().map(|input| &input[..]).collect();
					let alone: Vec<_> = inputs.iter().map(|input| value_hash(input)).collect();
					assert_eq!(hasher.values(&inputs), alone, "{:?}: {lanes} of {length}", hasher.platform);
				}
			}
			for count in 0..40 {
				let pairs: Vec<[u8; BLOCK_LEN]> =
					(0..count).map(|lane| *input(BLOCK_LEN, lane).first_chunk().unwrap()).collect();
				let node = |pair: &[u8; BLOCK_LEN]| node_hash(pair.first_chunk().unwrap(), pair.last_chunk().unwrap());
				let alone: Vec<_> = pairs.iter().map(node).collect();
				assert_eq!(hasher.nodes(&pairs), alone, "{:?}: {count} nodes", hasher.platform);
			}
		}
	}

	#[test]
	fn a_hasher_that_differs_is_found() {
		for mut hasher in hashers() {
			assert!(hasher.agrees(), "{:?}", hasher.platform);
			assert!(!hasher.agrees_with(bucket_hash));
			// One length alone.
			assert!(!hasher.agrees_with(|input| if input.len() == 236 { Hash::default() } else { value_hash(input) }));
		}
	}
}
