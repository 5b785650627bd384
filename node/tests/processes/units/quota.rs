//! Quotas: an exhausted share, the time at which it suffices again, and the gain of splitting one owner into many
//! accounts.
//!
//! The rules of this genesis make both measurable in seconds. An exhausted share of some thousands of units has room
//! for one more every few seconds, and one percent of a block is free.

use crate::{
	support::{block_on, turn},
	units::{
		accounts::{account, chain_spec, payers, Payer},
		figures::{rate, seconds, Figures},
		scene::{now_ms, Scene},
	},
};
use codec::Encode;
use futures::{future::join_all, StreamExt};
use serde_json::json;
use std::{
	collections::{BTreeMap, HashSet, VecDeque},
	time::{Duration, Instant},
};
use top_node::chain_spec::Preset;
use top_sdk::{
	reports::{InfoReport, ReasonCode, UnitReport, UnitStatus},
	AccountId, Balance, Client, RpcClient, Unit, UnitBuilder, UnitHash, Watch, TOP,
};
use tp_lattice::{decode_batch, find_batch};

const BALANCE: Balance = 10_000 * TOP;
/// Amount of a unit.
const AMOUNT: Balance = TOP / 1_000;
/// A day's free share, in picoseconds: with the burst of an empty ledger, 2.4 s, or some 17,000 small units. So the
/// cost of a small unit fades in some 5 s.
const FREE_COMPUTE: u64 = 600_000_000_000;
/// Bytes are never the limit here.
const FREE_BYTES: u64 = 64 * 1024 * 1024;
/// Free part of a block, in percent of its 2 s and 5 MiB.
const BLOCK_FREE: u64 = 1;
const BLOCK_COMPUTE: u64 = 2_000_000_000_000;
const BLOCK_BYTES: u64 = 5 * 1024 * 1024;
/// Operations of a large unit.
const MANY: usize = 16;
/// Units in the pool at a time. The maximum of an account is 256.
const WAITING: usize = 200;
/// Large units of the last part of the share, sent in ever smaller groups. After fuller blocks shares are worth less,
/// and larger groups would be refused.
const RESERVE: usize = 84;
const FEW: usize = 8;
/// How long exhausting a share may take.
const USE_UP_TIMEOUT: Duration = Duration::from_secs(90);
/// Maximum wait of a refusal: with a longer one, the rules above do not serve the test. Without a burst the cost of a small
/// unit regrows in some 20 s.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// Numbers of accounts of the splits.
const SPLITS: [u32; 3] = [1, 10, 100];
/// Units of each split in total.
const SPLIT_UNITS: usize = 1_500;

#[test]
#[ignore = "measures against the clock: run it on a machine that does nothing else, by `make units`"]
fn a_used_share_regrows_on_time_and_splitting_wins_nothing() {
	let _turn = turn::alone();
	let rules = json!({
		"free": { "compute": FREE_COMPUTE, "bytes": FREE_BYTES, "state": FREE_BYTES },
		"perStakeUnit": { "compute": 0, "bytes": 0, "state": 0 },
		"stakeUnit": 0,
		"fullBalance": 0,
		"blockFree": BLOCK_FREE,
		"sustained": { "compute": 20 * BLOCK_COMPUTE, "bytes": 20 * BLOCK_BYTES, "state": FREE_BYTES },
	});
	let accounts = 1 + SPLITS.iter().sum::<u32>();
	let changes = json!({ "quota": { "rules": rules } });
	let spec = chain_spec(Preset::ShardDev, &[(0..accounts, BALANCE)], changes);
	let mut scene = Scene::start(spec, 1, 0);
	let mut figures = Figures::of("quota");
	block_on(async {
		scene.come_up().await;
		let (client, rpc) = (scene.client(0).await, scene.rpc(0).await);
		let info = client.info().await.unwrap();
		let user = use_up(&scene, &client, &info, &mut figures).await;
		wait_for_quota(&scene, &client, user, &mut figures).await;
		split(&scene, &client, &rpc, &info, &mut figures).await;
	});
	scene.assert_sound();
	figures.print();
}

