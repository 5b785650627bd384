//! A node without keys that starts late and is isolated for a while; and, at this node, both lanes of one account.

use crate::{
	support::{block_on, turn},
	units::{
		accounts::{account, chain_spec, payers, Payer},
		figures::{rate, seconds, Figures},
		proofs::Proofs,
		scene::{comes_true, Scene},
		senders::{send_all, Manner},
		size, two_lanes,
	},
};
use codec::{DecodeAll, Encode};
use futures::future::join_all;
use serde_json::json;
use std::time::{Duration, Instant};
use top_node::chain_spec::Preset;
use top_sdk::{
	reports::{UnitStatus, MAX_CHAINED_UNITS},
	Balance, Client, Unit, UnitHash, TOP,
};

const VALIDATORS: usize = 4;
/// The late node.
const FOLLOWER: usize = 4;
const BALANCE: Balance = 100 * TOP;
/// Units of each account: more than one page of its chain.
const EACH: u32 = MAX_CHAINED_UNITS + 20;
/// Seconds of a day. A new account has used its free share of a day, and what comes back in a second here, 100 ms of
/// computation, is enough for dozens of transactions.
const DAY_S: u64 = 86_400;
/// How long the follower may take to get all blocks, and then to index them.
const SYNC_TIMEOUT: Duration = Duration::from_secs(120);
const INDEX_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a unit or an extrinsic may take to become final.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a unit may take after the start of all validators.
const BACK: Duration = Duration::from_secs(60);
/// Questions under way at a time.
const AT_ONCE: usize = 64;
/// One unit of this number is proved.
const PROVED: usize = 10;

#[test]
fn a_late_follower_has_all_units_and_forwards_new_ones() {
	let _turn = turn::alone();
	let accounts: u32 = size(20, 200);
	let free = json!({ "compute": DAY_S * 100_000_000_000, "bytes": DAY_S * 100_000, "state": DAY_S * 10_000 });
	let changes = json!({ "quota": { "rules": { "free": free } } });
	let spec = chain_spec(Preset::ShardLocal, &[(0..accounts + 2, BALANCE)], changes);
	let mut scene = Scene::start(spec, VALIDATORS.try_into().unwrap(), 1);
	let mut figures = Figures::of("follower");
	block_on(async {
		scene.come_up().await;
		let mut payers = payers(0..accounts);
		let old = make_history(&scene, &mut payers, &mut figures).await;
		let history = scene.level(VALIDATORS).await;

		let started = Instant::now();
		scene.node_mut(FOLLOWER).start().unwrap();
		scene.node_mut(FOLLOWER).wait_for_height(history, SYNC_TIMEOUT).await.unwrap();
		figures.add("synced", format!("{history} blocks in {} from its start", seconds(started.elapsed())));
		let client = scene.client(FOLLOWER).await;
		ask_for_history(&scene, &client, &old, &payers, &mut figures).await;

		// New units, over the follower's RPC.
		let mut latencies = Vec::new();
		for payer in payers.iter_mut().take(10) {
			let unit = payer.pay(&account(accounts), TOP, &scene.domain);
			let sent = Instant::now();
			let receipt = client.send(unit.clone()).await.unwrap().finalized();
			let receipt = tokio::time::timeout(PATIENCE, receipt).await.expect("a unit is forwarded").unwrap();
			assert_eq!(receipt.unit, unit);
			latencies.push(sent.elapsed());
		}
		figures.add("units handed to it, final after (min / median / max)", crate::support::spread(&latencies));
		two_lanes::share_one_sequence(&scene, &client, FOLLOWER, accounts + 1, &mut figures).await;
		cut_off(&mut scene, &client, &mut payers[0], &mut figures).await;
	});
	scene.assert_sound();
	figures.print();
}

/// Makes units of all accounts final on the validators.
async fn make_history(scene: &Scene, payers: &mut [Payer], figures: &mut Figures) -> Vec<Unit> {
	let dest = account(u32::try_from(payers.len()).unwrap());
	let lists: Vec<Vec<Unit>> =
		payers.iter_mut().map(|payer| (0..EACH).map(|_| payer.pay(&dest, TOP / 10, &scene.domain)).collect()).collect();
	let manner = Manner { urls: scene.urls(VALIDATORS), batch: 20, pause: Duration::from_millis(50), nodes_die: false };
	let old: Vec<Unit> = lists.iter().flatten().cloned().collect();
	let started = Instant::now();
	send_all(lists, manner).await.assert_all_final(old.len());
	figures.add("units before its start", format!("{}, final in {}", old.len(), seconds(started.elapsed())));
	old
}

