//! Transfers between nodes in memory: the server's answers, and the fetcher's way around peers that do not help.

use crate::{
	fetch::{AccountFetcher, FetchError},
	protocol::{AccountRequest, MAX_ANSWER_BYTES},
	serve::{AccountSource, Server},
};
use codec::{DecodeAll, Encode};
use futures::{future::BoxFuture, stream::BoxStream, FutureExt, StreamExt};
use parking_lot::Mutex;
use sc_network::{PeerId, ReputationChange};
use std::{
	collections::HashMap,
	sync::Arc,
	time::{Duration, Instant},
};
use tc_account_store::{
	transfer::{Answer, Refusal, Want},
	DiskFolder, Limits, Store, StoreBuilder, View,
};
use tc_pbft::network::asking::Peers;
use tempfile::TempDir;
use tp_account_store::{AccountKey, KEY_BYTES};
use tp_core::Hash;

const BLOCK: Hash = Hash::repeat_byte(7);
/// Other blocks that a node has.
const OTHERS: [Hash; 2] = [Hash::repeat_byte(20), Hash::repeat_byte(21)];
const NUMBER: u32 = 70;
const PATIENCE: Duration = Duration::from_secs(3);

/// A node with a store at one block.
struct Node {
	store: Store,
	_folder: TempDir,
}

impl Node {
	fn new(accounts: u32) -> Arc<Self> {
		let key = |index: u32| {
			let mut key = [0; KEY_BYTES];
			let hash = tp_account_store::value_hash(&index.to_le_bytes());
			key[..32].copy_from_slice(&hash);
			AccountKey(key)
		};
		let accounts = (0..accounts).map(|index| (key(index), vec![1; 250])).collect();
		let folder = tempfile::tempdir().unwrap();
		let disk = Arc::new(DiskFolder::open(folder.path()).unwrap());
		let builder = StoreBuilder::genesis::<Vec<u8>>(accounts).unwrap();
		let store = builder.create(disk, [1; 32], Limits::default(), NUMBER.into(), BLOCK.0, 0).unwrap();
		Arc::new(Self { store, _folder: folder })
	}
}

impl AccountSource for Node {
	fn view(&self, block: Hash) -> Result<View, Refusal> {
		match block == BLOCK || OTHERS.contains(&block) {
			true => self.store.view_at(NUMBER.into()).map_err(|_| Refusal::NotKept),
			false => Err(Refusal::UnknownBlock),
		}
	}
}

fn server(node: &Arc<Node>) -> Server {
	Server::new(node.clone(), Instant::now())
}

fn ask(server: &mut Server, block: Hash, want: Want) -> Answer {
	let bytes = server.answer(AccountRequest { block, want }, Instant::now()).answer;
	assert!(bytes.len() as u64 <= MAX_ANSWER_BYTES);
	Answer::decode_all(&mut &bytes[..]).unwrap()
}

/// What a peer does with a request.
#[derive(Clone)]
enum Behaviour {
	Serves(Arc<Mutex<Server>>),
	/// Serves this number of requests, and then none.
	Stops(Arc<Mutex<Server>>, Arc<Mutex<u32>>),
	Answers(Answer),
	/// Answers after this time that it is busy.
	HoldsBack(Duration),
	Silent,
}

impl Behaviour {
	fn serves(node: &Arc<Node>) -> Self {
		Self::Serves(Arc::new(Mutex::new(server(node))))
	}
}

/// The peers of a node.
struct TestPeers {
	peers: Vec<(PeerId, Behaviour)>,
	reported: Mutex<Vec<PeerId>>,
	asked: Mutex<HashMap<PeerId, u32>>,
	/// The others connect after this time.
	late: Duration,
}

impl TestPeers {
	fn new(behaviours: Vec<Behaviour>) -> Self {
		let peers = behaviours.into_iter().map(|behaviour| (PeerId::random(), behaviour)).collect();
		Self { peers, reported: Mutex::default(), asked: Mutex::default(), late: Duration::ZERO }
	}

	fn asked(&self, at: usize) -> u32 {
		self.asked.lock().get(&self.peers[at].0).copied().unwrap_or(0)
	}
}

