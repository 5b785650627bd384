//! A network in memory: what peers send, what they answer, and what the engine does about them.

use super::blocks::BlockRequest;
use codec::DecodeAll;
use futures::{channel::oneshot, Stream};
use parking_lot::Mutex;
use sc_network::{
	config::MultiaddrWithPeerId,
	event::Event,
	multiaddr::Protocol,
	network_state::NetworkState,
	service::traits::{NotificationEvent, Record, SigningError},
	IfDisconnected, KademliaKey, MessageSink, Multiaddr, NetworkDHTProvider, NetworkEventStream, NetworkPeers,
	NetworkRequest, NetworkSigner, NetworkStateInfo, NetworkStatus, NetworkStatusProvider, NotificationService,
	ObservedRole, PeerId, ProtocolName, ReputationChange, RequestFailure, Signature,
};
use std::{
	collections::{HashMap, HashSet},
	pin::Pin,
	sync::Arc,
	time::Instant,
};
use tokio::sync::mpsc;

/// What a peer does with a request for a block.
#[derive(Clone)]
pub enum Peer {
	Silent,
	Sends(Vec<u8>),
}

/// The node's network.
#[derive(Default)]
pub struct TestNetwork {
	local: Option<PeerId>,
	/// What each peer does with a request. The others refuse.
	pub peers: Mutex<HashMap<PeerId, Peer>>,
	/// The peers that were asked for a block.
	pub asked: Mutex<Vec<PeerId>>,
	/// The requests.
	pub requests: Mutex<Vec<BlockRequest>>,
	/// The peers that were reported, with the reason.
	pub reported: Mutex<Vec<(PeerId, &'static str)>>,
	/// The peers that are reserved.
	pub reserved: Mutex<HashSet<PeerId>>,
	/// The addresses of peers that the network was told.
	pub addresses: Mutex<Vec<(PeerId, Multiaddr)>>,
	/// The peers that were disconnected.
	pub disconnected: Mutex<Vec<PeerId>>,
}

impl TestNetwork {
	pub fn new() -> Arc<Self> {
		Arc::new(Self { local: Some(PeerId::random()), ..Self::default() })
	}

	/// Returns the reason for which a peer was reported.
	pub fn report_of(&self, peer: &PeerId) -> Option<&'static str> {
		self.reported.lock().iter().find(|(reported, _)| reported == peer).map(|(_, reason)| *reason)
	}
}

#[async_trait::async_trait]
impl NetworkRequest for TestNetwork {
	async fn request(
		&self,
		target: PeerId,
		protocol: ProtocolName,
		request: Vec<u8>,
		_: Option<(Vec<u8>, ProtocolName)>,
		_: IfDisconnected,
	) -> Result<(Vec<u8>, ProtocolName), RequestFailure> {
		self.asked.lock().push(target);
		self.requests
			.lock()
			.push(BlockRequest::decode_all(&mut &request[..]).expect("the engine asks for blocks; qed"));
		let peer = self.peers.lock().get(&target).cloned();
		match peer {
			Some(Peer::Sends(bytes)) => Ok((bytes, protocol)),
			Some(Peer::Silent) => futures::future::pending().await,
			None => Err(RequestFailure::Refused),
		}
	}

	fn start_request(
		&self,
		_: PeerId,
		_: ProtocolName,
		_: Vec<u8>,
		_: Option<(Vec<u8>, ProtocolName)>,
		_: oneshot::Sender<Result<(Vec<u8>, ProtocolName), RequestFailure>>,
		_: IfDisconnected,
	) {
		unimplemented!("the engine awaits its requests")
	}
}

#[async_trait::async_trait]
impl NetworkPeers for TestNetwork {
	fn set_authorized_peers(&self, _: HashSet<PeerId>) {}
	fn set_authorized_only(&self, _: bool) {}
	fn add_known_address(&self, peer: PeerId, address: Multiaddr) {
		self.addresses.lock().push((peer, address));
	}
	fn report_peer(&self, peer: PeerId, change: ReputationChange) {
		self.reported.lock().push((peer, change.reason));
	}
	fn peer_reputation(&self, _: &PeerId) -> i32 {
		0
	}
	fn disconnect_peer(&self, peer: PeerId, _: ProtocolName) {
		self.disconnected.lock().push(peer);
	}
	fn accept_unreserved_peers(&self) {}
	fn deny_unreserved_peers(&self) {}
	fn add_reserved_peer(&self, _: MultiaddrWithPeerId) -> Result<(), String> {
		Ok(())
	}
	fn remove_reserved_peer(&self, _: PeerId) {}
	fn set_reserved_peers(&self, _: ProtocolName, _: HashSet<Multiaddr>) -> Result<(), String> {
		Ok(())
	}
	fn add_peers_to_reserved_set(&self, _: ProtocolName, peers: HashSet<Multiaddr>) -> Result<(), String> {
		for address in peers {
			let Some(Protocol::P2p(peer)) = address.iter().last() else { panic!("{address} names no peer") };
			let peer = PeerId::from_multihash(peer).expect("the engine names peers; qed");
			assert!(self.reserved.lock().insert(peer), "{peer} is reserved already");
		}
		Ok(())
	}
	fn remove_peers_from_reserved_set(&self, _: ProtocolName, peers: Vec<PeerId>) -> Result<(), String> {
		for peer in peers {
			assert!(self.reserved.lock().remove(&peer), "{peer} is not reserved");
		}
		Ok(())
	}
	fn sync_num_connected(&self) -> usize {
		0
	}
	fn peer_role(&self, _: PeerId, _: Vec<u8>) -> Option<ObservedRole> {
		None
	}
	async fn reserved_peers(&self) -> Result<Vec<PeerId>, ()> {
		Ok(Vec::new())
	}
}

