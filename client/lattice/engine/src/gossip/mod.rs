//! Units between nodes: towards the committee, and within it.
//!
//! A member sends what came in at its own door, or from a node that is no member, to the other members; any other node
//! sends what it has to all its peers. So a unit goes through each member once, and floods nobody. What is in no block after
//! some seconds goes out again: a peer may have had no room for it, or may have come later.

mod budget;

use crate::{
	units::{Units, WeakUnits},
	verify::Origin,
};
use budget::Budget;
use codec::{Compact, Decode, DecodeAll, Encode};
use futures::{Stream, StreamExt};
use sc_network::{
	config::{FullNetworkConfiguration, NonReservedPeerMode, SetConfig},
	multiaddr::Protocol,
	service::{
		traits::{NetworkBackend, NetworkService, NotificationEvent, ValidationResult},
		NotificationMetrics,
	},
	Multiaddr, NotificationService, PeerId, ProtocolName, ReputationChange,
};
use sc_network_sync::SyncEvent;
use std::{
	collections::HashMap,
	pin::Pin,
	sync::Arc,
	time::{Duration, Instant},
};
use tc_lattice_pool::PooledUnit;
use tc_pbft::network::peers::Admitted;
use tokio::sync::mpsc;
use tp_core::{Block, Hash};
use tp_lattice::Unit;

/// Largest message.
const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;
/// Bytes of units in one message, about.
const MESSAGE_BYTES: usize = 256 * 1024;
/// Units in one message, at most.
const MAX_UNITS: usize = 1_024;
/// How often units that waited too long are forgotten, and those that went out too long ago go out again.
const TICK: Duration = Duration::from_secs(1);
/// How many of these at a time: next to nothing for who has them, also while a queue is so long that all units wait.
const MAX_AGAIN: usize = 256;

/// A message that does not decode, or with more units than one may have.
const MALFORMED: ReputationChange = ReputationChange::new_fatal("units: malformed message");
/// Honest nodes verify before they send.
const WRONG_SIGNATURE: ReputationChange = ReputationChange::new_fatal("units: wrong signature");
/// More than a peer may send.
const TOO_MUCH: ReputationChange = ReputationChange::new(-(1 << 12), "units: too much");

/// What the pool gives out.
pub struct Outgoing(pub(crate) Item);

pub(crate) enum Item {
	/// A unit that was verified here, where it came from, and whether in a small submission.
	Unit { unit: Arc<PooledUnit>, origin: Origin, is_urgent: bool },
	/// Where a unit with a wrong signature came from.
	WrongSignature(Origin),
}

/// The protocol, as the network was told of it.
pub struct Gossip {
	name: ProtocolName,
	notifications: Box<dyn NotificationService>,
}

/// Adds the protocol to a network that is about to be built.
pub fn configure<N: NetworkBackend<Block, Hash>>(
	config: &mut FullNetworkConfiguration<Block, Hash, N>,
	genesis: Hash,
	fork_id: Option<&str>,
	metrics: NotificationMetrics,
) -> Gossip {
	let genesis = sp_core::bytes::to_hex(genesis.as_bytes(), false);
	let genesis = genesis.trim_start_matches("0x");
	let name: ProtocolName = match fork_id {
		Some(fork) => format!("/{genesis}/{fork}/units/1"),
		None => format!("/{genesis}/units/1"),
	}
	.into();
	let set = SetConfig {
		in_peers: 0,
		out_peers: 0,
		reserved_nodes: Vec::new(),
		non_reserved_mode: NonReservedPeerMode::Deny,
	};
	let peer_store = config.peer_store_handle();
	let (protocol, notifications) =
		N::notification_config(name.clone(), Vec::new(), MAX_MESSAGE_BYTES, None, set, metrics, peer_store);
	config.add_notification_protocol(protocol);
	Gossip { name, notifications }
}

