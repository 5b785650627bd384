//! A node with a shard alone, beside a router in another node.

use super::{
	asking::{Asking, Outcome},
	protocol::{hash_of, Answer, Ask, Load, PATIENCE},
};
use crate::{
	tests::{
		ledger::{shard, table, TestLedger, ZONE},
		Network,
	},
	LedgerAccess, RouterHandle,
};
use codec::{DecodeAll, Encode};
use futures::{
	channel::oneshot,
	future::BoxFuture,
	stream::{self, BoxStream, StreamExt},
	FutureExt,
};
use parking_lot::Mutex;
use sc_network::{request_responses::IncomingRequest, PeerId, ReputationChange};
use sp_inherents::InherentData;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft::{network::asking::Peers, sdk::TransactionsOnly, Tip};
use tp_beacon::{Authority, NamedHeader, Registration, Update};
use tp_core::{ChainTag, Hash};
use tp_mailbox::Ledger;

/// How long a block waits for what others bring.
const BROUGHT: Duration = Duration::from_secs(5);

/// What a peer answers.
#[derive(Clone)]
enum Behaviour {
	/// As a router does.
	Routes(async_channel::Sender<IncomingRequest>),
	/// Always the same.
	Answers(Vec<u8>),
	Silent,
}

/// The peers of a node.
struct TestPeers {
	peers: Vec<(PeerId, Behaviour)>,
	reported: Mutex<Vec<PeerId>>,
	asked: Mutex<Vec<PeerId>>,
}

impl TestPeers {
	fn new(behaviours: Vec<Behaviour>) -> Arc<Self> {
		let peers = behaviours.into_iter().map(|behaviour| (PeerId::random(), behaviour)).collect();
		Arc::new(Self { peers, reported: Mutex::default(), asked: Mutex::default() })
	}
}

impl Peers for TestPeers {
	fn request(&self, peer: PeerId, request: Vec<u8>) -> BoxFuture<'static, Option<Vec<u8>>> {
		self.asked.lock().push(peer);
		let behaviour = self.peers.iter().find(|(id, _)| *id == peer).map(|(_, behaviour)| behaviour.clone());
		async move {
			match behaviour? {
				Behaviour::Routes(requests) => {
					let (pending_response, answer) = oneshot::channel();
					requests.send(IncomingRequest { peer, payload: request, pending_response }).await.ok()?;
					answer.await.ok()?.result.ok()
				},
				Behaviour::Answers(answer) => Some(answer),
				Behaviour::Silent => None,
			}
		}
		.boxed()
	}

	fn report(&self, peer: PeerId, _: ReputationChange) {
		self.reported.lock().push(peer);
	}

	fn changes(&self) -> BoxStream<'static, (PeerId, bool)> {
		let connected: Vec<_> = self.peers.iter().map(|(peer, _)| (*peer, true)).collect();
		stream::iter(connected).chain(stream::pending()).boxed()
	}
}

/// Two nodes: one with the zone and both shards, and one with the first shard alone. With drawn committees both have the main chain.
struct Scene {
	router: RouterHandle,
	alone: RouterHandle,
	main: Option<Arc<TestLedger>>,
	zone: Arc<TestLedger>,
	shards: [Arc<TestLedger>; 2],
}

impl Scene {
	fn new() -> Self {
		let Network { router, zone, shards } = Network::new();
		let alone = RouterHandle::new(0);
		std::mem::forget(alone.serve(shards[0].clone()));
		Self { router, alone, main: None, zone, shards }
	}

	fn drawn() -> Self {
		let main = TestLedger::drawn(ChainTag::Main);
		let (zone, shards) = (TestLedger::drawn(ZONE), [1, 2].map(|number| TestLedger::drawn(shard(number))));
		zone.follows(&main);
		shards.iter().for_each(|shard| shard.follows(&zone));
		let (router, alone) = (RouterHandle::drawn(0), RouterHandle::drawn(0));
		for ledger in shards.iter().chain([&zone, &main]) {
			std::mem::forget(router.serve(ledger.clone()));
		}
		for ledger in [&shards[0], &main] {
			std::mem::forget(alone.serve(ledger.clone()));
		}
		Self { router, alone, main: Some(main), zone, shards }
	}

