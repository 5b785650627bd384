use super::*;
use crate::network::body;
use futures::channel::oneshot;
use parking_lot::Mutex;
use sc_network::RequestFailure;
use sp_runtime::{
	traits::{BlakeTwo256, Block as _, Hash, Header as _},
	StateVersion,
};
use std::collections::HashMap;
use tp_core::{Block, Header};

/// What a peer does with a request.
#[derive(Clone)]
enum Peer {
	Silent,
	Sends(Vec<u8>),
}

/// A network of peers that answer as told.
#[derive(Default)]
struct Network {
	peers: HashMap<PeerId, Peer>,
	asked: Mutex<Vec<PeerId>>,
}

#[async_trait::async_trait]
impl NetworkRequest for Network {
	async fn request(
		&self,
		target: PeerId,
		protocol: ProtocolName,
		_: Vec<u8>,
		_: Option<(Vec<u8>, ProtocolName)>,
		_: IfDisconnected,
	) -> Result<(Vec<u8>, ProtocolName), RequestFailure> {
		self.asked.lock().push(target);
		match self.peers.get(&target).cloned() {
			Some(Peer::Sends(bytes)) => Ok((bytes, protocol)),
			Some(Peer::Silent) => futures::future::pending().await,
			None => Err(RequestFailure::NotConnected),
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
		unreachable!("a fetch awaits its requests")
	}
}

fn block() -> Block {
	let root = <BlakeTwo256 as Hash>::ordered_trie_root(Vec::new(), StateVersion::V1);
	Block::new(Header::new(3, root, Default::default(), Default::default(), Default::default()), Vec::new())
}

fn fetch(network: &Arc<Network>, holders: Vec<PeerId>) -> (Fetch, mpsc::Receiver<PeerId>) {
	let (wrong, named) = mpsc::channel(8);
	let hash = block().header.hash();
	let check: CheckBody = Arc::new(move |bytes| {
		let checked = body::check(bytes, hash, StateVersion::V1);
		futures::future::ready(checked.map_or(Answer::OtherBody, Answer::Block)).boxed()
	});
	let (network, protocol) = (network.clone(), ProtocolName::from("/blocks"));
	(Fetch { network, protocol, hash, holders, members: Admitted::default(), check, wrong }, named)
}

#[tokio::test]
async fn a_peer_that_sends_another_body_is_named_and_not_asked_again() {
	let (liar, silent, honest) = (PeerId::random(), PeerId::random(), PeerId::random());
	let other = Block::new(block().header, vec![sp_runtime::OpaqueExtrinsic::from_blob(vec![1; 4])]);
	let mut network = Network::default();
	network.peers.insert(liar, Peer::Sends(other.encode()));
	network.peers.insert(silent, Peer::Silent);
	let lying = Arc::new(network);
	let (fetch_from_liar, mut named) = fetch(&lying, vec![liar]);
	let waited = tokio::time::timeout(5 * RETRY_PAUSE, fetch_from_liar.run()).await;
	assert!(waited.is_err(), "no peer has the block");
	assert_eq!(named.try_recv(), Ok(liar));
	assert_eq!(lying.asked.lock().len(), 1, "it was asked once in five rounds");

	let mut network = Network::default();
	network.peers.insert(liar, Peer::Sends(other.encode()));
	network.peers.insert(silent, Peer::Silent);
	network.peers.insert(honest, Peer::Sends(block().encode()));
	let network = Arc::new(network);
	let (fetch, mut named) = fetch(&network, vec![liar, silent, honest]);
	let started = tokio::time::Instant::now();
	let found = fetch.run().await.into_proposal();
	assert_eq!(found.hash, block().header.hash());
	assert_eq!(named.try_recv(), Ok(liar));
	assert_eq!(*network.asked.lock(), vec![liar, silent, honest]);
	let took = started.elapsed();
	assert!((HEDGE_PAUSE..10 * HEDGE_PAUSE).contains(&took), "the silent peer cost {took:?}");
}

#[tokio::test]
async fn few_peers_are_asked_at_a_time() {
	let peers: Vec<_> = (0..10).map(|_| PeerId::random()).collect();
	let network = Network { peers: peers.iter().map(|peer| (*peer, Peer::Silent)).collect(), ..Default::default() };
	let network = Arc::new(network);
	let (fetch, _named) = fetch(&network, peers);
	assert!(tokio::time::timeout(5 * HEDGE_PAUSE, fetch.run()).await.is_err());
	assert_eq!(network.asked.lock().len(), MAX_REQUESTS);
}

#[tokio::test]
async fn members_that_connect_later_are_asked() {
	let late = PeerId::random();
	let network = Arc::new(Network { peers: [(late, Peer::Sends(block().encode()))].into(), ..Default::default() });
	let (fetch, _named) = fetch(&network, vec![PeerId::random()]);
	let members = fetch.members.clone();
	let connects = async move {
		tokio::time::sleep(2 * RETRY_PAUSE).await;
		members.insert(late);
		futures::future::pending::<()>().await;
	};
	tokio::select! {
		found = fetch.run() => assert_eq!(found.into_proposal().hash, block().header.hash()),
		() = connects => unreachable!("it never ends"),
		() = tokio::time::sleep(Duration::from_secs(10)) => panic!("the late member was not asked"),
	}
}