/// What gossip runs with.
pub struct GossipParams {
	/// The pool.
	pub units: Units,
	/// What it gives out.
	pub outgoing: mpsc::Receiver<Outgoing>,
	/// The node's network.
	pub network: Arc<dyn NetworkService>,
	/// Peers as block sync finds and loses them.
	pub sync_events: Pin<Box<dyn Stream<Item = SyncEvent> + Send>>,
	/// The members of the committee among the peers.
	pub members: Admitted,
	/// Whether this node is to be one of them.
	pub is_authority: bool,
}

struct Running {
	name: ProtocolName,
	notifications: Box<dyn NotificationService>,
	units: WeakUnits,
	network: Arc<dyn NetworkService>,
	members: Admitted,
	is_authority: bool,
	peers: HashMap<PeerId, Budget>,
}

impl Gossip {
	/// Runs until the network shuts down.
	pub async fn run(self, params: GossipParams) {
		let GossipParams { units, mut outgoing, network, mut sync_events, members, is_authority } = params;
		let Self { name, notifications } = self;
		let units = units.downgrade();
		let mut running = Running { name, notifications, units, network, members, is_authority, peers: HashMap::new() };
		let mut tick = tokio::time::interval(TICK);
		let mut buffer = Vec::new();
		loop {
			tokio::select! {
				event = running.notifications.next_event() => match event {
					Some(event) => running.on_event(event),
					None => return,
				},
				event = sync_events.next() => match event {
					Some(event) => running.on_sync_event(event),
					None => return,
				},
				count = outgoing.recv_many(&mut buffer, MAX_UNITS) => {
					if count == 0 {
						return;
					}
					let times = running.units.upgrade().map(|units| units.times().clone()).unwrap_or_default();
					times.of("network", || running.send(buffer.drain(..)));
				},
				_ = tick.tick() => {
					let Some(units) = running.units.upgrade() else { return };
					units.prune();
					running.send(units.overdue(Instant::now(), MAX_AGAIN).into_iter());
				},
			}
		}
	}
}

impl Running {
	fn on_event(&mut self, event: NotificationEvent) {
		match event {
			NotificationEvent::ValidateInboundSubstream { result_tx, .. } => {
				if result_tx.send(ValidationResult::Accept).is_err() {
					log::trace!(target: crate::LOG_TARGET, "The network did not wait for a substream's validation");
				}
			},
			NotificationEvent::NotificationStreamOpened { peer, .. } => {
				self.peers.insert(peer, Budget::new(Instant::now()));
			},
			NotificationEvent::NotificationStreamClosed { peer } => {
				self.peers.remove(&peer);
			},
			NotificationEvent::NotificationReceived { peer, notification } => self.on_message(peer, &notification),
		}
	}

	fn on_message(&mut self, peer: PeerId, message: &[u8]) {
		let Some(budget) = self.peers.get_mut(&peer) else { return };
		if !budget.take(Instant::now(), message.len()) {
			self.network.report_peer(peer, TOO_MUCH);
			return;
		}
		let Some(units) = read(message) else {
			log::debug!(target: crate::LOG_TARGET, "{peer} sent a message that is none");
			self.network.report_peer(peer, MALFORMED);
			self.network.disconnect_peer(peer, self.name.clone());
			return;
		};
		let origin = Origin::Peer(peer, self.members.contains(&peer));
		let Some(pool) = self.units.upgrade() else { return };
		if !pool.submit_from_peer(units, origin) {
			log::debug!(target: crate::LOG_TARGET, "Too many units to verify: those of {peer} are dropped");
		}
	}

	fn on_sync_event(&mut self, event: SyncEvent) {
		let changed = match event {
			SyncEvent::PeerConnected { peer_id, .. } => {
				let address: Multiaddr = std::iter::once(Protocol::P2p(peer_id.into())).collect();
				self.network.add_peers_to_reserved_set(self.name.clone(), [address].into())
			},
			SyncEvent::PeerDisconnected(peer) => {
				self.network.remove_peers_from_reserved_set(self.name.clone(), vec![peer])
			},
		};
		if let Err(error) = changed {
			log::debug!(target: crate::LOG_TARGET, "The peers for units could not be changed: {error}");
		}
	}

