//! Blocks as bytes: the checks that bind a body to the hash that names it, cheapest first.
//!
//! ```text
//! bytes ─ header hashes to the name ─▶ the list of extrinsics is plausible ─▶ decode ─▶ extrinsics root ─▶ CheckedBody
//! └──────── bounded and cheap, on the engine's task ────────┘                └─────── off the task ──────┘
//! ```
//!
//! Invariant: a [`CheckedBody`] comes from [`check`] alone. Two bodies under one header would be one block to the voters and
//! another one to the chain.

use super::wire::is_body_of;
use codec::{Compact, Decode, DecodeAll};
use sp_runtime::{
	traits::{Block as _, Header as _},
	StateVersion,
};
use std::sync::Arc;
use tc_pbft_core::Proposal;
use tp_core::{Block, Header};
use tp_pbft::{BlockHash, Height};

/// Largest header. The committee of the next epoch, with 128 members, takes some 10 KiB of it.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;
/// Extrinsics in a block. Weight allows a fraction of it; the bound is for what is decoded and hashed before any weight is
/// known.
pub const MAX_EXTRINSICS: u32 = 1 << 16;

/// A block with exactly the body that its header names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedBody(Proposal);

impl CheckedBody {
	/// Returns the block.
	pub fn into_proposal(self) -> Proposal {
		self.0
	}
}

/// Reads the header at the begin of a block, and returns it with the bytes that follow. Reads at most
/// [`MAX_HEADER_BYTES`].
fn read_header(bytes: &[u8]) -> Option<(Header, &[u8])> {
	let mut head = &bytes[..bytes.len().min(MAX_HEADER_BYTES)];
	let before = head.len();
	let header = Header::decode(&mut head).ok()?;
	Some((header, &bytes[before - head.len()..]))
}

/// Whether bytes are a list of at most [`MAX_EXTRINSICS`] extrinsics, none of them empty, with nothing left over. Allocates
/// nothing: a byte per empty extrinsic would become a hundred in memory.
fn is_list_of_extrinsics(mut bytes: &[u8]) -> bool {
	let Ok(Compact(count)) = Compact::<u32>::decode(&mut bytes) else { return false };
	if count > MAX_EXTRINSICS {
		return false;
	}
	for _ in 0..count {
		let Ok(Compact(length)) = Compact::<u32>::decode(&mut bytes) else { return false };
		match bytes.get(length as usize..) {
			Some(rest) if length > 0 => bytes = rest,
			_ => return false,
		}
	}
	bytes.is_empty()
}

/// Whether the bytes of a proposal may be the block that it names, at this height: all that is known before its body is
/// decoded.
pub fn is_plausible(proposal: &Proposal, height: Height) -> bool {
	read_header(&proposal.bytes).is_some_and(|(header, body)| {
		*header.number() == height && header.hash() == proposal.hash && is_list_of_extrinsics(body)
	})
}

/// Checks that bytes are the block of a hash, with the body that its header names in the trie of `version`. Takes long for
/// a large body.
pub fn check(bytes: Vec<u8>, hash: BlockHash, version: StateVersion) -> Option<CheckedBody> {
	let (header, body) = read_header(&bytes)?;
	if header.hash() != hash || !is_list_of_extrinsics(body) {
		return None;
	}
	let block = Block::decode_all(&mut &bytes[..]).ok()?;
	is_body_of(block.header(), block.extrinsics(), version)
		.then(|| CheckedBody(Proposal { hash, bytes: Arc::new(bytes) }))
}

#[cfg(test)]
mod tests;