	/// Runs the router's side for a ledger.
	fn serve(&self, chain: ChainTag) -> Behaviour {
		let (sender, requests) = async_channel::bounded(8);
		tokio::spawn(self.router.serve_carried(chain, requests));
		Behaviour::Routes(sender)
	}

	/// Runs the side of the node that makes the blocks of the first shard.
	fn ask(&self, peers: &Arc<TestPeers>) {
		tokio::spawn(self.alone.ask_routers(self.shards[0].clone(), peers.clone()));
	}

	/// The main chain, the second shard and the zone make a block each by the router's node.
	fn make_others(&self) {
		for ledger in self.main.iter().chain([&self.shards[1], &self.zone]) {
			ledger.make(&provide(&self.router, ledger));
		}
		self.read();
	}

	/// The router reads all blocks.
	fn read(&self) {
		crate::follow::catch_up(self.router.shared());
		self.router.shared().news.notify_waiters();
	}

	/// Waits until the first shard could make a block of what another node has.
	async fn is_brought(&self) -> bool {
		let contents = self.alone.contents(shard(1), Arc::new(TransactionsOnly));
		let pending = contents.pending(self.shards[0].newest_hash());
		tokio::time::timeout(BROUGHT, pending).await.is_ok()
	}

	/// The first shard makes a block by its own node.
	fn make(&self) {
		self.shards[0].make_of(&provide(&self.alone, &self.shards[0]));
		self.read();
	}

	/// All ledgers make some blocks.
	fn rounds(&self, count: usize) {
		for _ in 0..count {
			self.make();
			self.make_others();
		}
	}
}

fn provide(router: &RouterHandle, ledger: &TestLedger) -> InherentData {
	let mut data = InherentData::new();
	let tip = Tip { height: ledger.newest(), hash: ledger.newest_hash() };
	let contents = router.contents(ledger.chain(), Arc::new(TransactionsOnly));
	contents.provide(tip, Duration::from_secs(1), &mut data).unwrap();
	data
}

fn registration_of(chain: ChainTag) -> Registration {
	let ledger = Ledger { chain, tables: None };
	let (genesis, authority) = (Hash::repeat_byte(1), Authority::MainChain);
	Registration { ledger, genesis, authority, epoch: 0, first: 1, members: Vec::new() }
}

fn decoded(answer: Vec<u8>) -> Answer {
	Answer::decode_all(&mut &answer[..]).unwrap()
}

#[tokio::test]
async fn messages_reach_a_shard_whose_node_runs_no_zone() {
	let scene = Scene::new();
	// A node without a router, a silent one, and a router.
	let router = scene.serve(shard(1));
	let peers = TestPeers::new(vec![Behaviour::Answers(Answer::NoRouter.encode()), Behaviour::Silent, router]);
	let [one, two] = &scene.shards;
	scene.ask(&peers);
	two.send(table(1), 70);
	// The zone registers the shards, and includes the second one with its message.
	scene.rounds(3);
	assert!(scene.is_brought().await);
	scene.make();
	assert_eq!(one.arrived(), [70]);

	// The cursor goes back, and a message the other way.
	one.send(table(2), 5);
	scene.make();
	(0..3).for_each(|_| scene.make_others());
	assert_eq!((two.arrived(), two.in_flight()), (vec![5], 0));
	assert!(scene.is_brought().await, "the cursor of the second shard");
	scene.make();
	assert_eq!(one.in_flight(), 0);
	assert!(peers.reported.lock().is_empty());
}

/// Each block finds what came before it, although it was brought for an older one.
#[tokio::test]
async fn a_busy_shard_takes_what_was_brought_for_an_older_block() {
	let scene = Scene::new();
	scene.ask(&TestPeers::new(vec![scene.serve(shard(1))]));
	let [one, two] = &scene.shards;
	two.send(table(1), 70);
	scene.rounds(3);
	assert!(scene.is_brought().await);
	// Units make blocks meanwhile, which take nothing.
	(0..3).for_each(|_| one.make(&InherentData::new()));
	scene.make();
	assert_eq!(one.arrived(), [70]);
}