	fn send(&mut self, outgoing: impl Iterator<Item = Outgoing>) {
		let (mut size, mut message, mut urgent) = (0, Vec::new(), Vec::new());
		for item in outgoing {
			let (unit, origin, is_urgent) = match item.0 {
				Item::Unit { unit, origin, is_urgent } => (unit, origin, is_urgent),
				Item::WrongSignature(Origin::Peer(peer, _)) => {
					log::debug!(target: crate::LOG_TARGET, "{peer} sent a unit whose signature is wrong");
					self.network.report_peer(peer, WRONG_SIGNATURE);
					self.network.disconnect_peer(peer, self.name.clone());
					continue;
				},
				Item::WrongSignature(Origin::Local) => continue,
			};
			let from = match origin {
				Origin::Peer(peer, _) => Some(peer),
				Origin::Local => None,
			};
			if is_urgent {
				urgent.push((unit, from));
				if Units::is_urgent(urgent.len() + 1) {
					continue;
				}
				self.flush(&mut urgent);
				continue;
			}
			size += unit.bytes;
			message.push((unit, from));
			if size >= MESSAGE_BYTES {
				self.flush(&mut message);
				size = 0;
			}
		}
		self.flush(&mut urgent);
		self.flush(&mut message);
	}

	/// Sends units to those who are to have them, each but those that came from the peer itself.
	fn flush(&mut self, units: &mut Vec<(Arc<PooledUnit>, Option<PeerId>)>) {
		if units.is_empty() {
			return;
		}
		let everything = write(units.iter().map(|(unit, _)| &unit.unit));
		let own = units.iter().all(|(_, from)| from.is_none());
		for peer in self.peers.keys() {
			if self.is_authority && !self.members.contains(peer) {
				continue;
			}
			if own || units.iter().all(|(_, from)| from.as_ref() != Some(peer)) {
				self.notifications.send_sync_notification(peer, everything.clone());
				continue;
			}
			let others: Vec<_> = units.iter().filter(|(_, from)| from.as_ref() != Some(peer)).collect();
			if !others.is_empty() {
				let message = write(others.into_iter().map(|(unit, _)| &unit.unit));
				self.notifications.send_sync_notification(peer, message);
			}
		}
		units.clear();
	}
}

fn write<'a>(units: impl ExactSizeIterator<Item = &'a Unit>) -> Vec<u8> {
	let mut message = Compact(u32::try_from(units.len()).unwrap_or(u32::MAX)).encode();
	units.for_each(|unit| unit.encode_to(&mut message));
	message
}

/// Units of a message; `None` if it is none. Looks at the number before it makes room.
fn read(message: &[u8]) -> Option<Vec<Unit>> {
	let Compact(count) = Compact::<u32>::decode(&mut &message[..]).ok()?;
	((1..=MAX_UNITS).contains(&(count as usize))).then(|| Vec::<Unit>::decode_all(&mut &message[..]).ok())?
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::H256;
	use tp_lattice::UnitBody;

	#[test]
	fn messages_are_read_as_they_were_written_and_no_others() {
		let unit = |height| Unit {
			body: UnitBody {
				account: [7; 32].into(),
				height,
				parent: H256::zero(),
				valid_until: 0,
				operations: Default::default(),
			},
			signature: sp_core::ed25519::Signature::default().into(),
		};
		let units: Vec<Unit> = (0..).map(unit).take(MAX_UNITS).collect();
		let message = write(units.iter());
		assert_eq!(read(&message), Some(units.clone()));
		assert!(message.len() as u64 <= MAX_MESSAGE_BYTES);
		let longer: Vec<Unit> = (0..).map(unit).take(MAX_UNITS + 1).collect();
		assert_eq!(read(&write(longer.iter())), None);
		assert_eq!(read(&write([].iter())), None);
		assert_eq!(read(&message[..message.len() - 1]), None);
		assert_eq!(read(&[&message[..], &[0]].concat()), None);
		assert_eq!(read(&Compact(u32::MAX).encode()), None);
	}
}
