//! The payloads of the notification protocol.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeLimit, Encode, Input};
use sp_runtime::{
	traits::{BlakeTwo256, Hash as _, Header as _},
	OpaqueExtrinsic, StateVersion,
};
use std::sync::Arc;
use tc_pbft_core::{Message, PrePrepare, Signed};
use tp_core::Header;
use tp_pbft::Certificate;

/// Largest block that is sent within a proposal. Members fetch a larger one by its hash.
pub const INLINE_BYTES: usize = 256 * 1024;

/// Depth limit of decoding. The deepest message is a proposal with new view, view changes and certificates.
const MAX_DEPTH: u32 = 32;

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Wire {
	/// A member's message. A proposal may come without its block.
	Message(Signed<Message>),
	/// The certificate of the height that a lagging peer works on.
	Certificate(Certificate),
}

impl Wire {
	/// Decodes the bytes of a peer; `None` if any byte is left over.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		let mut input = bytes;
		let wire = Self::decode_with_depth_limit(MAX_DEPTH, &mut input).ok()?;
		// Trailing bytes are refused: otherwise one message would have many encodings, and the byte budget would miss
		// them.
		(input.remaining_len() == Ok(Some(0))).then_some(wire)
	}

	/// Encodes a message, without its block if that is large.
	pub fn outgoing(message: &Signed<Message>) -> Vec<u8> {
		let mut message = message.clone();
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut message.message {
			if proposal.bytes.len() > INLINE_BYTES {
				// The signature stays valid, because it covers the block's hash and not its bytes.
				proposal.bytes = Arc::default();
			}
		}
		Wire::Message(message).encode()
	}
}

/// Whether a header names this body by its extrinsics root, in the trie of `version`.
pub fn is_body_of(header: &Header, body: &[OpaqueExtrinsic], version: StateVersion) -> bool {
	let encoded = body.iter().map(Encode::encode).collect();
	BlakeTwo256::ordered_trie_root(encoded, version) == *header.extrinsics_root()
}

#[cfg(test)]
mod tests;