#[tokio::test]
async fn a_shard_whose_node_runs_no_zone_follows_the_epochs() {
	let scene = Scene::drawn();
	scene.ask(&TestPeers::new(vec![scene.serve(shard(1))]));
	scene.rounds(3);
	for epoch in 1..=3 {
		scene.main.as_ref().unwrap().end_epoch();
		// A zone header, the announcements, the zone's last header: each waits for the one before.
		for _ in 0..12 {
			scene.make_others();
			tokio::time::sleep(Duration::from_millis(250)).await;
			scene.make();
			if scene.shards[0].epoch() == epoch {
				break;
			}
		}
		assert_eq!(scene.shards[0].epoch(), epoch);
	}
}

#[tokio::test]
async fn what_no_block_can_take_makes_no_block() {
	let scene = Scene::new();
	let registrations = vec![registration_of(shard(9))];
	let foreign = Load { update: Update { registrations, ..Update::default() }, ..Load::default() };
	let lie = |load: &Load| Answer::Load { at: 1, load: load.clone() }.encode();
	let lies = [lie(&Load::default()), lie(&foreign), vec![77; 9]];
	let peers = TestPeers::new(lies.into_iter().map(Behaviour::Answers).collect());
	scene.make();
	assert_eq!(scene.shards[0].newest(), 1);
	scene.ask(&peers);
	let contents = scene.alone.contents(shard(1), Arc::new(TransactionsOnly));
	let pending = contents.pending(scene.shards[0].newest_hash());
	assert!(tokio::time::timeout(Duration::from_secs(2), pending).await.is_err());
	let asked = peers.asked.lock().len();
	assert_eq!(asked, 3, "each liar is asked once, and then left alone");
	let mut reported = peers.reported.lock().clone();
	reported.sort_unstable();
	reported.dedup();
	assert_eq!(reported.len(), 3);
	assert_eq!(provide(&scene.alone, &scene.shards[0]).len(), 0);
}

/// A header alone is taken with the next block, and makes none: two ledgers would answer each other's blocks without an end.
#[tokio::test]
async fn a_header_alone_makes_no_block() {
	let scene = Scene::new();
	scene.rounds(3);
	let signed = scene.zone.header(scene.zone.newest()).unwrap().unwrap();
	let headers = vec![NamedHeader { chain: ZONE, signed }];
	let load = Load { update: Update { headers, ..Update::default() }, ..Load::default() };
	let answer = Answer::Load { at: scene.shards[0].newest(), load }.encode();
	let peers = TestPeers::new(vec![Behaviour::Answers(answer)]);
	scene.ask(&peers);
	let contents = scene.alone.contents(shard(1), Arc::new(TransactionsOnly));
	let pending = contents.pending(scene.shards[0].newest_hash());
	assert!(tokio::time::timeout(Duration::from_secs(1), pending).await.is_err());
	assert_eq!(provide(&scene.alone, &scene.shards[0]).len(), 1);
	assert!(peers.reported.lock().is_empty());
}