/// Queries the follower for every old unit, for receipts, and for the accounts' chains.
async fn ask_for_history(scene: &Scene, client: &Client, old: &[Unit], payers: &[Payer], figures: &mut Figures) {
	let newest = old.last().map(Unit::hash).unwrap();
	// The last unit of an account is in one of the last blocks.
	let index = comes_true("the index of the follower", INDEX_TIMEOUT, || async {
		let of_accounts = payers.iter().map(|payer| client.unit(payer.head));
		join_all(of_accounts).await.into_iter().all(|found| found.unwrap().is_some())
	})
	.await;
	figures.add("its index had the newest units after", seconds(index));
	assert!(client.unit(newest).await.unwrap().is_some());

	let asking = Instant::now();
	for units in old.chunks(AT_ONCE) {
		let found = join_all(units.iter().map(|unit| client.unit(unit.hash()))).await;
		for (unit, found) in units.iter().zip(found) {
			let found = found.unwrap().unwrap_or_else(|| panic!("the follower does not know {:?}", unit.hash()));
			assert_eq!((found.report.status, &found.unit.0), (UnitStatus::Final, &unit.encode()));
		}
	}
	figures.add("old units found", format!("{}, {}", old.len(), rate(old.len(), asking.elapsed())));

	let (validator, rpc) = (scene.client(0).await, scene.rpc(0).await);
	let mut proofs = Proofs::of(&validator, &rpc).await;
	proofs.follow(&rpc).await;
	let proving: Vec<UnitHash> = old.iter().step_by(PROVED).map(Unit::hash).collect();
	let asking = Instant::now();
	for hash in &proving {
		let receipt = client.prove(*hash).await.unwrap();
		proofs.check(hash, &receipt.encode());
		assert!(client.verify(&receipt).await.unwrap().valid, "the follower takes its own receipt for none");
	}
	figures.add("old units proved", format!("{}, {}", proving.len(), rate(proving.len(), asking.elapsed())));

	for payer in payers {
		let first = client.units(&payer.id, None, Some(MAX_CHAINED_UNITS)).await.unwrap();
		let lowest = first.last().map(|unit| unit.height);
		let second = client.units(&payer.id, lowest, Some(MAX_CHAINED_UNITS)).await.unwrap();
		let chain: Vec<_> = first.iter().chain(&second).collect();
		assert_eq!(chain.len(), EACH as usize);
		let heights: Vec<u32> = chain.iter().map(|unit| unit.height).collect();
		assert_eq!(heights, (0..EACH).rev().collect::<Vec<_>>());
		let mut head = payer.head;
		for link in &chain {
			assert_eq!(link.hash, head, "the chain of {} is torn at {}", payer.id, link.height);
			head = Unit::decode_all(&mut &link.unit[..]).unwrap().body.parent;
		}
	}
	figures.add("chains whole", format!("{} of {EACH} units", payers.len()));
}

/// Submits a unit to the follower while no other node runs: it sends the unit to later peers.
async fn cut_off(scene: &mut Scene, client: &Client, payer: &mut Payer, figures: &mut Figures) {
	for node in 0..VALIDATORS {
		scene.node_mut(node).kill().unwrap();
	}
	let unit = payer.pay(&account(0), TOP / 100, &scene.domain);
	let receipt = client.send(unit.clone()).await.unwrap().finalized();
	// Long enough that the follower does not send it for the first time when they are back.
	tokio::time::sleep(Duration::from_secs(2)).await;
	let started = Instant::now();
	for node in 0..VALIDATORS {
		scene.node_mut(node).start().unwrap();
	}
	let receipt = tokio::time::timeout(BACK, receipt).await.expect("a unit is sent again").unwrap();
	assert_eq!(receipt.unit, unit);
	figures.add("a unit taken while cut off, final after the validators' start", seconds(started.elapsed()));
}
