//! Many senders at once, on a quiet network, and on one whose validators are killed and started again.

use crate::{
	support::{block_on, spread, turn},
	units::{
		accounts::{payers, Payer},
		books::Books,
		figures::{median, rate, seconds, Figures},
		proofs::{assert_check_can_fail, Proofs},
		scene::Scene,
		senders::{send_all, Heard, Manner},
		size,
	},
};
use rand::{rngs::StdRng, Rng, SeedableRng};
use std::{
	collections::HashMap,
	time::{Duration, Instant},
};
use top_sdk::{AccountId, Balance, Domain, Unit, TOP};

/// Validators.
const VALIDATORS: usize = 4;
/// Connections.
const SENDERS: usize = 64;
/// Balance of an account.
const BALANCE: Balance = 100 * TOP;
/// Maximum amount of a unit: accounts can pay and be paid in any order.
const MOST: Balance = TOP;
/// Units of one call while no node dies, and while nodes die: fewer, so that the load lasts for some kills.
const BATCH: usize = 250;
const BATCH_AMID_KILLS: usize = 40;
const PAUSE_AMID_KILLS: Duration = Duration::from_millis(1_500);
/// Time from the start of one node to the next kill, and from a kill to the start.
const KILL_PAUSE: Duration = Duration::from_millis(1_000);
const DOWN: Duration = Duration::from_millis(1_500);
/// How long a node may take to catch up.
const CATCH_UP: Duration = Duration::from_secs(60);
/// Seed of all random choices.
const SEED: u64 = 0x10ad;

/// Expected states of the accounts.
struct Model {
	payers: Vec<Payer>,
	balances: HashMap<AccountId, Balance>,
	rng: StdRng,
}

impl Model {
	/// Makes an equal number of units of each account, in a list for each sender. Each sender has its own accounts.
	fn sign(&mut self, each: usize, domain: &Domain) -> Vec<Vec<Unit>> {
		let ids: Vec<AccountId> = self.payers.iter().map(|payer| payer.id.clone()).collect();
		let per_sender = self.payers.len().div_ceil(SENDERS);
		let mut lists = Vec::new();
		for owned in self.payers.chunks_mut(per_sender) {
			let mut list = Vec::new();
			for _ in 0..each {
				for payer in owned.iter_mut() {
					let (dest, amount) = (&ids[self.rng.gen_range(0..ids.len())], self.rng.gen_range(1..=MOST));
					list.push(payer.pay(dest, amount, domain));
					*self.balances.get_mut(&payer.id).unwrap() -= amount;
					*self.balances.get_mut(dest).unwrap() += amount;
				}
			}
			lists.push(list);
		}
		lists
	}

	/// Checks that every account has its expected state after all its units.
	fn assert_is(&self, books: &Books) {
		for payer in &self.payers {
			let account = books.of(&payer.id);
			assert_eq!((account.nonce, account.data.unit_head), (payer.height, payer.head), "chain of {}", payer.id);
			assert_eq!(account.data.free, self.balances[&payer.id], "balance of {}", payer.id);
		}
	}
}

