//! What the mailbox keeps in the state of its ledger, behind a trait that a pallet or a map in memory implements.

use crate::{
	claims::{LaneClaim, Tally},
	lane::{Class, Destination, Home, Lane},
	levels::{KnownLevel, KnownLevels},
	mountain::Mountain,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{AccountId, ChainTag};

#[cfg(feature = "std")]
use std::collections::BTreeMap;

/// A lane at its source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct OutboundLane {
	/// The range of all its messages.
	pub mountain: Mountain,
	/// The root of the range.
	pub root: H256,
	/// What was sent.
	pub sent: Tally,
	/// What the destination has taken, as far as the source knows.
	pub acknowledged: Tally,
}

/// A lane at its destination.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct InboundLane {
	/// What was taken. Its number of messages is the cursor.
	pub taken: Tally,
	/// The largest number of messages of the lane that was proved here.
	pub known: u64,
}

/// Sums over the outbox of a ledger.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Outbox {
	/// Messages in flight, bounces apart.
	pub messages: u64,
	/// Bounces in flight.
	pub bounces: u64,
	/// Lanes with messages in flight.
	pub open_lanes: u32,
}

/// The state of a mailbox.
pub trait Store {
	/// Returns a lane at its source. The default is a lane without messages.
	fn outbound(&self, lane: &Lane) -> OutboundLane;
	/// Sets a lane at its source.
	fn set_outbound(&mut self, lane: &Lane, state: OutboundLane);
	/// Returns what the header claims of the lanes with messages in flight, ascending.
	fn open_lanes(&self) -> Vec<LaneClaim>;
	/// Returns the sums over the outbox.
	fn outbox(&self) -> Outbox;
	/// Sets the sums over the outbox.
	fn set_outbox(&mut self, outbox: Outbox);
	/// Returns a lane at its destination, if a message of it was taken or proved here.
	fn inbound(&self, lane: &Lane) -> Option<InboundLane>;
	/// Sets a lane at its destination, or removes it.
	fn set_inbound(&mut self, lane: &Lane, state: Option<InboundLane>);
	/// Returns all lanes that lead here, ascending.
	fn inbound_lanes(&self) -> Vec<(Lane, InboundLane)>;
	/// Returns the number of lanes that lead here.
	fn inbound_count(&self) -> usize;
	/// Returns the number of messages that are known to wait, on all lanes that lead here. A store that counts them returns its count.
	fn waiting(&self) -> u64 {
		self.inbound_lanes().iter().map(|(_, lane)| lane.waiting()).sum()
	}
	/// Returns the sources of the lanes of users that lead here, ascending, each once.
	fn user_sources(&self) -> Vec<ChainTag> {
		let lanes = self.inbound_lanes();
		let users = lanes.iter().filter(|(lane, _)| lane.class == Class::User);
		let mut sources: Vec<ChainTag> = users.map(|(lane, _)| lane.source).collect();
		sources.dedup();
		sources
	}
	/// Returns the newest levels that are known of a place.
	fn levels(&self, home: Home) -> KnownLevels;
	/// Sets them.
	fn set_levels(&mut self, home: Home, levels: KnownLevels);
	/// Returns the newest level that is known of the ledger of a destination.
	fn level(&self, destination: &Destination) -> Option<KnownLevel> {
		self.levels(destination.home()).of(destination.table())
	}
	/// Returns how many messages an account started in this block.
	fn started(&self, account: &AccountId) -> u32;
	/// Sets it.
	fn set_started(&mut self, account: &AccountId, messages: u32);
	/// Forgets how many messages accounts started. Called at the beginning of each block.
	fn clear_started(&mut self);
}

impl OutboundLane {
	/// Returns the messages in flight.
	pub fn in_flight(&self) -> Tally {
		self.sent.since(&self.acknowledged).expect("an acknowledgement beyond what was sent is refused; qed")
	}

	/// Returns what the header claims of it.
	pub fn claim(&self, lane: &Lane) -> LaneClaim {
		LaneClaim { lane: *lane, root: self.root, count: self.sent.messages }
	}

	/// Tells whether messages are in flight.
	pub fn is_open(&self) -> bool {
		self.sent.messages > self.acknowledged.messages
	}
}

impl InboundLane {
	/// Returns the number of messages that are known to wait.
	pub fn waiting(&self) -> u64 {
		self.known.saturating_sub(self.taken.messages)
	}
}

/// A store in memory, for tests, simulations and nodes that follow a mailbox.
#[cfg(feature = "std")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryStore {
	outbound: BTreeMap<Lane, OutboundLane>,
	outbox: Outbox,
	inbound: BTreeMap<Lane, InboundLane>,
	levels: BTreeMap<Home, KnownLevels>,
	started: BTreeMap<AccountId, u32>,
}

#[cfg(feature = "std")]
impl MemoryStore {
	/// Returns all lanes that ever had messages.
	pub fn outbound_lanes(&self) -> impl Iterator<Item = (&Lane, &OutboundLane)> {
		self.outbound.iter()
	}

	/// Returns the lanes with messages in flight, ascending.
	pub fn open(&self) -> impl Iterator<Item = (&Lane, &OutboundLane)> {
		self.outbound.iter().filter(|(_, state)| state.is_open())
	}

	/// Returns the lanes that lead here, ascending.
	pub fn inbound_states(&self) -> impl Iterator<Item = (&Lane, &InboundLane)> {
		self.inbound.iter()
	}
}

#[cfg(feature = "std")]
impl Store for MemoryStore {
	fn outbound(&self, lane: &Lane) -> OutboundLane {
		self.outbound.get(lane).cloned().unwrap_or_default()
	}

	fn set_outbound(&mut self, lane: &Lane, state: OutboundLane) {
		self.outbound.insert(*lane, state);
	}

	fn open_lanes(&self) -> Vec<LaneClaim> {
		self.open().map(|(lane, state)| state.claim(lane)).collect()
	}

	fn outbox(&self) -> Outbox {
		self.outbox
	}

	fn set_outbox(&mut self, outbox: Outbox) {
		self.outbox = outbox;
	}

	fn inbound(&self, lane: &Lane) -> Option<InboundLane> {
		self.inbound.get(lane).copied()
	}

	fn set_inbound(&mut self, lane: &Lane, state: Option<InboundLane>) {
		match state {
			Some(state) => self.inbound.insert(*lane, state),
			None => self.inbound.remove(lane),
		};
	}

	fn inbound_lanes(&self) -> Vec<(Lane, InboundLane)> {
		self.inbound.iter().map(|(lane, state)| (*lane, *state)).collect()
	}

	fn inbound_count(&self) -> usize {
		self.inbound.len()
	}

	fn levels(&self, home: Home) -> KnownLevels {
		self.levels.get(&home).cloned().unwrap_or_default()
	}

	fn set_levels(&mut self, home: Home, levels: KnownLevels) {
		self.levels.insert(home, levels);
	}

	fn started(&self, account: &AccountId) -> u32 {
		self.started.get(account).copied().unwrap_or_default()
	}

	fn set_started(&mut self, account: &AccountId, messages: u32) {
		self.started.insert(account.clone(), messages);
	}

	fn clear_started(&mut self) {
		self.started.clear();
	}
}
