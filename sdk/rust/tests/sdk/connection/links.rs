//! Links that break, stall, or lead elsewhere.

use super::node::{domain, TestNode};
use bad_connection::{Faults, Proxy};
use std::{
	sync::atomic::Ordering::Relaxed,
	time::{Duration, Instant},
};
use top_sdk::{
	reports::{ReasonCode, UnitStatus},
	Client, ConnectOptions, Domain, Error, Hash, Keypair, Unit, UnitBuilder,
};

/// Longest time in which a client notices that nothing arrives: twice [`ConnectOptions::silence`], and a new connection.
const BOUND: Duration = Duration::from_secs(4);

fn options() -> ConnectOptions {
	ConnectOptions { silence: Duration::from_millis(500), reconnect_for: Duration::from_secs(20), ..Default::default() }
}

struct Scene {
	node: TestNode,
	proxy: Proxy,
	alice: Keypair,
	/// A client behind the proxy.
	top: Client,
	/// A client of the node itself.
	direct: Client,
}

impl Scene {
	async fn new() -> Self {
		let alice = Keypair::from_uri("//Alice").unwrap();
		let node = TestNode::start(1, 1_000, [(alice.account(), 1 << 60)]).await;
		let proxy = Proxy::start(node.address, Faults::default(), 1).await;
		let top = Client::connect_with(&proxy.url(), options()).await.unwrap();
		let direct = Client::connect(&node.url()).await.unwrap();
		Self { node, proxy, alice, top, direct }
	}

	/// Returns two consecutive units. The second waits until the first one arrives.
	async fn pair(&self) -> (Unit, Unit) {
		let first = self.direct.next_unit(&self.alice.account()).await.unwrap().transfer(&self.alice, 1);
		let first = first.sign(&self.alice, self.top.domain()).unwrap();
		let second = UnitBuilder::new().transfer(&self.alice, 2).after(&first);
		assert_ne!(first.body.valid_until, 0);
		let second = second.sign(&self.alice, self.top.domain()).unwrap();
		assert_eq!(second.body.valid_until, first.body.valid_until);
		(first, second)
	}