#[test]
fn all_units_are_final_and_proved_while_validators_die() {
	let _turn = turn::alone();
	let accounts: u32 = size(10_000, 100_000);
	let each = 2;
	let units = accounts as usize * each;
	let mut scene = Scene::of_accounts(0..accounts, BALANCE, 0);
	let mut figures = Figures::of("load");
	block_on(async {
		scene.come_up().await;
		let (client, rpc) = (scene.client(0).await, scene.rpc(0).await);
		let mut proofs = Proofs::of(&client, &rpc).await;
		Books::read(&rpc, None).await.assert_balanced();
		let payers = payers(0..accounts);
		let balances = payers.iter().map(|payer| (payer.id.clone(), BALANCE)).collect();
		let mut model = Model { payers, balances, rng: StdRng::seed_from_u64(SEED) };
		figures.add("accounts, units, senders", format!("{accounts}, {units}, {SENDERS}"));

		// No node dies.
		let lists = model.sign(each, &scene.domain);
		let manner = Manner { urls: scene.urls(VALIDATORS), batch: BATCH, pause: Duration::ZERO, nodes_die: false };
		let started = Instant::now();
		let heard = send_all(lists, manner).await;
		let took = started.elapsed();
		figures.add("all final", format!("{}, {}", seconds(took), rate(units, took)));
		check(&mut scene, &mut proofs, &model, heard, units, &mut figures).await;

		// Validators die.
		let lists = model.sign(each, &scene.domain);
		let manner = Manner {
			urls: scene.urls(VALIDATORS),
			batch: size(BATCH_AMID_KILLS, BATCH),
			pause: PAUSE_AMID_KILLS,
			nodes_die: true,
		};
		let started = Instant::now();
		let load = tokio::spawn(send_all(lists, manner));
		let mut caught_up = Vec::new();
		while !load.is_finished() {
			caught_up.push(kill_one(&mut scene, caught_up.len() % VALIDATORS).await);
		}
		let heard = load.await.unwrap();
		let took = started.elapsed();
		figures.add("with kills: all final", format!("{}, {}", seconds(took), rate(units, took)));
		figures.add(
			"with kills: killed, back (min / median / max)",
			format!("{} times, {} after the start", caught_up.len(), spread(&caught_up)),
		);
		assert!(caught_up.len() >= VALIDATORS, "the load was over before each validator was killed once");
		assert!(heard.reconnections > 0, "no sender has noticed the kills");
		check(&mut scene, &mut proofs, &model, heard, units, &mut figures).await;
		figures.add("committees followed from that of the genesis", proofs.committees());
	});
	scene.assert_sound();
	figures.print();
}

/// Kills a node and starts it again; returns the time from the start until it has the block that was final then.
async fn kill_one(scene: &mut Scene, node: usize) -> Duration {
	tokio::time::sleep(KILL_PAUSE).await;
	scene.node_mut(node).ensure_running().unwrap();
	scene.node_mut(node).kill().unwrap();
	tokio::time::sleep(DOWN).await;
	let newest = scene.rpc((node + 1) % VALIDATORS).await.finalized_height().await.unwrap();
	let started = Instant::now();
	scene.node_mut(node).start().unwrap();
	scene.node_mut(node).wait_for_height(newest, CATCH_UP).await.unwrap();
	started.elapsed()
}

/// Checks the invariants when all units of a phase are final.
async fn check(
	scene: &mut Scene,
	proofs: &mut Proofs,
	model: &Model,
	mut heard: Heard,
	units: usize,
	figures: &mut Figures,
) {
	heard.assert_all_final(units);
	let longest = heard.latencies.iter().max().copied().unwrap_or_default();
	let told = format!("{}, {}", seconds(median(&heard.latencies)), seconds(longest));
	figures.add("  call to final, median and longest", told);
	if heard.reconnections > 0 {
		let again = format!("{}, {}; dropped {:?}", heard.reconnections, heard.again, heard.dropped);
		figures.add("  reconnections, units sent again", again);
	}

	let newest = scene.level(VALIDATORS).await;
	let rpc = scene.rpc(0).await;
	proofs.follow(&rpc).await;
	let receipts = heard.take_receipts();
	assert_check_can_fail(proofs, &receipts[0].1);
	let verifying = Instant::now();
	let blocks = proofs.check_all(receipts).await;
	assert_eq!(blocks.values().sum::<usize>(), units);
	let fullest = blocks.values().max().copied().unwrap_or_default();
	figures.add("  receipts right", format!("{units}, checked in {}", seconds(verifying.elapsed())));
	figures.add("  blocks with units, units of the fullest", format!("{}, {fullest}", blocks.len()));

	let at = rpc.block_hash(newest).await.unwrap();
	for node in 0..VALIDATORS {
		let books = Books::read(&scene.rpc(node).await, Some(at)).await;
		books.assert_balanced();
		model.assert_is(&books);
	}
	figures.add("  accounts as expected, on all nodes", model.payers.len());
}