#[tokio::test]
async fn a_router_gives_a_load_once_a_second() {
	let scene = Scene::new();
	let Behaviour::Routes(requests) = scene.serve(shard(1)) else { unreachable!() };
	scene.shards[1].send(table(1), 70);
	scene.rounds(3);
	let peer = PeerId::random();
	let ask = |payload: Vec<u8>| {
		let (pending_response, answer) = oneshot::channel();
		requests.try_send(IncomingRequest { peer, payload, pending_response }).unwrap();
		answer
	};
	let anything = Ask { known: Hash::zero() }.encode();
	let first = ask(anything.clone()).await.unwrap().result.unwrap();
	let Answer::Load { at, load } = decoded(first.clone()) else { panic!("no load") };
	assert_eq!((at, load.relayed.len()), (scene.shards[0].newest(), 1));

	// A peer that has lost it gets it again, a second later.
	let asked = Instant::now();
	assert_eq!(ask(anything.clone()).await.unwrap().result.unwrap(), first);
	assert!(asked.elapsed() >= Duration::from_millis(800), "{:?}", asked.elapsed());
	// A later request ends the one before.
	let before = ask(anything);
	let later = ask(Ask { known: hash_of(&load) }.encode());
	assert_eq!(decoded(before.await.unwrap().result.unwrap()), Answer::Nothing);
	let bad = ask(vec![1]).await.unwrap();
	assert!(bad.result.is_err() && bad.reputation_changes.len() == 1);
	// It has this load, and nothing else comes in the time of its patience.
	let waited = Instant::now();
	assert_eq!(decoded(later.await.unwrap().result.unwrap()), Answer::Nothing);
	assert!(waited.elapsed() + Duration::from_secs(1) > PATIENCE);

	// A node without the zone says so at once.
	let (sender, requests) = async_channel::bounded(8);
	tokio::spawn(scene.alone.serve_carried(shard(1), requests));
	let (pending_response, answer) = oneshot::channel();
	let payload = Ask { known: Hash::zero() }.encode();
	sender.send(IncomingRequest { peer, payload, pending_response }).await.unwrap();
	assert_eq!(decoded(answer.await.unwrap().result.unwrap()), Answer::NoRouter);
}

#[test]
fn three_peers_are_asked_at_a_time() {
	let mut asking = Asking::<u8>::new();
	let (start, second) = (Instant::now(), Duration::from_secs(1));
	assert!(asking.due(start).is_empty());
	(0..20).for_each(|peer| asking.join(peer));
	let mut counts = [0; 20];
	for round in 0..200 {
		let now = start + round * 20 * second;
		let asked = asking.due(now);
		assert_eq!(asked.len(), 3);
		assert!(asking.due(now).is_empty());
		for (peer, request, ask) in asked {
			assert_eq!(ask, Ask { known: Hash::zero() });
			counts[usize::from(peer)] += 1;
			assert!(asking.awaits(&peer, request) && !asking.awaits(&peer, request + 7));
			asking.answered(peer, request, Outcome::Nothing, now + 8 * second);
		}
	}
	assert!(counts.iter().all(|count| (8..70).contains(count)), "{counts:?}");
}

#[test]
fn peers_that_do_not_help_are_left_alone() {
	let now = Instant::now();
	let second = Duration::from_secs(1);
	// Whether a peer is asked again after some seconds.
	let again = |outcome: Outcome, took: Duration, after: u32| {
		let mut asking = Asking::<u8>::new();
		asking.join(1);
		let (_, request, _) = asking.due(now)[0];
		asking.answered(1, request, outcome, now + took);
		// To leave and come back changes nothing.
		asking.leave(&1);
		asking.join(1);
		!asking.due(now + took + after * second).is_empty()
	};
	let zero = Duration::ZERO;
	assert!(again(Outcome::Useful(Hash::zero()), zero, 0) && again(Outcome::Nothing, 8 * second, 0));
	assert!(!again(Outcome::Nothing, zero, 9) && again(Outcome::Nothing, zero, 10));
	assert!(!again(Outcome::NoRouter, zero, 9) && again(Outcome::NoRouter, zero, 10));
	assert!(!again(Outcome::Late(Hash::zero()), zero, 0) && again(Outcome::Late(Hash::zero()), zero, 1));
	assert!(!again(Outcome::Silent, zero, 1) && again(Outcome::Silent, zero, 2), "it starts again, perhaps");
	assert!(!again(Outcome::Silent, 10 * second, 59) && !again(Outcome::Useless, zero, 59));
	assert!(again(Outcome::Silent, 10 * second, 60) && again(Outcome::Useless, zero, 60));

	// Loads that are late again and again.
	let mut asking = Asking::<u8>::new();
	asking.join(1);
	let mut now = now;
	for _ in 0..12 {
		let (_, request, _) = asking.due(now)[0];
		asking.answered(1, request, Outcome::Late(Hash::repeat_byte(9)), now);
		now += 60 * second;
	}
	let (_, request, ask) = asking.due(now)[0];
	assert_eq!((ask.known, asking.known(&1)), (Hash::repeat_byte(9), Hash::repeat_byte(9)));
	asking.answered(1, request, Outcome::Late(Hash::repeat_byte(9)), now);
	assert!(asking.due(now + 30 * second).is_empty());

	// A peer that only waits gives its place to another one.
	let mut asking = Asking::<u8>::new();
	(0..4).for_each(|peer| asking.join(peer));
	let first = asking.due(now);
	let later = asking.due(now + 10 * second);
	assert_eq!((first.len(), later.len()), (3, 1), "the three are left alone, and the fourth is asked");
	// A router is asked again with what it said, before others, until it has nothing to say.
	let (router, request, _) = later[0];
	let known = Hash::repeat_byte(3);
	asking.answered(router, request, Outcome::Useful(known), now + 11 * second);
	(10..30).for_each(|peer| asking.join(peer));
	assert!(asking.due(now + 20 * second).iter().any(|(peer, _, ask)| *peer == router && ask.known == known));
	asking.give_up();
	assert!((10..30).chain([router]).all(|peer| !asking.awaits(&peer, request + 1)));
}

