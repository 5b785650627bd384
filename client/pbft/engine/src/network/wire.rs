//! What goes over the notification protocol.

use codec::{Decode, DecodeAll, DecodeLimit, Encode, Input};
use sp_runtime::traits::Header as _;
use std::sync::Arc;
use tc_pbft_core::{Message, PrePrepare, Proposal, Signed};
use tp_core::Header;
use tp_pbft::{Certificate, Height};

/// A proposal with a larger block goes without it; members ask for the block by its hash.
pub const INLINE_BYTES: usize = 256 * 1024;

/// Deepest nesting of a message: proposal, new view, view change, certificate.
const MAX_DEPTH: u32 = 32;

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Wire {
	/// A member's message. The block of a proposal may be left out.
	Message(Signed<Message>),
	/// For a peer that lags: the certificate of the height that it works on.
	Certificate(Certificate),
}

impl Wire {
	/// Decodes what a peer sent, to the last byte.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		let mut input = bytes;
		let wire = Self::decode_with_depth_limit(MAX_DEPTH, &mut input).ok()?;
		(input.remaining_len() == Ok(Some(0))).then_some(wire)
	}

	/// A message as it is sent: without its block if that is large.
	pub fn outgoing(message: &Signed<Message>) -> Vec<u8> {
		let mut message = message.clone();
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut message.message {
			if proposal.bytes.len() > INLINE_BYTES {
				proposal.bytes = Arc::default();
			}
		}
		Wire::Message(message).encode()
	}
}

/// Whether a proposal's bytes start with the header that its hash names, at the right height. The body is bound by
/// the header's extrinsics root, which execution checks.
pub fn is_block_of(proposal: &Proposal, height: Height) -> bool {
	Header::decode(&mut &proposal.bytes[..])
		.is_ok_and(|header| *header.number() == height && header.hash() == proposal.hash)
}

/// Decodes an answer of the block protocol.
pub fn decode_proposal(bytes: &[u8]) -> Option<Proposal> {
	let header = Header::decode(&mut &bytes[..]).ok()?;
	tp_core::Block::decode_all(&mut &bytes[..]).ok()?;
	Some(Proposal { hash: header.hash(), bytes: Arc::new(bytes.to_vec()) })
}