	fn connections(&self) -> usize {
		self.proxy.counts().connections.load(Relaxed)
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_link_is_noticed_and_the_watch_goes_on() {
	let scene = Scene::new().await;
	let (first, second) = scene.pair().await;
	let payment = scene.top.send(second.clone()).await.unwrap();
	assert_eq!(payment.report().status, UnitStatus::Future);
	scene.proxy.stall(true);
	let began = Instant::now();
	let waiting = tokio::spawn(payment.finalized());
	// Connections that were caught once stay stalled. Later ones pass.
	tokio::time::sleep(Duration::from_millis(300)).await;
	scene.proxy.stall(false);
	scene.direct.send(first).await.unwrap().finalized().await.unwrap();
	let receipt = tokio::time::timeout(BOUND, waiting).await.expect("the stalled link is noticed").unwrap().unwrap();
	println!("noticed and final after {:?}", began.elapsed());
	assert_eq!(receipt.unit, second);
	assert_eq!(scene.connections(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_cut_and_refused_for_a_while_comes_back() {
	let scene = Scene::new().await;
	let (first, second) = scene.pair().await;
	let payment = scene.top.send(second.clone()).await.unwrap();
	scene.proxy.refuse(true);
	scene.proxy.cut();
	let waiting = tokio::spawn(payment.finalized());
	let top = scene.top.clone();
	let call = tokio::spawn(async move { top.info().await });
	scene.direct.send(first).await.unwrap().finalized().await.unwrap();
	tokio::time::sleep(Duration::from_secs(1)).await;
	assert!(!waiting.is_finished() && !call.is_finished());
	scene.proxy.refuse(false);
	assert_eq!(waiting.await.unwrap().unwrap().unit, second);
	call.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_wait_for_a_stalled_node_fail_together() {
	let scene = Scene::new().await;
	let options = ConnectOptions {
		connection_timeout: Duration::from_millis(300),
		reconnect_for: Duration::from_millis(500),
		..options()
	};
	let top = Client::connect_with(&scene.proxy.url(), options).await.unwrap();
	scene.proxy.stall(true);
	scene.proxy.cut();
	let began = Instant::now();
	let calls = (0..100).map(|_| top.info());
	assert!(futures::future::join_all(calls).await.iter().all(Result::is_err));
	assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_watched_by_its_hash_after_a_restart_of_the_program() {
	let scene = Scene::new().await;
	let (first, second) = scene.pair().await;
	let hash = second.hash();
	drop(scene.top.send(second.clone()).await.unwrap());
	let restarted = Client::connect_with(&scene.proxy.url(), options()).await.unwrap();
	let resumed = restarted.resume(hash).await.unwrap();
	assert_eq!((resumed.unit(), resumed.report().status), (&second, UnitStatus::Future));
	scene.direct.send(first).await.unwrap();
	assert_eq!(resumed.finalized().await.unwrap().unit, second);
	// Also when it is final already, and not when no node has it.
	assert_eq!(restarted.resume(hash).await.unwrap().finalized().await.unwrap().unit, second);
	let hasty = Client::connect_with(&scene.node.url(), ConnectOptions::without_reconnecting()).await.unwrap();
	assert!(matches!(hasty.resume(Hash::zero()).await, Err(Error::Unknown { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_does_not_go_on_with_another_ledger() {
	let scene = Scene::new().await;
	let (_, waits) = scene.pair().await;
	let payment = scene.top.send(waits.clone()).await.unwrap();
	let other = TestNode::start(2, 1_000, [(scene.alice.account(), 1 << 60)]).await;
	scene.proxy.lead_to(other.address);
	scene.proxy.cut();
	let error = payment.finalized().await.unwrap_err();
	assert!(matches!(error.cause(), Error::OtherLedger { .. }), "{error}");
	assert_eq!(error.units(), [waits]);
	let error = scene.top.account(&scene.alice.account()).await.unwrap_err();
	assert!(matches!(error, Error::OtherLedger { .. }), "{error}");

	let genesis = Some(scene.node.ledger.lock().unwrap().chain.domain.genesis);
	let domain = Some(domain(1));
	for (options, is_expected) in [
		(ConnectOptions { genesis, domain, ..Default::default() }, true),
		(ConnectOptions { genesis: Some(Hash::zero()), ..Default::default() }, false),
		(ConnectOptions { domain: Some(Domain::default()), ..Default::default() }, false),
	] {
		match Client::connect_with(&scene.node.url(), options).await {
			Ok(_) => assert!(is_expected),
			Err(error) => assert!(!is_expected && matches!(error, Error::OtherLedger { .. }), "{error}"),
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applied_unit_is_final_for_its_caller_though_the_index_lags_or_is_missing() {
	let scene = Scene::new().await;
	let (first, second) = scene.pair().await;
	scene.direct.send(first.clone()).await.unwrap().finalized().await.unwrap();
	scene.node.ledger.lock().unwrap().index_lag = 40;
	// The node reports the height of the applied unit as passed. The client asks what took it.
	let began = Instant::now();
	let payment = scene.top.send(first.clone()).await.unwrap();
	assert_eq!(payment.report().status, UnitStatus::Final);
	assert_eq!(payment.finalized().await.unwrap().unit, first);
	println!("final, with a receipt after {:?}", began.elapsed());

	scene.node.ledger.lock().unwrap().without_index = true;
	let hasty = Client::connect_with(&scene.node.url(), ConnectOptions::without_reconnecting()).await.unwrap();
	let error = hasty.send(first.clone()).await.unwrap().finalized().await.unwrap_err();
	assert!(matches!(&error, Error::NoReceipt(hash) if *hash == first.hash()), "{error}");

	// Another unit took the height.
	let rival = UnitBuilder::new().transfer(&scene.alice, 7).at(first.body.height, first.body.parent);
	let rival = rival.sign(&scene.alice, scene.top.domain()).unwrap();
	let error = scene.top.send(rival.clone()).await.err().unwrap();
	assert!(matches!(&error, Error::Unit { reason: Some(reason), .. } if reason.code == ReasonCode::Height), "{error}");
	assert!(!error.may_still_apply() && error.units() == [rival.clone()]);

	// A unit followed it, and there is no index: the node cannot tell which one took the height, so it is not settled.
	scene.direct.send(second).await.unwrap().in_block().await.unwrap();
	let error = hasty.send(rival).await.err().unwrap();
	assert!(error.may_still_apply(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_expired_never_applies() {
	let scene = Scene::new().await;
	let newest = scene.node.ledger.lock().unwrap().chain.newest();
	let (_, mut waits) = scene.pair().await;
	waits.body.valid_until = newest + 60;
	waits.signature = scene.alice.sign(&waits.body.signing_payload(scene.top.domain()));
	let error = scene.top.send(waits.clone()).await.unwrap().finalized().await.unwrap_err();
	assert!(
		matches!(&error, Error::Unit { reason: Some(reason), .. } if reason.code == ReasonCode::Expired),
		"{error}"
	);
	assert!(!error.may_still_apply());
	assert!(!scene.node.ledger.lock().unwrap().applied.contains_key(&waits.hash()));
}
