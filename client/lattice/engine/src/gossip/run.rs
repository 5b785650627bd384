//! The running protocol.

use super::{
	message::MAX_UNITS,
	peers::{Peers, Wire},
	protocol::Gossip,
};
use crate::{
	intake::Intake,
	log_targets::LOG_TARGET,
	state::{now_ms, LaneState, Outgoing},
};
use futures::{Stream, StreamExt};
use sc_network::{
	multiaddr::Protocol,
	service::traits::{NetworkService, NotificationEvent, ValidationResult},
	Multiaddr, NotificationService, PeerId, ProtocolName, ReputationChange,
};
use sc_network_sync::SyncEvent;
use std::{
	pin::Pin,
	sync::{Arc, Weak},
	time::{Duration, Instant},
};
use tc_pbft::network::peers::Admitted;
use tokio::sync::mpsc;

/// Interval at which units that waited too long are dropped, and units are sent again for which a peer had no room.
const TICK: Duration = Duration::from_secs(1);

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

/// The node's network.
struct SdkWire {
	name: ProtocolName,
	notifications: Box<dyn NotificationService>,
	network: Arc<dyn NetworkService>,
}

impl Wire for SdkWire {
	fn send(&mut self, to: &PeerId, message: Vec<u8>) {
		self.notifications.send_sync_notification(to, message);
	}

	fn report(&self, peer: PeerId, why: ReputationChange) {
		self.network.report_peer(peer, why);
	}

	fn disconnect(&self, peer: PeerId) {
		self.network.disconnect_peer(peer, self.name.clone());
	}
}

impl Gossip {
	/// Runs until the network shuts down or the unit pool is dropped.
	pub(crate) async fn run(self, state: Weak<LaneState>, intake: Weak<Intake>, params: GossipParams) {
		let GossipParams { mut outgoing, network, mut sync_events, members, is_authority } = params;
		let Self { name, notifications } = self;
		let wire = SdkWire { name, notifications, network };
		let mut peers = Peers::new(wire, state.clone(), intake, members, is_authority);
		let mut tick = tokio::time::interval(TICK);
		let mut buffer = Vec::new();
		loop {
			tokio::select! {
				event = peers.wire.notifications.next_event() => match event {
					Some(event) => on_event(&mut peers, event),
					None => return,
				},
				event = sync_events.next() => match event {
					Some(event) => peers.wire.on_sync_event(event),
					None => return,
				},
				count = outgoing.recv_many(&mut buffer, MAX_UNITS) => {
					if count == 0 {
						return;
					}
					let Some(state) = state.upgrade() else { return };
					state.times().of("network", || peers.send(buffer.drain(..)));
				},
				Some(verified) = peers.verifying.next() => peers.answer(verified),
				_ = tick.tick() => {
					let Some(state) = state.upgrade() else { return };
					state.prune(now_ms());
					peers.on_tick(Instant::now());
				},
			}
		}
	}
}

fn on_event(peers: &mut Peers<SdkWire>, event: NotificationEvent) {
	match event {
		NotificationEvent::ValidateInboundSubstream { result_tx, .. } => {
			if result_tx.send(ValidationResult::Accept).is_err() {
				log::trace!(target: LOG_TARGET, "The network waits for no validation of a substream");
			}
		},
		NotificationEvent::NotificationStreamOpened { peer, .. } => peers.opened(peer),
		NotificationEvent::NotificationStreamClosed { peer } => peers.closed(&peer),
		NotificationEvent::NotificationReceived { peer, notification } => peers.on_message(peer, &notification),
	}
}

impl SdkWire {
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
}
