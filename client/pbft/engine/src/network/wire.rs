//! The payloads of the notification protocol.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use super::compact::Compact;
use codec::{Decode, DecodeLimit, Encode, Input};
use sp_runtime::{
	traits::{BlakeTwo256, Hash as _, Header as _},
	OpaqueExtrinsic, StateVersion,
};
use std::sync::Arc;
use tc_pbft_core::{Inventory, Message, PrePrepare, Signed};
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
	/// A question for messages that the sender lacks.
	Inventory(Inventory),
	/// Messages of other members, passed on unchanged. A proposal comes without its block.
	PassedOn(Vec<Signed<Message>>),
	/// What the sender's clock shows, in milliseconds since 1970.
	Clock {
		/// The milliseconds.
		ms: u64,
	},
	/// A proposal without its block, with a sketch of that.
	Sketched {
		/// The proposal.
		message: Signed<Message>,
		/// The sketch.
		sketch: Vec<u8>,
	},
	/// As `PassedOn`, or as `Message` if it is one message of the sender, with each prepared certificate once.
	Compact {
		/// Whether the messages are passed on.
		passed_on: bool,
		/// The messages.
		messages: Compact,
	},
}

impl Wire {
	/// Decodes the bytes of a peer; `None` if any byte is left over. Never returns [`Wire::Compact`].
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		let mut input = bytes;
		let wire = Self::decode_with_depth_limit(MAX_DEPTH, &mut input).ok()?;
		// Trailing bytes are refused: otherwise one message would have many encodings, and the byte budget would miss
		// them.
		if input.remaining_len() != Ok(Some(0)) {
			return None;
		}
		match wire {
			Wire::Compact { passed_on: true, messages } => messages.expand().map(Wire::PassedOn),
			Wire::Compact { passed_on: false, messages } => {
				let mut messages = messages.expand()?;
				let message = messages.pop()?;
				messages.is_empty().then_some(Wire::Message(message))
			},
			wire => Some(wire),
		}
	}

	/// Encodes a message: a proposal with the sketch of its block in place of that, if there is one, and without a block that is large.
	pub fn outgoing(message: &Signed<Message>, sketch: Option<&[u8]>) -> Vec<u8> {
		let mut message = message.clone();
		if let Some(sketch) = sketch {
			drop_block(&mut message);
			return Wire::Sketched { message, sketch: sketch.to_vec() }.encode();
		}
		if proposal_bytes(&message) > INLINE_BYTES {
			drop_block(&mut message);
		}
		match &message.message {
			Message::PrePrepare(PrePrepare { new_view: Some(_), .. }) => {
				Wire::Compact { passed_on: false, messages: Compact::new(vec![message]) }.encode()
			},
			_ => Wire::Message(message).encode(),
		}
	}

	/// Encodes messages that are passed on. The receiver fetches the block, if it lacks it. A member that asks
	/// often must not be sent it each time.
	pub fn passed_on(mut messages: Vec<Signed<Message>>) -> Vec<u8> {
		messages.iter_mut().for_each(drop_block);
		Wire::Compact { passed_on: true, messages: Compact::new(messages) }.encode()
	}
}

/// Returns the size of the block within a message.
fn proposal_bytes(message: &Signed<Message>) -> usize {
	match &message.message {
		Message::PrePrepare(PrePrepare { proposal, .. }) => proposal.bytes.len(),
		_ => 0,
	}
}

/// Drops the block of a proposal. The signature stays valid, because it covers the block's hash and not its bytes.
fn drop_block(message: &mut Signed<Message>) {
	if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut message.message {
		proposal.bytes = Arc::default();
	}
}

/// Whether a header names this body by its extrinsics root, in the trie of `version`.
pub fn is_body_of(header: &Header, body: &[OpaqueExtrinsic], version: StateVersion) -> bool {
	let encoded = body.iter().map(Encode::encode).collect();
	BlakeTwo256::ordered_trie_root(encoded, version) == *header.extrinsics_root()
}

#[cfg(test)]
mod tests;
