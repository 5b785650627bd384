//! Links: what they carry, delay, lose and repeat.

use crate::block::Final;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use tc_pbft_core::{Message, Proposal, Signed};
use tp_pbft::{BlockHash, Height};

/// Milliseconds of virtual time.
pub type Time = u64;
/// Names a running node: an identity may run twice (twins).
pub type NodeId = usize;

/// What goes over a link.
#[derive(Clone, Debug)]
pub enum Packet {
	/// A message of the protocol.
	Message(Arc<Signed<Message>>),
	/// The sender's newest block is of this height.
	Announce(Height),
	/// Wants the final block of this height.
	BlockRequest(Height),
	/// A final block, if the bytes are there, or its certificate only.
	Final(Arc<Final>, bool),
	/// Wants the block of this hash.
	FetchRequest(BlockHash),
	/// A block by hash.
	FetchResponse(Proposal),
}

/// For a while, groups of nodes do not reach each other.
#[derive(Clone, Debug)]
pub struct Partition {
	/// When it begins.
	pub from: Time,
	/// When it heals.
	pub until: Time,
	/// Which group a node is in.
	pub groups: Vec<u8>,
	/// Whether what is sent meanwhile arrives afterwards; otherwise it is lost.
	pub holds_back: bool,
}

/// How bad the links are until everything heals.
#[derive(Clone, Debug)]
pub struct Links {
	/// Least delay.
	pub delay_ms: Time,
	/// Added to it, up to this. Reorders.
	pub jitter_ms: Time,
	/// One message in a thousand is late by up to this, on top.
	pub late_ms: Time,
	/// Per mille that are late.
	pub late_permille: u32,
	/// Per mille that are lost.
	pub loss_permille: u32,
	/// Per mille that arrive twice.
	pub repeat_permille: u32,
	/// A node whose links are all slower by so much, both ways.
	pub slow: Option<(NodeId, Time)>,
	/// Partitions.
	pub partitions: Vec<Partition>,
	/// When all faults of network and processes end.
	pub heal_at: Time,
}

impl Links {
	/// When what is sent now arrives: not at all, once or twice.
	pub fn arrivals(&self, now: Time, from: NodeId, to: NodeId, rng: &mut ChaCha8Rng) -> ([Time; 2], usize) {
		let delay = |rng: &mut ChaCha8Rng| now + self.delay_ms + rng.gen_range(0..=self.jitter_ms);
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