impl NetworkStateInfo for TestNetwork {
	fn external_addresses(&self) -> Vec<Multiaddr> {
		Vec::new()
	}
	fn listen_addresses(&self) -> Vec<Multiaddr> {
		Vec::new()
	}
	fn local_peer_id(&self) -> PeerId {
		self.local.expect("it was made by `new`; qed")
	}
}

impl NetworkSigner for TestNetwork {
	fn sign_with_local_identity(&self, _: Vec<u8>) -> Result<Signature, SigningError> {
		unimplemented!("the engine signs with vote keys alone")
	}
	fn verify(&self, _: PeerId, _: &Vec<u8>, _: &Vec<u8>, _: &Vec<u8>) -> Result<bool, String> {
		unimplemented!("the engine verifies vote keys alone")
	}
}

impl NetworkDHTProvider for TestNetwork {
	fn find_closest_peers(&self, _: PeerId) {}
	fn get_value(&self, _: &KademliaKey) {}
	fn put_value(&self, _: KademliaKey, _: Vec<u8>) {}
	fn put_record_to(&self, _: Record, _: HashSet<PeerId>, _: bool) {}
	fn store_record(&self, _: KademliaKey, _: Vec<u8>, _: Option<PeerId>, _: Option<Instant>) {}
	fn start_providing(&self, _: KademliaKey) {}
	fn stop_providing(&self, _: KademliaKey) {}
	fn get_providers(&self, _: KademliaKey) {}
}

#[async_trait::async_trait]
impl NetworkStatusProvider for TestNetwork {
	async fn status(&self) -> Result<NetworkStatus, ()> {
		Err(())
	}
	async fn network_state(&self) -> Result<NetworkState, ()> {
		Err(())
	}
}

impl NetworkEventStream for TestNetwork {
	fn event_stream(&self, _: &'static str) -> Pin<Box<dyn Stream<Item = Event> + Send>> {
		Box::pin(futures::stream::pending())
	}
}

/// The notifications that the engine sent.
pub type Sent = Arc<Mutex<Vec<(PeerId, Vec<u8>)>>>;

/// The notification protocol.
#[derive(Debug)]
pub struct TestNotifications {
	events: mpsc::Receiver<NotificationEvent>,
	sent: Sent,
	protocol: ProtocolName,
}

impl TestNotifications {
	/// Returns the engine's side, the peers' side, and what the engine sent.
	pub fn open() -> (Box<dyn NotificationService>, mpsc::Sender<NotificationEvent>, Sent) {
		let (sender, events) = mpsc::channel(10_000);
		let sent = Sent::default();
		let service = Self { events, sent: sent.clone(), protocol: ProtocolName::from("/test/pbft") };
		(Box::new(service), sender, sent)
	}
}

#[async_trait::async_trait]
impl NotificationService for TestNotifications {
	async fn open_substream(&mut self, _: PeerId) -> Result<(), ()> {
		Err(())
	}
	async fn close_substream(&mut self, _: PeerId) -> Result<(), ()> {
		Err(())
	}
	fn send_sync_notification(&mut self, peer: &PeerId, notification: Vec<u8>) {
		self.sent.lock().push((*peer, notification));
	}
	async fn send_async_notification(&mut self, peer: &PeerId, bytes: Vec<u8>) -> Result<(), sc_network::error::Error> {
		self.send_sync_notification(peer, bytes);
		Ok(())
	}
	async fn set_handshake(&mut self, _: Vec<u8>) -> Result<(), ()> {
		Ok(())
	}
	fn try_set_handshake(&mut self, _: Vec<u8>) -> Result<(), ()> {
		Ok(())
	}
	async fn next_event(&mut self) -> Option<NotificationEvent> {
		self.events.recv().await
	}
	fn clone(&mut self) -> Result<Box<dyn NotificationService>, ()> {
		Err(())
	}
	fn protocol(&self) -> &ProtocolName {
		&self.protocol
	}
	fn message_sink(&self, _: &PeerId) -> Option<Box<dyn MessageSink>> {
		None
	}
}