impl Peers for TestPeers {
	fn request(&self, peer: PeerId, request: Vec<u8>) -> BoxFuture<'static, Option<Vec<u8>>> {
		*self.asked.lock().entry(peer).or_default() += 1;
		let behaviour = self.peers.iter().find(|(id, _)| *id == peer).map(|(_, behaviour)| behaviour.clone());
		async move {
			let request = AccountRequest::decode_all(&mut &request[..]).unwrap();
			match behaviour? {
				Behaviour::Serves(server) => Some(server.lock().answer(request, Instant::now()).answer),
				Behaviour::Stops(server, left) => {
					let mut left = left.lock();
					*left = left.checked_sub(1)?;
					Some(server.lock().answer(request, Instant::now()).answer)
				},
				Behaviour::Answers(answer) => Some(answer.encode()),
				Behaviour::HoldsBack(pause) => {
					tokio::time::sleep(pause).await;
					Some(Answer::Refused(Refusal::Busy).encode())
				},
				Behaviour::Silent => None,
			}
		}
		.boxed()
	}

	fn report(&self, peer: PeerId, _: ReputationChange) {
		self.reported.lock().push(peer);
	}

	fn changes(&self) -> BoxStream<'static, (PeerId, bool)> {
		let late = self.late;
		let peers: Vec<_> = self.peers.iter().map(|(peer, _)| (*peer, true)).collect();
		let connects =
			futures::stream::once(tokio::time::sleep(late)).flat_map(move |()| futures::stream::iter(peers.clone()));
		connects.chain(futures::stream::pending()).boxed()
	}
}

async fn fetch(peers: &Arc<TestPeers>, node: &Arc<Node>) -> Result<StoreBuilder, FetchError> {
	let fetcher = AccountFetcher::new(PATIENCE);
	let attached = fetcher.clone();
	let peers = peers.clone();
	tokio::spawn(async move {
		// The import may begin before the network is there.
		tokio::time::sleep(Duration::from_millis(50)).await;
		attached.attach_peers(peers);
	});
	fetcher.fetch(BLOCK, NUMBER, node.store.head().root).await
}

#[test]
fn a_server_answers_for_what_it_has_and_names_what_it_has_not() {
	let node = Node::new(1_000);
	let mut server = server(&node);
	let Answer::Outline(outline) = ask(&mut server, BLOCK, Want::Outline) else { panic!("no outline") };
	assert_eq!(outline.verify(&node.store.head().root), Ok(()));
	let Answer::Part(part) = ask(&mut server, BLOCK, Want::Part { table: 9, part: 0 }) else { panic!("no part") };
	assert_eq!(part.verify(9, 0, &outline.0[9]), Ok(()));
	let no_part = Answer::Refused(Refusal::NoPart);
	assert_eq!(ask(&mut server, BLOCK, Want::Part { table: 9, part: 1 }), no_part);
	assert_eq!(ask(&mut server, BLOCK, Want::Part { table: 9, part: u32::MAX }), no_part);
	assert_eq!(ask(&mut server, BLOCK, Want::More { table: 9, part: 0, from: 1_000 }), no_part);
	let unknown = Answer::Refused(Refusal::UnknownBlock);
	assert_eq!(ask(&mut server, Hash::repeat_byte(8), Want::Outline), unknown);
}

