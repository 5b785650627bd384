//! The routers of a zone, each with its node.

use crate::{
	chain::{announce, follow},
	committees::Directory,
	scenario::Time,
};
use std::collections::BTreeMap;
use tc_pbft_sim::keys;
use tc_routing_core::{Input, Output, Place, Router, ZoneBlock};
use tp_beacon::{Beacon, BeaconError, CertifiedHeader, SignedHeader, Source, Store as _};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Ledger, TableId};

/// A router with what its node knows.
pub struct Node {
	/// The state machine.
	pub core: Router,
	/// The headers that the node has checked.
	pub beacon: tp_beacon::MemoryStore,
	/// The newest executed block of each ledger.
	pub executed: BTreeMap<ChainTag, BlockNumber>,
	/// When the node will have executed all that is scheduled.
	pub busy_until: BTreeMap<ChainTag, Time>,
	/// The number of headers that its node took.
	pub held: u64,
	/// Whether it votes for everything and carries nothing.
	pub is_faulty: bool,
}

/// The routers of a zone.
pub struct Zone {
	/// By index.
	pub nodes: Vec<Node>,
	/// The number of blocks that were built; it decides which router builds the next.
	pub turn: usize,
	/// The imported blocks.
	pub blocks: BTreeMap<BlockNumber, ZoneBlock>,
	/// What the next block does to the shards of the zone.
	pub changes: Vec<Change>,
}

impl Node {
	/// Returns a router that follows the shards of its zone.
	pub fn new(zone: u16, index: u16, of: u16, shards: &[Ledger], beacon: tp_beacon::MemoryStore) -> Self {
		let mut core = Router::new(zone, Place { index, of });
		shards.iter().for_each(|shard| core.add_shard(*shard, 0));
		Self { core, beacon, executed: BTreeMap::new(), busy_until: BTreeMap::new(), held: 0, is_faulty: false }
	}

	/// Holds a header. Two at one height are evidence, which the core reports.
	fn hold(&mut self, header: CertifiedHeader) {
		self.held += u64::from(Beacon::new(&mut self.beacon).hold(header).is_ok());
	}

	/// Follows the sources again that the zone follows and this node stopped to follow. Two headers of one height stop a source at
	/// the node that holds the one; the zone may have included a block above it before it had evidence, and goes on.
	pub fn follow_zone(&mut self, zone: &tp_beacon::MemoryStore) {
		for chain in self.beacon.sources() {
			let Some(stopped_at) = self.beacon.kept(chain).and_then(|source| source.frozen_at) else { continue };
			let goes_on = |source: &Source| {
				source.frozen_at.is_none() && source.newest().is_some_and(|newest| newest.number >= stopped_at)
			};
			let Some(source) = zone.source(chain).filter(goes_on) else { continue };
			for epoch in source.spans.iter().map(|span| span.epoch) {
				self.beacon.set_members(chain, epoch, zone.members(chain, epoch));
			}
			self.beacon.set_source(chain, Some(source));
		}
	}

	/// Checks a header, after the last headers of epochs that it has missed.
	pub fn certify(&mut self, chain: ChainTag, signed: &SignedHeader, directory: &Directory) -> Vec<Output> {
		announce(&mut self.beacon, chain, directory);
		let mut outputs = Vec::new();
		let mut certified = Beacon::new(&mut self.beacon).certify(chain, signed, keys::check);
		if let Err(BeaconError::UnknownEpoch(epoch)) = certified {
			let from = self.beacon.kept(chain).and_then(|source| source.spans.first()).map(|span| span.epoch);
			let lasts = directory.lasts_from(chain, from.unwrap_or_default());
			for last in lasts.into_iter().filter(|last| last.certificate.epoch < epoch) {
				announce(&mut self.beacon, chain, directory);
				if let Ok(header) = Beacon::new(&mut self.beacon).certify(chain, &last, keys::check) {
					outputs.extend(self.core.step(Input::Certified(header.clone(), last.clone())));
					self.hold(header);
				}
			}
			follow(&mut self.beacon, chain, directory);
			certified = Beacon::new(&mut self.beacon).certify(chain, signed, keys::check);
		}
		if let Ok(header) = certified {
			outputs.extend(self.core.step(Input::Certified(header.clone(), signed.clone())));
			self.hold(header);
		}
		outputs
	}
}

/// What a zone block does to the shards of the zone.
#[derive(Clone, Debug)]
pub enum Change {
	/// A shard goes on from its sealed state, with another committee.
	Heal(ChainTag),
	/// A shard is split at a table, which is the first of the second half.
	Split(ChainTag, TableId),
}
