//! Links: what they carry, delay, lose and repeat.

use crate::{block::Final, keys::Identity, time::Time};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::{collections::BTreeSet, sync::Arc};
use tc_pbft_core::{Inventory, Message, Proposal, Signed};
use tp_pbft::{BlockHash, Height};

/// A running node. An identity may run twice (twins).
pub type NodeId = usize;

/// A packet on a link.
#[derive(Clone, Debug)]
pub enum Packet {
	/// A message of the protocol.
	Message(Arc<Signed<Message>>),
	/// Asks for messages that the sender lacks.
	Inventory(Arc<Inventory>),
	/// The height of the sender's newest block.
	Announce(Height),
	/// A request for the final block of this height.
	BlockRequest(Height),
	/// A final block; if the flag is false, its certificate only.
	Final(Arc<Final>, bool),
	/// A request for the block of this hash.
	FetchRequest(BlockHash),
	/// The block of a fetch request.
	FetchResponse(Proposal),
}

/// A packet and its receiver.
pub type AddressedPacket = (Identity, Packet);

/// A partition: for some time, groups of nodes cannot reach each other.
#[derive(Clone, Debug)]
pub struct Partition {
	/// When the partition begins.
	pub from: Time,
	/// When the partition heals.
	pub until: Time,
	/// The group of each node.
	pub groups: Vec<u8>,
	/// Whether messages between groups arrive after the partition. Otherwise they are lost.
	pub holds_back: bool,
}

/// The quality of the links until everything heals. Broken links do not heal.
#[derive(Clone, Debug)]
pub struct Links {
	/// The shortest delay.
	pub delay_ms: Time,
	/// The largest random addition to the delay. It reorders messages.
	pub jitter_ms: Time,
	/// The largest further delay of a late message.
	pub late_ms: Time,
	/// Late messages per thousand.
	pub late_permille: u32,
	/// Lost messages per thousand.
	pub loss_permille: u32,
	/// Repeated messages per thousand.
	pub repeat_permille: u32,
	/// A node whose links are all slower by this time, in both directions.
	pub slow: Option<(NodeId, Time)>,
	/// The partitions of the run.
	pub partitions: Vec<Partition>,
	/// Links that are broken for good, in both directions; the lower node comes first.
	pub broken: BTreeSet<(NodeId, NodeId)>,
	/// When all faults of network and processes end.
	pub heal_at: Time,
}

impl Links {
	/// Returns how long after the end of the faults a message may arrive that was sent before.
	pub fn latest_arrival_ms(&self) -> Time {
		let slow = self.slow.map_or(0, |(_, by)| by);
		self.delay_ms + self.jitter_ms + self.late_ms + slow
	}

	/// Whether a link is broken for good.
	pub fn is_broken(&self, one: NodeId, other: NodeId) -> bool {
		self.broken.contains(&(one.min(other), one.max(other)))
	}

	/// Returns the arrivals of a message that is sent now: none, one or two.
	pub fn arrivals(&self, now: Time, from: NodeId, to: NodeId, rng: &mut ChaCha8Rng) -> ([Time; 2], usize) {
		if self.is_broken(from, to) {
			return ([0, 0], 0);
		}
		let delay = |rng: &mut ChaCha8Rng| now + self.delay_ms + rng.gen_range(0..=self.jitter_ms);
		// After the faults links only delay. Progress could not be expected otherwise.
		if now >= self.heal_at {
			return ([delay(rng), 0], 1);
		}
		let mut held_until = now;
		if let Some((_, by)) = self.slow.filter(|(node, _)| *node == from || *node == to) {
			held_until += by;
		}
		for partition in &self.partitions {
			if (partition.from..partition.until).contains(&now) && partition.groups[from] != partition.groups[to] {
				if !partition.holds_back {
					return ([0, 0], 0);
				}
				held_until = held_until.max(partition.until);
			}
		}
		if rng.gen_range(0..1000) < self.loss_permille {
			return ([0, 0], 0);
		}
		let arrival = |rng: &mut ChaCha8Rng| {
			let late = rng.gen_range(0..1000) < self.late_permille;
			delay(rng) + (held_until - now) + if late { rng.gen_range(0..=self.late_ms) } else { 0 }
		};
		let first = arrival(rng);
		if rng.gen_range(0..1000) < self.repeat_permille {
			return ([first, arrival(rng)], 2);
		}
		([first, 0], 1)
	}
}
