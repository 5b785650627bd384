//! The request-response protocol.

// The derive of Decode casts indices of variants.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, Encode};
use sp_inherents::InherentData;
use std::time::Duration;
use tc_pbft::{network::serving::RequestLimits, ContentsError};
use tc_routing_core::Relay;
use tp_beacon::{
	bounds::{MAX_HANDOVER, MAX_PROOF_BYTES, MAX_PROOF_NODES, MAX_UPDATE_ANNOUNCEMENTS},
	Update,
};
use tp_core::{BlockNumber, ChainTag, Hash};
use tp_mailbox::Relayed;

/// The name of the protocol, behind the genesis of the ledger.
pub const PROTOCOL: &str = "carry/1";
/// How long a router waits for news before it answers that there are none.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);
/// Requests are read at once, and wait by peer. Each has a hash. An answer has what a block takes of messages, twice, and the headers. A
/// request lasts for the router's patience, and the way.
pub const LIMITS: RequestLimits =
	RequestLimits { unread: 64, request_bytes: 32, answer_bytes: 4 * 1024 * 1024, timeout: Duration::from_secs(16) };

/// What a node asks of a router. One request of a peer waits at a time: a later one ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Ask {
	/// [`hash_of`] the load of the router's last answer. Zero if it gave none.
	pub known: Hash,
}

/// The answer of a router.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Answer {
	/// The peer routes nothing for this ledger.
	NoRouter,
	/// There was nothing else in the time of its patience.
	Nothing,
	/// A block could take this.
	Load {
		/// The newest block of the ledger that the router has read.
		at: BlockNumber,
		/// What a block on it takes.
		load: Load,
	},
}

/// What a block of a ledger could take of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Load {
	/// News of the zone.
	pub update: Update,
	/// Messages and cursors that are proved below.
	pub relayed: Vec<Relayed>,
}

impl Load {
	/// Returns what a router of a zone has for a block.
	pub fn new(zone: ChainTag, update: Update, relay: Option<Relay>) -> Self {
		let relayed = relay.map(|Relay { anchor, packets, acknowledgements, .. }| Relayed {
			chain: zone,
			height: anchor.header.number,
			packets,
			acknowledgements,
		});
		Self { update, relayed: relayed.into_iter().collect() }
	}

	/// Tells whether there is nothing.
	pub fn is_empty(&self) -> bool {
		self.update.is_empty() && self.relayed.is_empty()
	}

	/// Tells whether it has no more parts than a router has for one block. The runtime would check all of them.
	pub fn is_fit(&self) -> bool {
		// The path to a sealed head is checked with its header.
		let Update { registrations, announcements, handovers, headers, conflicts, sealed: _ } = &self.update;
		let is_proof = |proof: &Vec<Vec<u8>>| {
			proof.len() <= MAX_PROOF_NODES && proof.iter().map(Vec::len).sum::<usize>() <= MAX_PROOF_BYTES
		};
		registrations.is_empty()
			&& announcements.len() <= MAX_UPDATE_ANNOUNCEMENTS
			&& announcements.iter().all(|announcement| is_proof(&announcement.proof))
			&& handovers.len() <= MAX_HANDOVER
			&& headers.len() <= 1
			&& conflicts.is_empty()
			&& self.relayed.len() <= 1
			&& !self.is_empty()
	}

	/// Adds it to the inherent data of a block.
	pub fn put(&self, data: &mut InherentData) -> Result<(), ContentsError> {
		if !self.update.is_empty() {
			data.put_data(tp_beacon::INHERENT_IDENTIFIER, &self.update)?;
		}
		if !self.relayed.is_empty() {
			data.put_data(tp_mailbox::INHERENT_IDENTIFIER, &self.relayed)?;
		}
		Ok(())
	}
}

/// Returns the hash by which a node says that it has a load.
pub(crate) fn hash_of(load: &Load) -> Hash {
	sp_crypto_hashing::blake2_256(&load.encode()).into()
}
