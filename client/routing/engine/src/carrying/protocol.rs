//! The request-response protocol.

// The derive of Decode casts indices of variants.
#![allow(clippy::cast_possible_truncation)]

use crate::access::Taken;
use codec::{Decode, Encode};
use sc_network::{config::FullNetworkConfiguration, service::traits::NetworkBackend, PeerId, ProtocolName};
use sp_inherents::InherentData;
use std::{sync::Arc, time::Duration};
use tc_pbft::{
	network::{protocol_name, serving::Requests},
	ContentsError,
};
use tc_routing_core::Relay;
use tp_beacon::Update;
use tp_core::{Block, BlockNumber, ChainTag, Hash};
use tp_mailbox::Relayed;

/// Requests that were not read yet; the network refuses more. They are read at once, and wait by peer.
const MAX_UNREAD: usize = 64;
/// Largest request: a hash.
const MAX_REQUEST_BYTES: u64 = 32;
/// Largest answer: what a block takes of messages, twice, and the headers.
const MAX_ANSWER_BYTES: u64 = 4 * 1024 * 1024;
/// How long a router waits for news before it answers that there are none.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);
/// Time limit of one request: the router's patience, and the way.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(16);

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

/// What a node keeps of a router's answer.
#[derive(Clone)]
pub(crate) struct Kept {
	/// The peer that sent it.
	pub from: PeerId,
	/// The block of the ledger on which it is to be taken. This node may not have it yet.
	pub at: BlockNumber,
	/// What it sent.
	pub load: Arc<Load>,
	/// How much of it a block can take.
	pub taken: Taken,
}

/// What routers of other nodes have for the next block of a ledger.
#[derive(Default)]
pub(crate) struct Carried {
	/// The block below it, by which it was tried.
	pub at: Hash,
	/// The last load of each peer that has one.
	pub kept: Vec<Kept>,
	/// Whether the ledger is to register the zone.
	pub registers: bool,
}

impl Carried {
	/// Returns the load of which a block can take most. It was tried on an older block perhaps: the runtime leaves out what it has by now.
	pub fn best(&self) -> Option<&Load> {
		self.kept.iter().max_by_key(|kept| kept.taken.bytes).map(|kept| &*kept.load)
	}

	/// Tells whether a block on one is worth it at once.
	pub fn is_urgent(&self, at: Hash) -> bool {
		self.at == at && self.kept.iter().any(|kept| kept.taken.is_urgent)
	}
}

/// The protocol of a ledger.
pub struct CarryProtocol {
	/// Its name.
	pub name: ProtocolName,
	/// The requests of peers.
	pub requests: Requests,
}

/// Adds the protocol to the configuration of a ledger's network: `/<genesis>/<fork>/carry/1`, or without the fork.
pub fn configure<N: NetworkBackend<Block, Hash>>(
	config: &mut FullNetworkConfiguration<Block, Hash, N>,
	genesis: Hash,
	fork_id: Option<&str>,
) -> CarryProtocol {
	let name = protocol_name(genesis, fork_id, "carry/1");
	let (sender, requests) = async_channel::bounded(MAX_UNREAD);
	let protocol = N::request_response_config(
		name.clone(),
		Vec::new(),
		MAX_REQUEST_BYTES,
		MAX_ANSWER_BYTES,
		REQUEST_TIMEOUT,
		Some(sender),
	);
	config.add_request_response_protocol(protocol);
	CarryProtocol { name, requests }
}
