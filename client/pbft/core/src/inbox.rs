//! Messages that are ahead of us by one height: kept, unverified, until their height begins.
//!
//! A replica that commits a moment later than the others gets their first messages of the next height while it still
//! runs the present one; without a buffer each would cost a resend. Nothing here is verified, because the committee
//! and the seed of the next height follow from a block that we do not have yet. So every bound is on the **link** that
//! a message came over (its origin), never on the sender that it claims: whoever forges senders fills its own share
//! and evicts nobody.

use crate::{message::Payload, Message, Signed};
use codec::Encode;
use std::collections::BTreeMap;
use tp_pbft::{Height, MemberIndex, MessageKind, View, MAX_MEMBERS};

/// Views of the next height that are kept, from 0. Whoever is further has waited through all their timeouts and will
/// repeat what it says; by then we are there or block sync is at work.
pub const INBOX_VIEWS: View = 4;
/// Messages kept from one origin: a member says at most five kinds in each view.
pub const INBOX_MESSAGES_PER_ORIGIN: usize = 5 * INBOX_VIEWS as usize;
/// Links per member of the committee: its present one, and one that is about to replace it.
pub const INBOX_ORIGINS_PER_MEMBER: usize = 2;
/// Bytes kept from one origin in a small committee: the largest block with the new view that allows it.
pub const INBOX_BYTES_PER_ORIGIN: usize = 8 * 1024 * 1024;
/// Bytes kept from all origins; each has an equal share, so that large committees do not need more memory.
pub const INBOX_BYTES: usize = 128 * 1024 * 1024;

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
	/// It is for the present height: verify it and feed it to the replica.
	Now(Signed<Message>),
	/// It is for the next height, and kept.
	Kept,
	/// It is for the next height and the same is kept from this origin already.
	Repeated,
	/// It is for a height below: its sender may be lagging.
	Behind(Signed<Message>),
	/// It is for a height above the next: we may be lagging.
	Ahead,
	/// It does not fit into its origin's share.
	Refused,
}

/// What one link has sent for the next height.
#[derive(Default)]
struct Share {
	messages: BTreeMap<(View, MessageKind, MemberIndex), Signed<Message>>,
	bytes: usize,
}

/// Messages of the next height, bounded per origin.
#[derive(Default)]
pub struct Inbox {
	/// The height that the messages are for.
	height: Height,
	origins: BTreeMap<u64, Share>,
}

impl Inbox {
	/// An empty one.
	pub fn new() -> Self {
		Self::default()
	}

	/// Sorts a message that came over the link `origin` (any number that names the link as long as it lasts), while
	/// `current` runs with a committee of `committee_size`. Messages kept for another height than the next are dropped.
	pub fn offer(&mut self, origin: u64, current: Height, committee_size: usize, message: Signed<Message>) -> Offer {
		if message.height == current {
			return Offer::Now(message);
		}
		if message.height < current {
			return Offer::Behind(message);
		}
		if message.height - current > 1 {
			return Offer::Ahead;
		}
		if self.height != message.height {
			self.origins.clear();
			self.height = message.height;
		}
		let view = message.message.view();
		// The next committee may be larger than the present one, but no committee is larger than this.
		if view >= INBOX_VIEWS || u32::from(message.sender) >= MAX_MEMBERS {
			return Offer::Refused;
		}
		let most_origins = committee_size.max(1) * INBOX_ORIGINS_PER_MEMBER;
		if !self.origins.contains_key(&origin) && self.origins.len() >= most_origins {
			return Offer::Refused;
		}
		let share = self.origins.entry(origin).or_default();
		let key = (view, message.message.kind(), message.sender);
		if share.messages.contains_key(&key) {
			return Offer::Repeated;
		}
		let bytes = share.bytes + message.encoded_size();
		let most_bytes = INBOX_BYTES_PER_ORIGIN.min(INBOX_BYTES / most_origins);
		if bytes > most_bytes || share.messages.len() >= INBOX_MESSAGES_PER_ORIGIN {
			return Offer::Refused;
		}
		share.bytes = bytes;
		share.messages.insert(key, message);
		Offer::Kept
	}

	/// Takes out what is kept for a height that begins, by view; whatever is kept for another height is dropped.
	pub fn take(&mut self, height: Height) -> Vec<Signed<Message>> {
		let origins = std::mem::take(&mut self.origins);
		if self.height != height {
			return Vec::new();
		}
		let mut taken: Vec<_> = origins.into_values().flat_map(|share| share.messages).collect();
		taken.sort_by_key(|(key, _)| *key);
		taken.into_iter().map(|(_, message)| message).collect()
	}

	/// Forgets a link: what it sent, and its share.
	pub fn forget(&mut self, origin: u64) {
		self.origins.remove(&origin);
	}

	/// How many messages are kept.
	pub fn len(&self) -> usize {
		self.origins.values().map(|share| share.messages.len()).sum()
	}

	/// Whether none is kept.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}
}

#[cfg(test)]
mod tests;