#[test]
fn all_peers_together_get_a_bounded_number_of_bytes_in_a_second() {
	let node = Node::new(20_000);
	let (now, mut bytes) = (Instant::now(), 0);
	let mut server = Server::new(node.clone(), now);
	let request = |table| AccountRequest { block: BLOCK, want: Want::Part { table, part: 0 } };
	let busy = Answer::Refused(Refusal::Busy).encode();
	let mut answers = 0;
	loop {
		let answer = server.answer(request(u8::try_from(answers % 256).unwrap()), now).answer;
		if answer == busy {
			break;
		}
		bytes += answer.len();
		answers += 1;
		assert!(answers < 1_000_000, "no bound");
	}
	assert!((60 << 20..130 << 20).contains(&bytes), "{bytes} bytes");
	assert_ne!(server.answer(request(0), now + Duration::from_secs(1)).answer, busy);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_come_past_peers_that_do_not_help() {
	let node = Node::new(3_000);
	let stops = Behaviour::Stops(Arc::new(Mutex::new(server(&node))), Arc::new(Mutex::new(10)));
	let behaviours = vec![
		Behaviour::Answers(Answer::Refused(Refusal::NotKept)),
		Behaviour::Answers(Answer::More(vec![vec![1]])),
		Behaviour::Silent,
		stops,
		Behaviour::serves(&node),
	];
	let peers = Arc::new(TestPeers::new(behaviours));
	let builder = fetch(&peers, &node).await.unwrap();
	assert_eq!(builder.root(), node.store.head().root);
	let liar = peers.peers[1].0;
	assert_eq!(*peers.reported.lock(), vec![liar], "the liar alone is named");
	assert!(peers.asked(0) <= 1 && peers.asked(1) == 1 && peers.asked(2) <= 3);
	assert!(peers.asked(3) <= 13 && peers.asked(4) > 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_connects_late_is_waited_for() {
	let node = Node::new(10);
	let late = Duration::from_millis(600);
	let peers = Arc::new(TestPeers { late, ..TestPeers::new(vec![Behaviour::serves(&node)]) });
	let started = Instant::now();
	fetch(&peers, &node).await.unwrap();
	assert!(started.elapsed() >= late);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_is_busy_is_asked_again() {
	let node = Node::new(10);
	let server = Arc::new(Mutex::new(server(&node)));
	// It has given all that it gives in a second.
	while Answer::decode_all(
		&mut &server.lock().answer(AccountRequest { block: BLOCK, want: Want::Outline }, Instant::now()).answer[..],
	) != Ok(Answer::Refused(Refusal::Busy))
	{}
	let peers = Arc::new(TestPeers::new(vec![Behaviour::Serves(server)]));
	fetch(&peers, &node).await.unwrap();
}

/// Two peers that hold their answers back, and say then that they are busy, could pass one request between them for ever.
#[tokio::test(flavor = "multi_thread")]
async fn peers_that_hold_answers_back_do_not_stop_the_transfer() {
	let node = Node::new(10);
	let slow = || Behaviour::HoldsBack(Duration::from_secs(19));
	let peers = Arc::new(TestPeers::new(vec![slow(), slow(), Behaviour::serves(&node)]));
	let outcome = tokio::time::timeout(Duration::from_secs(15), fetch(&peers, &node)).await;
	assert_eq!(outcome.expect("it goes on").unwrap().root(), node.store.head().root);

	let peers = Arc::new(TestPeers::new(vec![slow(), slow()]));
	let outcome = tokio::time::timeout(6 * PATIENCE, fetch(&peers, &node)).await;
	let error = outcome.expect("it ends").err().expect("nothing came");
	assert!(matches!(error, FetchError::NoProgress { number: NUMBER, accounts: 0, .. }), "{error}");
}

#[test]
fn a_copied_table_costs_its_bytes_once() {
	let node = Node::new(2_000);
	let mut server = server(&node);
	let mut ask = |part| {
		let served =
			server.answer(AccountRequest { block: BLOCK, want: Want::Part { table: 3, part } }, Instant::now());
		(served.answer, served.cost)
	};
	// The first request gets nothing, and the table was copied for it.
	let (nothing, cost) = ask(9);
	assert_eq!(nothing, Answer::Refused(Refusal::NoPart).encode());
	assert!(cost > 250 * 2, "it cost {cost}");
	let (part, cost) = ask(0);
	assert_eq!(cost, part.len());
}

#[test]
fn a_block_in_use_does_not_give_way_to_others() {
	let node = Node::new(100);
	let now = Instant::now();
	let mut server = Server::new(node, now);
	let mut ask = |block, seconds| {
		let request = AccountRequest { block, want: Want::Outline };
		let answer = server.answer(request, now + Duration::from_secs(seconds)).answer;
		answer != Answer::Refused(Refusal::Busy).encode()
	};
	assert!(ask(BLOCK, 0) && ask(OTHERS[0], 1));
	assert!(!ask(OTHERS[1], 2), "two are in use");
	assert!(ask(BLOCK, 4) && ask(OTHERS[1], 7), "one was not asked for any more");
	assert!(!ask(OTHERS[0], 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_peer_that_has_the_accounts_is_an_error_in_words() {
	let node = Node::new(10);
	let behaviours = vec![Behaviour::Answers(Answer::Refused(Refusal::NotKept)), Behaviour::Silent];
	let peers = Arc::new(TestPeers::new(behaviours));
	let outcome = tokio::time::timeout(10 * PATIENCE, fetch(&peers, &node)).await;
	let error = outcome.expect("it ends").err().expect("no peer has them");
	assert_eq!(error, FetchError::NoPeer { number: NUMBER, without: 1, silent: 1, liars: 0 });
	assert!(error.to_string().contains("block 70") && error.to_string().contains("Start the node again"));
	assert!(peers.asked(0) > 3, "they are asked again meanwhile");
}
