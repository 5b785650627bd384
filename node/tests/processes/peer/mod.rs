//! A peer that follows no rule: the SDK's network stack, with the chain's protocols run by hand.

pub mod forgery;
pub mod serving;
pub mod watching;

use codec::Encode;
use sc_network::{
	config::{
		ed25519, FullNetworkConfiguration, MultiaddrWithPeerId, NetworkConfiguration, NodeKeyConfig,
		NonReservedPeerMode, NotificationHandshake, Params, PeerStore, ProtocolId, Role, Secret, SetConfig,
	},
	service::traits::{MessageSink, NetworkBackend, NotificationEvent, ValidationResult},
	Litep2pNetworkBackend, NotificationMetrics, NotificationService, PeerId, Roles,
};
use sc_network_common::sync::message::{BlockAnnounce, BlockAnnouncesHandshake, BlockState};
use serving::{Bodies, Offer};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystorePtr};
use std::{
	collections::HashMap,
	sync::{Arc, Mutex},
	time::Duration,
};
use tc_pbft::network::ProtocolNames;
use tokio::runtime::Runtime;
use tp_core::{Block, Hash, Header};
use tp_pbft::PBFT_KEY_TYPE;

/// Maximum size of a notification: larger than the nodes' maximum, so that the nodes refuse it.
const MAX_NOTIFICATION_BYTES: u64 = 64 * 1024 * 1024;
/// Maximum number of peers of a protocol, inbound and outbound.
const MAX_PEERS: u32 = 64;

