//! One door to two shards: payments and accounts find their shard, and stages go on across shards.

use super::{node::TestNode, zone::ZoneNode};
use bad_connection::{Faults, Proxy};
use std::time::Duration;
use tokio::time::timeout;
use top_sdk::{
	reports::{ReasonCode, UnitStatus},
	zone_reports::{MessageStage, Outcome, ProofLevel, TablesReport},
	AccountId, ConnectOptions, Error, Keypair, Network, Payment, Unit, UnitBuilder,
};
use tp_lattice::TableId;

fn options() -> ConnectOptions {
	ConnectOptions { silence: Duration::from_millis(500), reconnect_for: Duration::from_secs(10), ..Default::default() }
}

/// Returns keys whose accounts are in a half of the tables.
fn keys(is_first_half: bool, count: usize) -> Vec<Keypair> {
	let key = |number| Keypair::from_uri(&format!("//Payer{number}")).unwrap();
	let is_wanted = |key: &Keypair| (TableId::of(&key.account()).0 < 128) == is_first_half;
	(0..).map(key).filter(is_wanted).take(count).collect()
}

struct Scene {
	zone: ZoneNode,
	network: Network,
	alice: Keypair,
	/// An account of the shard of Alice.
	neighbour: Keypair,
	/// An account of the other shard.
	bob: Keypair,
}

impl Scene {
	async fn new() -> Self {
		let [alice, neighbour] = keys(true, 2).try_into().unwrap();
		let [bob] = keys(false, 1).try_into().unwrap();
		let accounts = [&alice, &neighbour, &bob].map(Keypair::account);
		let zone = ZoneNode::start(&accounts).await;
		let network = Network::connect_any(&[zone.url()], options()).await.unwrap();
		Self { zone, network, alice, neighbour, bob }
	}

	async fn free(&self, key: &Keypair) -> u128 {
		self.network.account(&key.account()).await.unwrap().unwrap().free
	}

	fn hold(&self, stage: MessageStage) {
		self.zone.lock().holds = stage;
	}

	/// Returns a unit without a limit that pays the account of the other shard.
	async fn unit(&self, amount: u128) -> Unit {
		let (unit, domain) = self.network.next_unit(&self.alice.account()).await.unwrap();
		unit.transfer(&self.bob, amount).valid_until(0).sign(&self.alice, &domain).unwrap()
	}

	/// Puts a proxy before the first shard.
	async fn proxy(&self, seed: u64, faults: Faults) -> Proxy {
		let proxy = Proxy::start(self.zone.nodes[0].address, faults, seed).await;
		self.zone.lock().shards[0].endpoints = vec![proxy.url()];
		proxy
	}
}

