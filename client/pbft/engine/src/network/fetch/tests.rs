use super::*;
use crate::network::{
	body,
	testing::{Peer, TestNetwork},
};
use sp_runtime::{
	traits::{BlakeTwo256, Block as _, Hash, Header as _},
	StateVersion,
};
use tp_core::{Block, Header};

fn block() -> Block {
	let root = <BlakeTwo256 as Hash>::ordered_trie_root(Vec::new(), StateVersion::V1);
	Block::new(Header::new(3, root, Default::default(), Default::default(), Default::default()), Vec::new())
}

fn fetch(network: &Arc<TestNetwork>, holders: Vec<PeerId>) -> (Fetch, mpsc::Receiver<PeerId>) {
	let (wrong, named) = mpsc::channel(8);
	let hash = block().header.hash();
	let check: CheckBody = Arc::new(move |bytes| {
		let checked = body::check(bytes, hash, StateVersion::V1);
		futures::future::ready(checked.map_or(Answer::OtherBody, Answer::Block)).boxed()
	});
	let (network, protocol) = (network.clone(), ProtocolName::from("/blocks"));
	(Fetch { network, protocol, hash, holders, members: Admitted::default(), check, sketch: None, wrong }, named)
}

#[tokio::test]
async fn a_peer_that_sends_another_body_is_named_and_not_asked_again() {
	let (liar, silent, honest) = (PeerId::random(), PeerId::random(), PeerId::random());
	let other = Block::new(block().header, vec![sp_runtime::OpaqueExtrinsic::from_blob(vec![1; 4])]);
	let lying = TestNetwork::new();
	lying.peers.lock().insert(liar, Peer::Sends(other.encode()));
	let (fetch_from_liar, mut named) = fetch(&lying, vec![liar]);
	let waited = tokio::time::timeout(5 * RETRY_PAUSE, fetch_from_liar.run()).await;
	assert!(waited.is_err(), "no peer has the block");
	assert_eq!(named.try_recv(), Ok(liar));
	assert_eq!(lying.asked.lock().len(), 1, "it was asked once in five rounds");

	let network = TestNetwork::new();
	network.peers.lock().extend([
		(liar, Peer::Sends(other.encode())),
		(silent, Peer::Silent),
		(honest, Peer::Sends(block().encode())),
	]);
	let (fetch, mut named) = fetch(&network, vec![liar, silent, honest]);
	let started = tokio::time::Instant::now();
	let (found, source) = fetch.run().await;
	assert_eq!((found.into_proposal().hash, source), (block().header.hash(), BodySource::Peer));
	assert_eq!(named.try_recv(), Ok(liar));
	assert_eq!(*network.asked.lock(), vec![liar, silent, honest]);
	let took = started.elapsed();
	assert!((HEDGE_PAUSE..10 * HEDGE_PAUSE).contains(&took), "the silent peer cost {took:?}");
}

#[tokio::test]
async fn few_peers_are_asked_at_a_time() {
	let peers: Vec<_> = (0..10).map(|_| PeerId::random()).collect();
	let network = TestNetwork::new();
	network.peers.lock().extend(peers.iter().map(|peer| (*peer, Peer::Silent)));
	let (fetch, _named) = fetch(&network, peers);
	assert!(tokio::time::timeout(5 * HEDGE_PAUSE, fetch.run()).await.is_err());
	assert_eq!(network.asked.lock().len(), MAX_REQUESTS);
}

#[tokio::test]
async fn members_that_connect_later_are_asked() {
	let late = PeerId::random();
	let network = TestNetwork::new();
	network.peers.lock().insert(late, Peer::Sends(block().encode()));
	let (fetch, _named) = fetch(&network, vec![PeerId::random()]);
	let members = fetch.members.clone();
	let connects = async move {
		tokio::time::sleep(2 * RETRY_PAUSE).await;
		members.insert(late);
		futures::future::pending::<()>().await;
	};
	tokio::select! {
		(found, _) = fetch.run() => assert_eq!(found.into_proposal().hash, block().header.hash()),
		() = connects => unreachable!("it never ends"),
		() = tokio::time::sleep(Duration::from_secs(10)) => panic!("the late member was not asked"),
	}
}