fn cost(info: &InfoReport, operations: usize) -> u64 {
	info.compute_per_unit + info.compute_per_operation * operations as u64
}

fn unit_of(operations: usize, dest: &AccountId) -> UnitBuilder {
	(0..operations).fold(UnitBuilder::new(), |unit, _| unit.transfer(dest, AMOUNT))
}

/// Uses an account's share until no unit fits.
async fn use_up(scene: &Scene, client: &Client, info: &InfoReport, figures: &mut Figures) -> Payer {
	let (mut user, dest) = (Payer::of_genesis(0), account(1));
	let (large, small) = (cost(info, MANY), cost(info, 1));
	let started = Instant::now();
	let (mut count, mut counts) = (WAITING, [0, 0]);
	loop {
		assert!(started.elapsed() < USE_UP_TIMEOUT, "the share is not used up: {counts:?}");
		let quota = client.account(&user.id).await.unwrap().unwrap().quota.expect("this ledger meters use");
		let left = quota.share.compute.saturating_sub(quota.used.compute);
		let (operations, fit) = if left >= large { (MANY, left / large) } else { (1, left / small) };
		if fit == 0 {
			assert!(quota.used.compute > quota.share.compute * 9 / 10, "the share was not used");
			let percent = quota.share.compute as f64 * 100.0 / FREE_COMPUTE as f64;
			let share = quota.share.compute as f64 / 1e12;
			figures.add("a day's share", format!("{share:.2} s of computation, lent to {percent:.0} %"));
			break;
		}
		let fit = usize::try_from(fit).unwrap();
		if fit > 2 * RESERVE {
			count = WAITING.min(fit - RESERVE);
		} else {
			count = count.min(FEW).min(fit);
		}
		let sent: Vec<Unit> = (0..count).map(|_| user.sign(unit_of(operations, &dest), &scene.domain)).collect();
		until_final(client, &sent).await;
		counts[usize::from(operations == 1)] += count;
	}
	let told =
		format!("{} units of {MANY} operations, {} of one, in {}", counts[0], counts[1], seconds(started.elapsed()));
	figures.add("used up by", told);
	user
}

async fn until_final(client: &Client, units: &[Unit]) {
	drain(client.submit_and_watch(units).await.unwrap()).await;
}

async fn submit(client: &Client, unit: &Unit) -> UnitReport {
	client.submit(std::slice::from_ref(unit)).await.unwrap().remove(0)
}

/// Checks that one more unit is refused, and accepted at the stated time.
async fn wait_for_quota(scene: &Scene, client: &Client, mut user: Payer, figures: &mut Figures) {
	let before = user.clone();
	let unit = user.pay(&account(1), AMOUNT, &scene.domain);
	let refused_at = |report: &UnitReport| {
		assert_eq!(report.status, UnitStatus::Invalid, "{report:?}");
		let reason = report.reason.as_ref().expect("a refusal has a reason");
		assert_eq!(reason.code, ReasonCode::Quota, "{report:?}");
		reason.retry_at.expect("it is a matter of time")
	};
	let retry_at = refused_at(&submit(client, &unit).await);
	let wait = Duration::from_millis(retry_at.saturating_sub(now_ms()));
	assert!(wait > Duration::ZERO && wait < MAX_WAIT, "to wait {wait:?}");
	figures.add("one unit more: refused by quota, may come again after", seconds(wait));

	// A watch reports the same.
	let mut watch = client.submit_and_watch(std::slice::from_ref(&unit)).await.unwrap();
	let told = watch.next().await.unwrap().unwrap();
	assert!(refused_at(&told).abs_diff(retry_at) < 100, "{told:?}");

	// After half of the wait it is too early, unless an idle block has made shares worth more.
	let share = client.account(&before.id).await.unwrap().unwrap().quota.map(|quota| quota.share);
	tokio::time::sleep(wait / 2).await;
	let account = client.account(&before.id).await.unwrap().unwrap();
	if account.quota.map(|quota| quota.share) == share {
		refused_at(&submit(client, &unit).await);
		figures.add("half-way", "refused still");
	}
	assert_eq!((account.height, account.head), (before.height, before.head));

	tokio::time::sleep(Duration::from_millis(retry_at.saturating_sub(now_ms()) + 1)).await;
	let sent = Instant::now();
	let receipt = client.send(unit.clone()).await.unwrap().finalized().await.unwrap();
	assert_eq!(receipt.unit, unit);
	figures.add("the same unit at that time: final after", seconds(sent.elapsed()));
}