async fn stages(payment: &mut Payment) -> Vec<MessageStage> {
	let mut stages = Vec::new();
	while let Some(report) = payment.next().await.unwrap() {
		stages.push(report.stage);
	}
	stages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_has_the_value_with_the_block_which_the_zone_seals() {
	let scene = Scene::new().await;
	let before = scene.free(&scene.neighbour).await;
	scene.zone.lock().seals_up_to = 0;
	let mut payment = scene.network.pay(&scene.alice, &scene.neighbour, 5).await.unwrap();
	assert_eq!(payment.chain(), Some("shard 0/0"));
	let receipt = payment.finalized().await.unwrap();
	assert_eq!(receipt.unit, *payment.unit());
	assert_eq!(payment.credited().await.unwrap().stage, MessageStage::Final);
	assert_eq!(scene.free(&scene.neighbour).await, before + 5);
	assert!(timeout(Duration::from_millis(500), payment.sealed()).await.is_err());
	scene.zone.lock().seals_up_to = u32::MAX;
	assert_eq!(payment.sealed().await.unwrap().block.hash, receipt.header.hash());
	assert_eq!(payment.next().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_another_shard_is_paid_by_the_same_call() {
	let scene = Scene::new().await;
	let (paid, received) = (scene.free(&scene.alice).await, scene.free(&scene.bob).await);
	scene.hold(MessageStage::Final);
	let mut payment = scene.network.pay(&scene.alice, &scene.bob, 7).await.unwrap();
	for stage in [MessageStage::Final, MessageStage::Sealed, MessageStage::Credited, MessageStage::Confirmed] {
		scene.hold(stage);
		assert_eq!(payment.next().await.unwrap().unwrap().stage, stage);
	}
	assert_eq!(payment.next().await.unwrap(), None);
	let report = payment.credited().await.unwrap();
	let message = &report.messages[0];
	assert_eq!((message.value, message.to.clone()), (7, Some(scene.bob.account())));
	assert_eq!((message.outcome, message.sent), (Some(Outcome::Credited), Some(report.block)));
	assert_eq!(message.taken.as_ref().unwrap().chain, "shard 0/1");
	assert_eq!(scene.free(&scene.bob).await, received + 7);
	assert_eq!(scene.free(&scene.alice).await, paid - 7);
	assert_eq!(scene.zone.lock().paid(), [(7, 1)]);
	// Proofs are passed on, unverified.
	let proof = payment.prove(ProofLevel::Credited).await.unwrap();
	assert_eq!((proof.level, &proof.bytes[..]), (ProofLevel::Credited, &b"\"credited\""[..]));
	let id = payment.stage().unwrap().messages[0].id.clone();
	let shard = scene.network.client("shard 0/0").await.unwrap();
	assert_eq!(shard.rpc().prove_message(&id, ProofLevel::Credited).await.unwrap().bytes, [0xc4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_cannot_be_credited_is_returned() {
	let scene = Scene::new().await;
	scene.zone.lock().refuses.insert(scene.bob.account());
	let before = scene.free(&scene.alice).await;
	let mut payment = scene.network.pay(&scene.alice, &scene.bob, 7).await.unwrap();
	let error = payment.credited().await.unwrap_err();
	assert!(matches!(error, Error::Returned { .. }), "{error}");
	assert_eq!((error.units(), error.may_still_apply()), (std::slice::from_ref(payment.unit()), false));
	assert_eq!(payment.sealed().await.unwrap().stage, MessageStage::Returned);
	assert_eq!(payment.next().await.unwrap(), None);
	assert_eq!(scene.free(&scene.alice).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_read_at_their_shards_and_located_once() {
	let scene = Scene::new().await;
	for key in [&scene.alice, &scene.bob] {
		assert_eq!(scene.network.account(&key.account()).await.unwrap().unwrap().account, key.account());
	}
	let located = scene.zone.lock().located;
	scene.network.pay(&scene.neighbour, &scene.bob, 9).await.unwrap();
	assert_eq!(scene.zone.lock().located, located);
	let place = scene.network.locate(&scene.bob.account()).await.unwrap().unwrap();
	assert_eq!((&place.chain[..], place.tables), ("shard 0/1", TablesReport { first: 128, last: 255 }));
	let ledgers = scene.network.ledgers().await.unwrap();
	let chains: Vec<_> = ledgers.iter().map(|ledger| &ledger.chain[..]).collect();
	assert_eq!(chains, ["main", "shard 0/0", "shard 0/1"]);
	let shard = scene.network.client("shard 0/1").await.unwrap();
	assert_eq!(shard.info().await.unwrap().tables, (128, 255));
	assert_eq!(shard.rpc().zone_heads().await.unwrap().heads.len(), 2);
	assert!(matches!(scene.network.client("shard 7/7").await, Err(Error::NoLedger(_))));
	scene.hold(MessageStage::Final);
	scene.network.pay(&scene.alice, &scene.bob, 3).await.unwrap().finalized().await.unwrap();
	assert!(shard.rpc().lanes().await.unwrap().in_lanes >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_has_moved_pays_by_the_same_unit() {
	let mut scene = Scene::new().await;
	let unit = scene.unit(7).await;
	scene.zone.move_first().await;
	assert!(scene.network.account(&scene.alice.account()).await.unwrap().is_some());
	// The door is behind: it names the old shard for a while.
	scene.zone.lock().stale_answers = 2;
	let network = Network::connect_any(&[scene.zone.url()], options()).await.unwrap();
	let mut payment = network.send(unit.clone()).await.unwrap();
	assert_eq!((payment.chain(), payment.unit()), (Some("shard 0/2"), &unit));
	assert_eq!(stages(&mut payment).await.last(), Some(&MessageStage::Confirmed));
	let zone = scene.zone.lock();
	assert_eq!((zone.stale_answers, zone.paid()), (0, vec![(7, 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_waits_goes_along_with_its_account() {
	let mut scene = Scene::new().await;
	let first = scene.unit(1).await;
	let domain = scene.network.client("shard 0/0").await.unwrap().domain().to_owned();
	let second = UnitBuilder::new().transfer(&scene.bob, 2).after(&first).sign(&scene.alice, &domain).unwrap();
	let mut waits = scene.network.send(second).await.unwrap();
	assert_eq!(waits.report().status, UnitStatus::Future);
	scene.zone.move_first().await;
	let waiting = tokio::spawn(async move { waits.finalized().await.map(|_| waits) });
	tokio::time::sleep(Duration::from_millis(200)).await;
	scene.network.send(first).await.unwrap().finalized().await.unwrap();
	let mut waits = waiting.await.unwrap().unwrap();
	assert_eq!(waits.chain(), Some("shard 0/2"));
	assert_eq!(waits.credited().await.unwrap().messages[0].value, 2);
	assert_eq!(scene.zone.lock().paid(), [(1, 1), (2, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_no_shard_takes_comes_back_with_the_error() {
	let mut scene = Scene::new().await;
	let unit = scene.unit(7).await;
	scene.zone.move_first().await;
	scene.zone.lock().stale_answers = 9;
	let hasty = Network::connect_any(&[scene.zone.url()], ConnectOptions::without_reconnecting()).await.unwrap();
	let error = hasty.send(unit.clone()).await.err().unwrap();
	assert!(
		matches!(&error, Error::Unit { reason: Some(reason), .. } if reason.code == ReasonCode::Elsewhere),
		"{error}"
	);
	assert_eq!((error.units(), error.may_still_apply()), (std::slice::from_ref(&unit), true));
	scene.zone.lock().stale_answers = 0;
	let mut payment = hasty.send(unit).await.unwrap();
	assert_eq!(payment.credited().await.unwrap().messages[0].value, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_watched_on_after_a_cut() {
	let scene = Scene::new().await;
	let proxy = scene.proxy(1, Faults::default()).await;
	scene.hold(MessageStage::Sealed);
	let mut payment = scene.network.pay(&scene.alice, &scene.bob, 7).await.unwrap();
	payment.sealed().await.unwrap();
	let waiting = tokio::spawn(async move {
		payment.credited().await.unwrap();
	});
	tokio::time::sleep(Duration::from_millis(50)).await;
	proxy.refuse(true);
	proxy.cut();
	scene.hold(MessageStage::Confirmed);
	tokio::time::sleep(Duration::from_millis(500)).await;
	assert!(!waiting.is_finished());
	// The stages of the time without a connection are not lost: the newest one is asked for.
	proxy.refuse(false);
	timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_goes_on_later_if_its_node_stays_away() {
	let scene = Scene::new().await;
	let proxy = scene.proxy(1, Faults::default()).await;
	scene.hold(MessageStage::Sealed);
	let hasty = ConnectOptions { reconnect_for: Duration::from_millis(300), ..options() };
	let network = Network::connect_any(&[scene.zone.url()], hasty).await.unwrap();
	let mut payment = network.pay(&scene.alice, &scene.bob, 7).await.unwrap();
	payment.sealed().await.unwrap();
	proxy.refuse(true);
	proxy.cut();
	let error = payment.credited().await.unwrap_err();
	assert!(matches!(error, Error::Unfollowed { .. }) && error.is_connection(), "{error}");
	assert_eq!((error.units(), error.may_still_apply()), (std::slice::from_ref(payment.unit()), true));
	proxy.refuse(false);
	scene.hold(MessageStage::Confirmed);
	assert_eq!(payment.credited().await.unwrap().messages[0].value, 7);
	// The unit alone leads to the same stages, and to no second payment.
	let mut again = network.send(payment.unit().clone()).await.unwrap();
	assert_eq!(again.credited().await.unwrap().messages[0].value, 7);
	let mut resumed = network.resume(payment.hash()).await.unwrap();
	assert_eq!(resumed.sealed().await.unwrap().messages.len(), 1);
	assert_eq!(scene.zone.lock().paid(), [(7, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_payment_across_bad_connections_is_made_once() {
	let mut scene = Scene::new().await;
	let faults = Faults { cut: 200, stall: 50, delay: 1_000, repeat: 100, longest_delay: Duration::from_millis(20) };
	let _proxy = scene.proxy(1, faults).await;
	// Trying again is left to the caller.
	let impatient = ConnectOptions {
		connection_timeout: Duration::from_secs(1),
		request_timeout: Duration::from_secs(1),
		silence: Duration::from_millis(200),
		reconnect_for: Duration::ZERO,
		..Default::default()
	};
	let network = Network::connect_any(&[scene.zone.url()], impatient).await.unwrap();
	let amounts: Vec<_> = (1_000..1_060).collect();
	let mut sent_again = 0;
	for amount in &amounts {
		if *amount == 1_040 {
			scene.zone.move_first().await;
		}
		let to = if amount % 2 == 0 { &scene.bob } else { &scene.neighbour };
		let mut signed: Option<Unit> = None;
		loop {
			let sent = match signed.clone() {
				Some(unit) => network.send(unit).await,
				None => network.pay(&scene.alice, to, *amount).await,
			};
			let result = match sent {
				Ok(mut payment) => payment.finalized().await,
				Err(error) => Err(error),
			};
			match result {
				Ok(_) => break,
				Err(error) => signed = error.units().first().filter(|_| error.may_still_apply()).cloned(),
			}
			sent_again += usize::from(signed.is_some());
		}
	}
	println!("{sent_again} units were sent again");
	assert!(sent_again > 0, "no unit had to be sent again");
	let paid: Vec<_> = amounts.iter().map(|amount| (*amount, 1)).collect();
	assert_eq!(scene.zone.lock().paid(), paid);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_endpoint_and_the_next_door_are_tried() {
	let scene = Scene::new().await;
	let nowhere = "ws://127.0.0.1:1".to_owned();
	scene.zone.lock().shards[0].endpoints.insert(0, nowhere.clone());
	let network = Network::connect_any(&[nowhere, scene.zone.url()], options()).await.unwrap();
	assert_eq!(network.door().url().await, scene.zone.url());
	assert!(network.account(&scene.alice.account()).await.unwrap().is_some());
	assert!(matches!(Network::connect_any(&[] as &[&str], options()).await, Err(Error::NoAddress)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_runs_alone_is_a_network_of_one() {
	let alice = Keypair::from_uri("//Alice").unwrap();
	let node = TestNode::start(1, 1_000, [(alice.account(), 1 << 60)]).await;
	let network = Network::connect(&node.url()).await.unwrap();
	let mut payment = network.pay(&alice, &AccountId::new([2; 32]), 4).await.unwrap();
	assert_eq!(stages(&mut payment).await, [MessageStage::Final]);
	assert_eq!(payment.chain(), None);
	assert_eq!(payment.credited().await.unwrap().stage, MessageStage::Final);
	assert!(matches!(payment.sealed().await, Err(Error::Unfollowed { .. })));
	assert!(network.account(&alice.account()).await.unwrap().is_some());
	assert_eq!(network.locate(&alice.account()).await.unwrap(), None);
	let genesis = node.ledger.lock().unwrap().chain.domain.genesis;
	assert_eq!(network.ledgers().await.unwrap()[0].genesis, genesis);
	assert_eq!(network.resume(payment.hash()).await.unwrap().hash(), payment.hash());
}
