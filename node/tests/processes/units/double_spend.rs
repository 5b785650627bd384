//! Two units for one place of an account's chain, submitted to two validators at the same moment.

use crate::{
	support::{block_on, invariants::Follower, turn},
	units::{
		accounts::{account, payers},
		books::Books,
		figures::{rate, seconds, Figures},
		proofs::Proofs,
		scene::Scene,
		size,
	},
};
use futures::{future::join_all, StreamExt};
use std::{
	collections::{BTreeMap, HashMap},
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{sync::Barrier, task::JoinSet};
use top_sdk::{
	reports::{UnitReport, UnitStatus},
	Balance, Client, Unit, UnitHash, TOP,
};

const VALIDATORS: usize = 4;
/// Units of one call.
const BATCH: usize = 100;
/// Balance of an account, and amount of each of its two units: the balance covers one.
const BALANCE: Balance = 10 * TOP;
const AMOUNT: Balance = 9 * TOP;
/// How long all senders may wait for the end of their units.
const PATIENCE: Duration = Duration::from_secs(120);
/// Maximum number of concurrent queries.
const AT_ONCE: usize = 64;

/// Two units of which one can apply.
struct Pair {
	units: [Unit; 2],
	/// The validators that get them.
	nodes: [usize; 2],
}

#[test]
fn of_two_units_for_one_place_one_is_final_everywhere() {
	let _turn = turn::alone();
	let pairs: u32 = size(2_000, 10_000);
	let mut scene = Scene::of_accounts(0..pairs, BALANCE, 0);
	let mut figures = Figures::of("double spend");
	block_on(async {
		scene.come_up().await;
		let pairs = conflicts(pairs, &scene);
		let started = Instant::now();
		let told = throw(&scene, &pairs).await;
		figures.add("pairs", format!("{}, ended after {}", pairs.len(), seconds(started.elapsed())));
		let winners = judge(&pairs, &told, &mut figures);

		let newest = scene.level(VALIDATORS).await;
		let asking = Instant::now();
		let mut blocks = Vec::new();
		for node in 0..VALIDATORS {
			blocks.push(ask_about(&scene.client(node).await, &pairs, &winners).await);
		}
		assert!(blocks.iter().all(|of_node| *of_node == blocks[0]), "two validators have different winners");
		let questions = pairs.len() * 3 * VALIDATORS;
		figures
			.add("the same on all validators", format!("{questions} questions, {}", rate(questions, asking.elapsed())));

		let (client, rpc) = (scene.client(0).await, scene.rpc(0).await);
		let mut proofs = Proofs::of(&client, &rpc).await;
		proofs.follow(&rpc).await;
		for (winner, report) in winners.iter().map(|winner| (winner, &told[winner])) {
			proofs.check(winner, report.receipt.as_ref().expect("receipts were asked for"));
		}
		figures.add("winners' receipts right", winners.len());
		let books = Books::read(&rpc, Some(rpc.block_hash(newest).await.unwrap())).await;
		books.assert_balanced();
		Follower::of_shard(&rpc).check(rpc.block_hash(newest).await.unwrap()).await;
		for (pair, winner) in pairs.iter().zip(&winners) {
			let account = books.of(&pair.units[0].body.account);
			assert_eq!((account.nonce, account.data.unit_head), (1, *winner));
			assert_eq!(account.data.free, BALANCE - AMOUNT);
		}
	});
	scene.assert_sound();
	figures.print();
}

/// Makes a pair for each account: same height and parent, different destinations. Each two validators get an equal
/// share of the pairs.
fn conflicts(count: u32, scene: &Scene) -> Vec<Pair> {
	let mut pairs = Vec::new();
	for (number, payer) in (0..).zip(payers(0..count)) {
		let dests = [account(2 * count + number), account(3 * count + number)];
		let units = dests.map(|dest| payer.clone().pay(&dest, AMOUNT, &scene.domain));
		let number = number as usize;
		let first = number % VALIDATORS;
		let second = (first + 1 + number / VALIDATORS % (VALIDATORS - 1)) % VALIDATORS;
		pairs.push(Pair { units, nodes: [first, second] });
	}
	pairs
}

/// Submits all units at the same moment; returns the end of each.
async fn throw(scene: &Scene, pairs: &[Pair]) -> HashMap<UnitHash, UnitReport> {
	let mut calls: Vec<(usize, Vec<Unit>)> = Vec::new();
	for chunk in pairs.chunks(BATCH) {
		for node in 0..VALIDATORS {
			let of_node = |pair: &Pair| {
				(0..2).filter(|side| pair.nodes[*side] == node).map(|side| pair.units[side].clone()).collect::<Vec<_>>()
			};
			calls.push((node, chunk.iter().flat_map(of_node).collect()));
		}
	}
	let start = Arc::new(Barrier::new(calls.len()));
	let mut tasks = JoinSet::new();
	for (node, units) in calls {
		let (client, start) = (scene.client(node).await, start.clone());
		tasks.spawn(async move {
			start.wait().await;
			let mut watch = client.submit_and_watch(&units).await.unwrap();
			let mut ends = Vec::new();
			while let Some(report) = watch.next().await {
				let report = report.unwrap();
				if report.status.is_end() {
					ends.push(report);
				}
			}
			assert_eq!(ends.len(), units.len(), "each unit has one reported end");
			ends
		});
	}
	let mut told = HashMap::new();
	let all = async {
		while let Some(ends) = tasks.join_next().await {
			for report in ends.unwrap() {
				let hash = report.hash;
				assert!(told.insert(hash, report).is_none(), "{hash:?} has two ends");
			}
		}
	};
	tokio::time::timeout(PATIENCE, all).await.expect("all units come to their end");
	told
}

/// Checks that one unit of each pair is final and the other's sender gets the reason. Returns the winners.
fn judge(pairs: &[Pair], told: &HashMap<UnitHash, UnitReport>, figures: &mut Figures) -> Vec<UnitHash> {
	let (mut winners, mut losers) = (Vec::new(), BTreeMap::<String, usize>::new());
	let mut wins = [0; 2];
	for pair in pairs {
		let [one, two] = [0, 1].map(|side: usize| &told[&pair.units[side].hash()]);
		let (side, loser) = match (one.status, two.status) {
			(UnitStatus::Final, UnitStatus::Final) => panic!("both are final: {one:?}, {two:?}"),
			(UnitStatus::Final, _) => (0, two),
			(_, UnitStatus::Final) => (1, one),
			_ => panic!("neither is final: {one:?}, {two:?}"),
		};
		wins[side] += 1;
		winners.push(pair.units[side].hash());
		let end = match (&loser.status, &loser.reason) {
			(UnitStatus::Usurped, _) => "usurped".into(),
			(UnitStatus::Dropped | UnitStatus::Invalid, Some(reason)) => {
				let code = serde_json::to_value(&reason.code).unwrap();
				let code = code.as_str().unwrap().to_owned();
				// Refused because the other is ready here, or is final already.
				assert!(["conflict", "height"].contains(&code.as_str()), "{loser:?}");
				code
			},
			_ => panic!("its sender gets no reason: {loser:?}"),
		};
		*losers.entry(end).or_default() += 1;
	}
	figures.add("won: the first, the second of the pair", format!("{}, {}", wins[0], wins[1]));
	figures.add("reports of the losers", format!("{losers:?}"));
	winners
}

/// Queries one validator about all pairs; returns the winners' blocks.
async fn ask_about(client: &Client, pairs: &[Pair], winners: &[UnitHash]) -> Vec<(u32, top_sdk::Hash)> {
	let mut blocks = Vec::new();
	for (pairs, winners) in pairs.chunks(AT_ONCE).zip(winners.chunks(AT_ONCE)) {
		let questions = pairs.iter().zip(winners).map(|(pair, winner)| async move {
			let found = client.unit(*winner).await.unwrap().expect("the winner is known");
			assert_eq!((found.report.status, found.report.hash), (UnitStatus::Final, *winner));
			let loser = pair.units.iter().map(Unit::hash).find(|hash| hash != winner).unwrap();
			let lost = client.unit(loser).await.unwrap();
			assert!(lost.is_none_or(|lost| lost.report.status != UnitStatus::Final), "{loser:?} is final too");
			let account = client.account(&pair.units[0].body.account).await.unwrap().expect("the account is there");
			assert_eq!((account.height, account.head), (1, *winner), "the head of an account");
			let block = found.report.block.expect("a final unit has a block");
			(block.number, block.hash)
		});
		blocks.extend(join_all(questions).await);
	}
	blocks
}
