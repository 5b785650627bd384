//! Packets and acknowledgements from what a router knows.

use crate::{
	anchors::ZoneAnchor,
	limits::{PACKET_BYTES, PACKET_MESSAGES},
	view::View,
};
use tp_mailbox::{Acknowledgement, CursorClaim, Lane, LaneClaim, Packet, Range, Sequence};

/// Returns the lanes of a ledger that can be proved below a zone header.
pub fn lanes<'a>(view: &'a View, anchor: &ZoneAnchor) -> &'a [LaneClaim] {
	height(view, anchor).and_then(|number| view.trees(number)).map_or(&[], |trees| trees.outbox())
}

/// Returns the cursors of a ledger that can be proved below a zone header.
pub fn cursors<'a>(view: &'a View, anchor: &ZoneAnchor) -> &'a [CursorClaim] {
	height(view, anchor).and_then(|number| view.trees(number)).map_or(&[], |trees| trees.inbox())
}

/// Returns the cursor of a lane that can be proved below a zone header.
pub fn cursor(view: &View, anchor: &ZoneAnchor, lane: &Lane) -> Sequence {
	let trees = height(view, anchor).and_then(|number| view.trees(number));
	trees.and_then(|trees| trees.cursor(lane)).map_or(0, |claim| claim.taken.messages)
}

/// Returns messages of a lane from a place on, proved below a zone header. `None` if this router lacks something.
pub fn packet(view: &View, anchor: &ZoneAnchor, lane: &Lane, first: Sequence) -> Option<Packet> {
	let trees = view.trees(height(view, anchor)?)?;
	let (claim, path) = trees.outbound(lane)?;
	let head = anchor.path(view.ledger().chain)?;
	let log = view.log(lane)?;
	let first = first.max(log.first());
	let (mut end, mut bytes) = (first, 0usize);
	while end < claim.count && end - first < PACKET_MESSAGES {
		bytes += codec_size(log.message(end)?);
		if bytes > PACKET_BYTES && end > first {
			break;
		}
		end += 1;
	}
	let (messages, range) = log.prove(Range { first, end }, claim.count)?;
	Some(Packet { first, messages, range, claim, path, head })
}

/// Returns the cursor of a lane, proved below a zone header.
pub fn acknowledgement(view: &View, anchor: &ZoneAnchor, lane: &Lane) -> Option<Acknowledgement> {
	let trees = view.trees(height(view, anchor)?)?;
	let (claim, path) = trees.inbound(lane)?;
	Some(Acknowledgement { claim, path, head: anchor.path(view.ledger().chain)? })
}

/// The block of a ledger that a zone header includes, or the header itself.
fn height(view: &View, anchor: &ZoneAnchor) -> Option<tp_core::BlockNumber> {
	let chain = view.ledger().chain;
	if chain == anchor.anchor().ledger.chain {
		return Some(anchor.anchor().height);
	}
	anchor.head(chain).map(|head| head.height)
}

fn codec_size(message: &tp_mailbox::Message) -> usize {
	codec::Encode::encoded_size(message)
}