/// The handshake of the peer in the PBFT protocol.
pub enum Hello {
	/// The proof of a key: a member's, or a stranger's.
	Key(&'static str),
	/// A proof that another network identity made.
	Borrowed(&'static str),
	/// Bytes.
	Raw(Vec<u8>),
}

/// Parameters of a peer.
pub struct PeerParams {
	/// The chain.
	pub genesis: Hash,
	/// Nodes to exchange blocks with.
	pub sync_with: Vec<MultiaddrWithPeerId>,
	/// The newest block that it claims to have.
	pub claimed: (u32, Hash),
	/// The blocks that it serves.
	pub offer: Offer,
	/// Nodes of the PBFT protocol.
	pub talk_to: Vec<MultiaddrWithPeerId>,
	/// Its handshake.
	pub hello: Hello,
	/// The bodies of its proposals.
	pub bodies: Bodies,
	/// Nodes to send units to.
	pub units_to: Vec<MultiaddrWithPeerId>,
}

impl PeerParams {
	/// Returns the parameters of a peer that exchanges blocks.
	pub fn syncing(genesis: Hash, with: Vec<MultiaddrWithPeerId>, claimed: (u32, Hash), offer: Offer) -> Self {
		Self {
			genesis,
			sync_with: with,
			claimed,
			offer,
			talk_to: Vec::new(),
			hello: Hello::Raw(Vec::new()),
			bodies: Bodies::default(),
			units_to: Vec::new(),
		}
	}

	/// Returns those of a peer that sends units, for the test of the unit lane. Nodes take units only from sync peers.
	#[allow(dead_code)]
	pub fn sending_units(genesis: Hash, to: Vec<MultiaddrWithPeerId>) -> Self {
		Self { units_to: to.clone(), ..Self::syncing(genesis, to, (0, genesis), Offer::default()) }
	}

	/// Returns those of a peer of the PBFT protocol.
	pub fn talking(genesis: Hash, to: Vec<MultiaddrWithPeerId>, hello: Hello) -> Self {
		Self { talk_to: to, hello, ..Self::syncing(genesis, Vec::new(), (0, genesis), Offer::default()) }
	}
}

/// Counts of the substreams of one protocol.
#[derive(Default)]
struct Streams {
	open: HashMap<PeerId, Arc<dyn MessageSink>>,
	opened: HashMap<PeerId, usize>,
	closed: HashMap<PeerId, usize>,
}

/// One notification protocol.
#[derive(Clone, Default)]
pub struct Channel(Arc<Mutex<Streams>>);

impl Channel {
	/// Senders to the nodes with an open substream.
	pub fn sink(&self, node: &PeerId) -> Option<Arc<dyn MessageSink>> {
		self.0.lock().unwrap().open.get(node).cloned()
	}

	/// Whether a substream is open.
	pub fn is_open(&self, node: &PeerId) -> bool {
		self.sink(node).is_some()
	}

	/// Returns the number of opened substreams.
	pub fn times_opened(&self, node: &PeerId) -> usize {
		self.0.lock().unwrap().opened.get(node).copied().unwrap_or_default()
	}

	/// Returns the number of closed substreams.
	pub fn times_closed(&self, node: &PeerId) -> usize {
		self.0.lock().unwrap().closed.get(node).copied().unwrap_or_default()
	}

	/// Sends a notification, and waits for room. Returns false if no substream is open, or it closes meanwhile.
	pub async fn send(&self, node: &PeerId, notification: Vec<u8>) -> bool {
		match self.sink(node) {
			Some(sink) => sink.send_async_notification(notification).await.is_ok(),
			None => false,
		}
	}

	async fn run(self, mut service: Box<dyn NotificationService>) {
		while let Some(event) = service.next_event().await {
			match event {
				NotificationEvent::ValidateInboundSubstream { result_tx, .. } => {
					// The node may have gone away.
					result_tx.send(ValidationResult::Accept).ok();
				},
				NotificationEvent::NotificationStreamOpened { peer, .. } => {
					let sink = service.message_sink(&peer).expect("the substream is open");
					let mut streams = self.0.lock().unwrap();
					streams.open.insert(peer, sink.into());
					*streams.opened.entry(peer).or_default() += 1;
				},
				NotificationEvent::NotificationStreamClosed { peer } => {
					let mut streams = self.0.lock().unwrap();
					streams.open.remove(&peer);
					*streams.closed.entry(peer).or_default() += 1;
				},
				NotificationEvent::NotificationReceived { .. } => {},
			}
		}
	}
}

/// A running peer. Dropping it ends it.
pub struct Peer {
	/// Its network identity.
	pub id: PeerId,
	/// Block announcements.
	pub announcements: Channel,
	/// The PBFT protocol.
	pub votes: Channel,
	/// The protocol of units, for the test of the unit lane.
	#[allow(dead_code)]
	pub units: Channel,
	runtime: Option<Runtime>,
}

impl Drop for Peer {
	fn drop(&mut self) {
		if let Some(runtime) = self.runtime.take() {
			runtime.shutdown_background();
		}
	}
}

impl Peer {
	/// Starts a peer with a new identity. It dials the nodes within a second or two, repeatedly.
	pub fn start(params: PeerParams) -> Self {
		let PeerParams { genesis, sync_with, claimed, offer, talk_to, hello, bodies, units_to } = params;
		let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
		let context = runtime.enter();

		let node_key = NodeKeyConfig::Ed25519(Secret::Input(ed25519::SecretKey::generate()));
		let mut network_config = NetworkConfiguration::new("hostile", "hostile/1", node_key, None);
		network_config.listen_addresses = vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()];
		network_config.default_peers_set = peer_set(sync_with);
		network_config.enable_dht_random_walk = false;
		let mut config = FullNetworkConfiguration::<Block, Hash, Litep2pNetworkBackend>::new(&network_config, None);
		let metrics = NotificationMetrics::new(None);
		let peer_store = config.peer_store_handle();
		runtime.spawn(config.take_peer_store().run());

		let names = ProtocolNames::new(genesis, None);
		let (bodies_config, body_requests) = serving::configure_named(names.blocks);
		config.add_request_response_protocol(bodies_config);
		let (votes_config, mut votes_service) =
			backend_notifications(names.messages, Vec::new(), peer_set(talk_to), metrics.clone(), peer_store.clone());
		config.add_notification_protocol(votes_config);
		let units_name = format!("/{}/units/2", hex::encode(genesis)).into();
		let (units_config, units_service) =
			backend_notifications(units_name, Vec::new(), peer_set(units_to), metrics.clone(), peer_store.clone());
		config.add_notification_protocol(units_config);
		let (blocks_config, requests) = serving::configure(genesis);
		config.add_request_response_protocol(blocks_config);
		let handshake = BlockAnnouncesHandshake::<Block>::build(Roles::FULL, claimed.0, claimed.1, genesis);
		let (block_announce_config, announcements_service) = backend_notifications(
			format!("/{}/block-announces/1", hex::encode(genesis)).into(),
			handshake.encode(),
			network_config.default_peers_set.clone(),
			metrics.clone(),
			peer_store,
		);

		let backend = <Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::new(Params {
			role: Role::Full,
			executor: Box::new(|task| {
				tokio::spawn(task);
			}),
			network_config: config,
			protocol_id: ProtocolId::from("hostile"),
			genesis_hash: genesis,
			fork_id: None,
			metrics_registry: None,
			block_announce_config,
			ipfs_config: None,
			notification_metrics: metrics,
		})
		.unwrap();
		let id = <Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::network_service(&backend).local_peer_id();

		let hello = match hello {
			Hello::Key(key) => prove(key, &genesis, &id),
			Hello::Borrowed(key) => prove(key, &genesis, &PeerId::random()),
			Hello::Raw(bytes) => bytes,
		};
		votes_service.try_set_handshake(hello).unwrap();
		let (announcements, votes, units) = (Channel::default(), Channel::default(), Channel::default());
		runtime.spawn(announcements.clone().run(announcements_service));
		runtime.spawn(votes.clone().run(votes_service));
		runtime.spawn(units.clone().run(units_service));
		runtime.spawn(serving::serve(requests, offer));
		runtime.spawn(serving::serve_bodies(body_requests, bodies));
		runtime.spawn(<Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::run(backend));
		drop(context);
		Self { id, announcements, votes, units, runtime: Some(runtime) }
	}

	/// Announces a block as its newest.
	pub async fn announce(&self, node: &PeerId, header: &Header, data: Option<Vec<u8>>) -> bool {
		self.announcements.send(node, announcement(header, data)).await
	}
}

/// Returns the message that announces a block.
pub fn announcement(header: &Header, data: Option<Vec<u8>>) -> Vec<u8> {
	BlockAnnounce { header: header.clone(), state: Some(BlockState::Best), data }.encode()
}

/// Returns the proof that the development key `uri` votes behind the network identity `peer`.
fn prove(uri: &str, genesis: &Hash, peer: &PeerId) -> Vec<u8> {
	let keystore = MemoryKeystore::new();
	keystore.ed25519_generate_new(PBFT_KEY_TYPE, Some(uri)).unwrap();
	let keystore: KeystorePtr = Arc::new(keystore);
	tc_pbft::hello(&keystore, genesis, peer)
}

/// Allows these peers only, and keeps them connected.
fn peer_set(nodes: Vec<MultiaddrWithPeerId>) -> SetConfig {
	SetConfig {
		in_peers: MAX_PEERS,
		out_peers: MAX_PEERS,
		reserved_nodes: nodes,
		non_reserved_mode: NonReservedPeerMode::Deny,
	}
}

fn backend_notifications(
	name: sc_network::ProtocolName,
	handshake: Vec<u8>,
	set: SetConfig,
	metrics: NotificationMetrics,
	peer_store: Arc<dyn sc_network::config::PeerStoreProvider>,
) -> (<Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::NotificationProtocolConfig, Box<dyn NotificationService>)
{
	<Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::notification_config(
		name,
		Vec::new(),
		MAX_NOTIFICATION_BYTES,
		Some(NotificationHandshake::from_bytes(handshake)),
		set,
		metrics,
		peer_store,
	)
}

/// Waits until a condition is true; returns false on a timeout.
pub async fn comes_about(timeout: Duration, mut is_so: impl FnMut() -> bool) -> bool {
	let deadline = tokio::time::Instant::now() + timeout;
	while !is_so() {
		if tokio::time::Instant::now() > deadline {
			return false;
		}
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
	true
}
