//! The running protocol.

use super::{
	budget::Budget,
	message::{read, write, MAX_UNITS, MESSAGE_BYTES},
	protocol::Gossip,
};
use crate::{
	intake::Intake,
	log_targets::LOG_TARGET,
	state::{now_ms, Item, LaneState, Outgoing},
	submission::{is_small, Origin},
};
use futures::{Stream, StreamExt};
use sc_network::{
	multiaddr::Protocol,
	service::traits::{NetworkService, NotificationEvent, ValidationResult},
	Multiaddr, NotificationService, PeerId, ProtocolName, ReputationChange,
};
use sc_network_sync::SyncEvent;
use std::{
	collections::HashMap,
	pin::Pin,
	sync::{Arc, Weak},
	time::{Duration, Instant},
};
use tc_lattice_pool::PooledUnit;
use tc_pbft::network::peers::Admitted;
use tokio::sync::mpsc;

/// Interval at which units that waited too long are dropped, and open units are sent again.
const TICK: Duration = Duration::from_secs(1);
/// Units that are sent again at a tick, at most. Peers that have them spend next to nothing on this number, even
/// when the queue is so long that all units wait.
const MAX_REBROADCAST: usize = 256;

/// A message that does not decode, or has more units than allowed.
const MALFORMED: ReputationChange = ReputationChange::new_fatal("units: malformed message");
/// A unit with a wrong signature. Honest nodes verify before they send.
const WRONG_SIGNATURE: ReputationChange = ReputationChange::new_fatal("units: wrong signature");
/// More bytes than a peer may send.
const TOO_MUCH: ReputationChange = ReputationChange::new(-(1 << 12), "units: too much");

/// Surroundings of the protocol.
pub struct GossipParams {
	/// Items to send, from the pool.
	pub outgoing: mpsc::Receiver<Outgoing>,
	/// The node's network.
	pub network: Arc<dyn NetworkService>,
	/// Peers as block sync connects and disconnects them.
	pub sync_events: Pin<Box<dyn Stream<Item = SyncEvent> + Send>>,
	/// Members of the committee among the peers.
	pub members: Admitted,
	/// Whether this node runs as a validator.
	pub is_authority: bool,
}

struct Running {
	name: ProtocolName,
	notifications: Box<dyn NotificationService>,
	intake: Weak<Intake>,
	network: Arc<dyn NetworkService>,
	members: Admitted,
	is_authority: bool,
	peers: HashMap<PeerId, Budgets>,
}

/// What a peer may send.
struct Budgets {
	bytes: Budget,
	urgent: Budget,
}

impl Gossip {
	/// Runs until the network shuts down or the unit pool is dropped.
	pub(crate) async fn run(self, state: Weak<LaneState>, intake: Weak<Intake>, params: GossipParams) {
		let GossipParams { mut outgoing, network, mut sync_events, members, is_authority } = params;
		let Self { name, notifications } = self;
		let mut running =
			Running { name, notifications, intake, network, members, is_authority, peers: HashMap::new() };
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
					let times = state.upgrade().map(|state| state.times().clone()).unwrap_or_default();
					times.of("network", || running.send(buffer.drain(..)));
				},
				_ = tick.tick() => {
					let Some(state) = state.upgrade() else { return };
					state.prune(now_ms());
					running.send(state.due(Instant::now(), MAX_REBROADCAST).into_iter());
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
					log::trace!(target: LOG_TARGET, "The network waits for no validation of a substream");
				}
			},
			NotificationEvent::NotificationStreamOpened { peer, .. } => {
				let now = Instant::now();
				let budgets = Budgets { bytes: Budget::of_bytes(now), urgent: Budget::of_urgent_units(now) };
				self.peers.insert(peer, budgets);
			},
			NotificationEvent::NotificationStreamClosed { peer } => {
				self.peers.remove(&peer);
			},
			NotificationEvent::NotificationReceived { peer, notification } => self.on_message(peer, &notification),
		}
	}

	fn on_message(&mut self, peer: PeerId, message: &[u8]) {
		let Some(budgets) = self.peers.get_mut(&peer) else { return };
		let now = Instant::now();
		if !budgets.bytes.take(now, message.len()) {
			self.network.report_peer(peer, TOO_MUCH);
			return;
		}
		let Some(units) = read(message) else {
			log::debug!(target: LOG_TARGET, "{peer} sent a malformed message");
			self.network.report_peer(peer, MALFORMED);
			self.network.disconnect_peer(peer, self.name.clone());
			return;
		};
		// A small message says that its units are urgent, up to the peer's rate.
		let is_urgent = is_small(units.len()) && budgets.urgent.take(now, units.len());
		let origin = Origin::Peer { id: peer, is_member: self.members.contains(&peer) };
		if let Some(intake) = self.intake.upgrade() {
			intake.submit_of_peer(units, origin, is_urgent);
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
			log::debug!(target: LOG_TARGET, "The peers for units cannot be changed: {error}");
		}
	}

	/// Packs units into messages. Units of small submissions go in small messages, which receivers verify first.
	fn send(&mut self, outgoing: impl Iterator<Item = Outgoing>) {
		let (mut size, mut message, mut urgent) = (0, Vec::new(), Vec::new());
		for item in outgoing {
			let (unit, origin, unit_is_urgent) = match item.0 {
				Item::Unit { unit, origin, is_urgent } => (unit, origin, is_urgent),
				Item::WrongSignature(Origin::Peer { id, .. }) => {
					log::debug!(target: LOG_TARGET, "{id} sent a unit with a wrong signature");
					self.network.report_peer(id, WRONG_SIGNATURE);
					self.network.disconnect_peer(id, self.name.clone());
					continue;
				},
				Item::WrongSignature(Origin::Local) => continue,
				Item::Hopeless { peer, bytes } => {
					if let Some(budgets) = self.peers.get_mut(&peer) {
						budgets.bytes.charge(Instant::now(), bytes);
					}
					continue;
				},
			};
			let from = origin.peer();
			if unit_is_urgent {
				urgent.push((unit, from));
				if !is_small(urgent.len() + 1) {
					self.flush(&mut urgent);
				}
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

	/// Sends units to their receivers. A peer is not sent its own units.
	fn flush(&mut self, units: &mut Vec<(Arc<PooledUnit>, Option<PeerId>)>) {
		if units.is_empty() || self.peers.is_empty() {
			units.clear();
			return;
		}
		let everything = write(units.iter().map(|(unit, _)| &unit.unit));
		let are_local = units.iter().all(|(_, from)| from.is_none());
		for peer in self.peers.keys() {
			if self.is_authority && !self.members.contains(peer) {
				continue;
			}
			if are_local || units.iter().all(|(_, from)| from.as_ref() != Some(peer)) {
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
