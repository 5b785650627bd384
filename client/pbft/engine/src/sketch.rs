//! Proposals that name what their receivers have already.
//!
//! ```text
//! author     block ─ Ledger::sketch ─▶ sketch, beside the proposal without its block
//! receiver   sketch ─ Ledger::complete ─▶ the block ─▶ the check of its hash and body
//!                          │       ▲                         │ another block, or no sketch that this node can use
//!                          ▼       │                         ▼
//!                    parts that it lacks, from the sender    the whole block is fetched
//! ```
//!
//! Invariant: nothing here is trusted. A completed block passes the same check as one from a peer, and the whole block remains the
//! fallback. A false sketch costs its receivers one attempt.

use codec::{Decode, Encode};
use sp_runtime::{generic, traits::Block as _, OpaqueExtrinsic};
use tp_core::{Block, Header};
use tp_pbft::BlockHash;

/// Smallest block that is sketched. A smaller one is sent whole, which takes no second message.
pub const MIN_SKETCHED_BYTES: usize = 4 * 1024;
/// Largest sketch.
pub const MAX_SKETCH_BYTES: usize = 256 * 1024;
/// The most parts that are asked for. A member that lacks more fetches the block.
pub const MAX_PARTS: usize = 4_096;

/// The result of completing a sketch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completed<T> {
	/// What was sketched. Nothing proves yet that it is what the author meant.
	Whole(T),
	/// The places of the parts that this node lacks.
	Lacks(Vec<u32>),
	/// This node cannot use it as a sketch.
	Unusable,
}

/// Sketches of the extrinsics of one kind.
pub trait Sketches: Send + Sync {
	/// Names the parts of an extrinsic of a block. `None` if it is sent whole.
	fn sketch(&self, block: &BlockHash, extrinsic: &OpaqueExtrinsic) -> Option<Vec<u8>>;

	/// Puts an extrinsic together from what this node has, and from parts that a peer sent, as [`Self::parts`] encodes them.
	fn complete(&self, block: &BlockHash, sketch: &[u8], parts: &[u8]) -> Completed<OpaqueExtrinsic>;

	/// Encodes the parts of an extrinsic at some places. `None` if it has no parts, or none at one of them.
	fn parts(&self, extrinsic: &OpaqueExtrinsic, places: &[u32]) -> Option<Vec<u8>>;
}

/// A block of which one extrinsic is sketched.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct BlockSketch {
	header: Header,
	before: Vec<OpaqueExtrinsic>,
	sketched: Vec<u8>,
	after: Vec<OpaqueExtrinsic>,
}

/// Sketches a block. `None` if it has no extrinsic for that, or if the sketch would be too large.
pub fn sketch_block(block: Block, sketches: &dyn Sketches) -> Option<Vec<u8>> {
	let hash = block.hash();
	let generic::Block { header, extrinsics: mut before } = block;
	let (at, sketched) = before.iter().enumerate().find_map(|(at, extrinsic)| {
		let sketch = sketches.sketch(&hash, extrinsic)?;
		Some((at, sketch))
	})?;
	let after = before.split_off(at + 1);
	before.truncate(at);
	let sketch = BlockSketch { header, before, sketched, after }.encode();
	(sketch.len() <= MAX_SKETCH_BYTES).then_some(sketch)
}

/// Completes the sketch of a block to its encoding.
pub fn complete_block(
	hash: &BlockHash,
	mut sketch: &[u8],
	parts: &[u8],
	sketches: &dyn Sketches,
) -> Completed<Vec<u8>> {
	if sketch.len() > MAX_SKETCH_BYTES {
		return Completed::Unusable;
	}
	let Ok(BlockSketch { header, before, sketched, after }) = BlockSketch::decode(&mut sketch) else {
		return Completed::Unusable;
	};
	if !sketch.is_empty() || header.hash() != *hash {
		return Completed::Unusable;
	}
	match sketches.complete(hash, &sketched, parts) {
		Completed::Whole(extrinsic) => {
			let extrinsics = before.into_iter().chain([extrinsic]).chain(after).collect();
			Completed::Whole(Block::new(header, extrinsics).encode())
		},
		Completed::Lacks(places) => Completed::Lacks(places),
		Completed::Unusable => Completed::Unusable,
	}
}

/// Encodes parts of a block for a peer that lacks them.
pub fn parts_of_block(block: &Block, places: &[u32], sketches: &dyn Sketches) -> Option<Vec<u8>> {
	let mut extrinsics = block.extrinsics().iter();
	(places.len() <= MAX_PARTS).then(|| extrinsics.find_map(|extrinsic| sketches.parts(extrinsic, places)))?
}

#[cfg(test)]
mod tests;