/// Counts the units that a block takes of 1, 10 and 100 accounts.
async fn split(scene: &Scene, client: &Client, rpc: &RpcClient, info: &InfoReport, figures: &mut Figures) {
	let mut first = 1;
	let mut bytes = 0;
	for accounts in SPLITS {
		let mut owned = payers(first..first + accounts);
		let dest = account(first);
		first += accounts;
		let each = SPLIT_UNITS / owned.len();
		let before = rpc.finalized_height().await.unwrap();
		let started = Instant::now();
		let chains = owned.iter_mut().map(|payer| {
			let units: Vec<Unit> = (0..each).map(|_| payer.pay(&dest, AMOUNT, &scene.domain)).collect();
			bytes = units[0].encoded_size() as u64;
			send_chain(client, units)
		});
		join_all(chains).await;
		let took = started.elapsed();

		let cap = (BLOCK_COMPUTE * BLOCK_FREE / 100 / cost(info, 1)).min(BLOCK_BYTES * BLOCK_FREE / 100 / bytes);
		let taken = units_of_blocks(rpc, before + 1).await;
		assert_eq!(taken.values().sum::<usize>(), SPLIT_UNITS, "{accounts} accounts");
		let fullest = taken.values().max().copied().unwrap_or_default() as u64;
		assert!(fullest <= cap, "a block has {fullest} units of {accounts} accounts, and {cap} are free");
		assert!(fullest * 10 >= cap * 9, "no block took what is free: {fullest} of {cap}");
		figures.add(
			format!("{accounts} accounts: units of the fullest block, of a block, a second"),
			format!(
				"{fullest} of {cap}, {:.0}, {} ({} blocks)",
				SPLIT_UNITS as f64 / taken.len() as f64,
				rate(SPLIT_UNITS, took),
				taken.len()
			),
		);
	}
}

/// Sends the chain of one account so that the pool always holds some of its units.
async fn send_chain(client: &Client, units: Vec<Unit>) {
	let mut waiting = VecDeque::<Watch>::new();
	for units in units.chunks(WAITING / 2) {
		if waiting.len() == 2 {
			drain(waiting.pop_front().expect("there are two; qed")).await;
		}
		let mut watch = client.submit_and_watch(units).await.unwrap();
		// The next units must not overtake these.
		let mut taken = HashSet::new();
		while taken.len() < units.len() {
			taken.insert(expect_good(watch.next().await.unwrap().unwrap()));
		}
		waiting.push_back(watch);
	}
	for watch in waiting {
		drain(watch).await;
	}
}

async fn drain(mut watch: Watch) {
	while let Some(report) = watch.next().await {
		expect_good(report.unwrap());
	}
}

fn expect_good(report: UnitReport) -> UnitHash {
	assert!(!report.status.is_end() || report.status == UnitStatus::Final, "{report:?}");
	report.hash
}

/// Returns the number of units of each block from a height on that has any.
async fn units_of_blocks(rpc: &RpcClient, first: u32) -> BTreeMap<u32, usize> {
	let mut counts = BTreeMap::new();
	for height in first..=rpc.finalized_height().await.unwrap() {
		let block = rpc.block(rpc.block_hash(height).await.unwrap()).await.unwrap().block;
		let batch = find_batch(block.extrinsics.iter().map(|extrinsic| extrinsic.inner()));
		if let Some(batch) = batch {
			counts.insert(height, decode_batch(batch).unwrap().units().len());
		}
	}
	counts
}