#[test]
fn a_zone_is_registered_as_it_is_derived() {
	use crate::judge::{check_derived, Fault};
	let own = registration_of(ZONE);
	let other = Registration { genesis: Hash::zero(), ..own.clone() };
	assert_eq!(check_derived(Some(&own), std::slice::from_ref(&own)), Ok(()));
	assert!(matches!(check_derived(Some(&own), &[own.clone(), other]), Err(Fault::Invalid(_))));
	assert!(matches!(check_derived(None, &[own]), Err(Fault::NotYet(_))));
}

/// No member of the main chain's committee runs the zone perhaps: it registers the zone that it derives, ever more rarely if others vote
/// against it, and never another zone that a peer names.
#[tokio::test]
async fn the_main_chain_registers_the_zone_without_a_router() {
	let scene = Scene::drawn();
	let main = scene.main.clone().unwrap();
	let members = scene.zone.committee(1).unwrap().members;
	let own = Registration { genesis: scene.zone.genesis(), members, ..registration_of(ZONE) };
	scene.alone.derive(own.clone());
	let foreign = Update { registrations: vec![registration_of(ChainTag::Zone(7))], ..Update::default() };
	let load = Load { update: foreign, ..Load::default() };
	let peers = TestPeers::new(vec![Behaviour::Answers(Answer::Load { at: 0, load }.encode())]);
	tokio::spawn(scene.alone.ask_routers(main.clone(), peers.clone()));
	let registered = || {
		let update = provide(&scene.alone, &main).get_data::<Update>(&tp_beacon::INHERENT_IDENTIFIER).unwrap();
		update.unwrap_or_default().registrations
	};
	tokio::time::sleep(Duration::from_millis(400)).await;
	assert_eq!(peers.reported.lock().len(), 1);
	assert_eq!(registered(), std::slice::from_ref(&own));
	assert!(registered().is_empty(), "once a height");
	// Other authors make blocks without it.
	let mut tries = 0;
	for _ in 0..12 {
		main.make(&InherentData::new());
		tokio::time::sleep(Duration::from_millis(250)).await;
		tries += registered().len();
	}
	assert!((2..6).contains(&tries), "{tries}");
	let update = Update { registrations: vec![own], ..Update::default() };
	let mut data = InherentData::new();
	data.put_data(tp_beacon::INHERENT_IDENTIFIER, &update).unwrap();
	main.make(&data);
	tokio::time::sleep(Duration::from_millis(400)).await;
	for _ in 0..40 {
		main.make(&InherentData::new());
	}
	tokio::time::sleep(Duration::from_millis(400)).await;
	assert!(registered().is_empty(), "it follows the zone");
}
