//! The buckets of a table, packed into chunks of memory.
//!
//! An allocator rounds the size of a bucket up, by a tenth on average, and buckets that come and go leave gaps of sizes that
//! fit nothing else. Here they stand behind each other in chunks of one size. A bucket that grows moves to the end of the
//! newest chunk. When the gaps are too many, the chunk with most of them is given up, and what it has moves as well.

use crate::bucket::{Bucket, Places};
use tp_account_store::Hash;

/// Size of a chunk: two hundred buckets. Allocators add up to a page to it, and what is not written yet takes no memory.
const CHUNK_BYTES: usize = 256 * 1024;
/// Gaps may take this part of what the buckets take, and some more. With less the buckets of a table that grows move more often.
const GAPS: usize = 8;
const MORE_GAPS: usize = 16 * 1024;
/// Buckets begin at multiples of this, so that what a lookup reads first is mostly in one line of memory.
const ALIGNED: usize = 16;

/// Where a bucket lies. An empty one lies nowhere.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
	chunk: u32,
	at: u32,
	length: u32,
}

/// A chunk. One without capacity is not in use.
#[derive(Clone, Debug, Default)]
struct Chunk {
	bytes: Vec<u8>,
	/// Bytes of it that buckets take.
	live: usize,
	/// The positions of the buckets that were put into it, and where each was put, in this order. Some left since.
	put: Vec<(u32, u32)>,
}

/// The buckets of a table, by their position.
#[derive(Clone, Debug)]
pub struct Buckets {
	places: Box<[Place]>,
	chunks: Vec<Chunk>,
	/// The chunk that is filled.
	open: usize,
	/// Bytes of the chunks that are written, and bytes that buckets take.
	used: usize,
	live: usize,
}

impl Buckets {
	/// Returns empty buckets.
	pub fn new(count: usize) -> Self {
		let places = vec![Place::default(); count].into_boxed_slice();
		Self { places, chunks: Vec::new(), open: 0, used: 0, live: 0 }
	}

	/// Returns the number of buckets.
	pub fn len(&self) -> usize {
		self.places.len()
	}

	/// Returns a bucket.
	pub fn get(&self, position: u32) -> Bucket<'_> {
		let Place { chunk, at, length } = self.places[position as usize];
		match length {
			0 => Bucket::default(),
			_ => Bucket::new(&self.chunks[chunk as usize].bytes[at as usize..][..length as usize]),
		}
	}

	/// Returns all buckets from a position on.
	pub fn from(&self, position: u32) -> impl Iterator<Item = Bucket<'_>> {
		let count = u32::try_from(self.len()).expect("a table has at most 2^24 buckets; qed");
		(position..count).map(|position| self.get(position))
	}

	/// Replaces a value in a bucket by another of the same length.
	pub fn replace(&mut self, position: u32, places: &Places, hash: &Hash, bytes: &[u8]) {
		let Place { chunk, at, .. } = self.places[position as usize];
		places.replace(&mut self.chunks[chunk as usize].bytes[at as usize..], hash, bytes);
	}

	/// Sets a bucket to encoded accounts.
	pub fn set(&mut self, position: u32, encoded: &[u8]) {
		let old = self.places[position as usize];
		let stays = !encoded.is_empty() && encoded.len() <= old.length as usize;
		let left = taken(old.length as usize) - if stays { taken(encoded.len()) } else { 0 };
		if left > 0 {
			self.chunks[old.chunk as usize].live -= left;
			self.live -= left;
		}
		self.places[position as usize] = match stays {
			true => {
				let bytes = &mut self.chunks[old.chunk as usize].bytes;
				bytes[old.at as usize..][..encoded.len()].copy_from_slice(encoded);
				Place { length: size(encoded.len()), ..old }
			},
			false => self.append(position, encoded),
		};
		while self.used - self.live > self.live / GAPS + MORE_GAPS {
			self.give_up();
		}
	}

	fn append(&mut self, position: u32, encoded: &[u8]) -> Place {
		if encoded.is_empty() {
			return Place::default();
		}
		let taken = taken(encoded.len());
		let has_room = |chunk: &Chunk| chunk.bytes.len() + taken <= chunk.bytes.capacity();
		if !self.chunks.get(self.open).is_some_and(has_room) {
			let unused = self.chunks.iter().position(|chunk| chunk.bytes.capacity() == 0);
			self.open = unused.unwrap_or_else(|| {
				self.chunks.push(Chunk::default());
				self.chunks.len() - 1
			});
			self.chunks[self.open].bytes = Vec::with_capacity(taken.max(CHUNK_BYTES));
		}
		let chunk = &mut self.chunks[self.open];
		let at = chunk.bytes.len();
		chunk.bytes.extend_from_slice(encoded);
		chunk.bytes.resize(at + taken, 0);
		chunk.live += taken;
		chunk.put.push((position, size(at)));
		self.used += taken;
		self.live += taken;
		Place { chunk: size(self.open), at: size(at), length: size(encoded.len()) }
	}

	/// Moves the buckets of the chunk with the most gaps elsewhere.
	fn give_up(&mut self) {
		let gaps = |at: &usize| self.chunks[*at].bytes.len() - self.chunks[*at].live;
		let Some(most) = (0..self.chunks.len()).max_by_key(gaps) else { return };
		let chunk = std::mem::take(&mut self.chunks[most]);
		self.used -= chunk.bytes.len();
		self.live -= chunk.live;
		// A bucket that was put here twice is where it was put last, so nothing of it follows when it has moved. This matters
		// since it may move to a new chunk of the same number.
		for (position, at) in chunk.put {
			let place = self.places[position as usize];
			if (place.chunk as usize, place.at) == (most, at) && place.length > 0 {
				let bytes = &chunk.bytes[at as usize..][..place.length as usize];
				self.places[position as usize] = self.append(position, bytes);
			}
		}
	}

	/// Returns the bytes that they take in memory, without what the allocator adds. The rest of a chunk that was not written
	/// yet takes no memory.
	pub fn bytes(&self) -> usize {
		let put: usize = self.chunks.iter().map(|chunk| size_of_val(&chunk.put[..])).sum();
		self.used + put + self.chunks.len() * size_of::<Chunk>() + self.places.len() * size_of::<Place>()
	}
}

/// Returns the bytes that a bucket takes in a chunk.
fn taken(length: usize) -> usize {
	length.next_multiple_of(ALIGNED)
}

fn size(bytes: usize) -> u32 {
	u32::try_from(bytes).expect("a bucket has fewer than 2^20 values of 4 KiB; qed")
}
