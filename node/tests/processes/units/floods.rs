//! Floods of both lanes, while two users pay over the unit lane: one with the free share, one with stake. Each makes as many
//! payments as the flood allows, and none is lost.
//!
//! ```text
//! remarks    large remarks, as many as the pool of extrinsics takes
//! transfers  transfers of the extrinsic lane
//! gaps       extrinsics whose nonces leave a gap
//! units      chains of units
//! ```

use crate::{
	support::{block_on, turn},
	units::{
		accounts::{account, chain_spec, Payer},
		attacks::user::pay_once,
		books::Books,
		figures::{median, seconds, Figures},
		scene::Scene,
		size,
	},
};
use futures::future::join;
use serde_json::json;
use std::{
	sync::{
		atomic::{AtomicBool, Ordering::Relaxed},
		Arc,
	},
	time::Duration,
};
use tokio::task::JoinSet;
use top_main_runtime::RuntimeCall;
use top_node::{
	chain_spec::Preset,
	transaction::{ChainParams, TransferBuilder},
};
use top_sdk::{Balance, Client, TOP};
use tp_core::Nonce;

const VALIDATORS: usize = 4;
const BALANCE: Balance = 1_000 * TOP;
const STAKE: Balance = 500 * TOP;
/// Accounts of the two users, and of their payments' destination.
const FREE: u32 = 0;
const STAKED: u32 = 1;
const DEST: u32 = 2;
/// Accounts that flood.
const FIRST_FLOODER: u32 = 10;
const FLOODERS: u32 = 40;
/// Extrinsics or units of one call, and bytes of a remark.
const BATCH: u32 = 16;
const REMARK: usize = 8 * 1024;
/// Maximum latencies of the users: half of their payments, and all.
const USUAL: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(3);
/// How long the pools have to empty after a flood.
const REST: Duration = Duration::from_secs(3);

/// What floods.
#[derive(Clone, Copy, Debug)]
enum Flood {
	Remarks,
	Transfers,
	Gaps,
	Units,
}

#[test]
#[ignore = "measures against the clock: run it on a machine that does nothing else, by `make units`"]
fn floods_of_both_lanes_lose_no_payment_and_delay_none() {
	let _turn = turn::alone();
	let payments = size(60, 300);
	let spec = chain_spec(Preset::ShardLocal, &[(0..FIRST_FLOODER + FLOODERS, BALANCE)], json!({}));
	let mut scene = Scene::start(spec, 4, 0);
	let mut figures = Figures::of("floods");
	block_on(async {
		scene.come_up().await;
		let mut users = (Payer::of_genesis(FREE), Payer::of_genesis(STAKED));
		stake(&scene, &mut users.1).await;
		pay(&scene, &mut users, payments, "without a flood", &mut figures).await;
		for flood in [Flood::Remarks, Flood::Transfers, Flood::Gaps, Flood::Units] {
			let stop = Arc::new(AtomicBool::new(false));
			let mut flooders = JoinSet::new();
			for number in FIRST_FLOODER..FIRST_FLOODER + FLOODERS {
				let node = usize::try_from(number).unwrap() % VALIDATORS;
				flooders.spawn(run(flood, scene.client(node).await, Payer::of_genesis(number), stop.clone()));
			}
			pay(&scene, &mut users, payments, &format!("{flood:?}"), &mut figures).await;
			stop.store(true, Relaxed);
			let sent =
				flooders.join_all().await.into_iter().fold((0, 0), |sum, (sent, taken)| (sum.0 + sent, sum.1 + taken));
			figures.add(format!("  {flood:?} sent, accepted"), format!("{}, {}", sent.0, sent.1));
			assert!(sent.1 > 0, "{flood:?}: no flood");
			tokio::time::sleep(REST).await;
		}
		let newest = scene.level(VALIDATORS).await;
		let rpc = scene.rpc(0).await;
		Books::read(&rpc, Some(rpc.block_hash(newest).await.unwrap())).await.assert_balanced();
	});
	scene.assert_sound();
	figures.print();
}

/// Locks balance of a user for a larger share. The extrinsic takes the place of a unit.
async fn stake(scene: &Scene, user: &mut Payer) {
	let rpc = scene.rpc(0).await;
	let extrinsics = TransferBuilder::immortal(ChainParams::fetch(&rpc).await.unwrap());
	let call = RuntimeCall::Quota(pallet_quota::Call::lock { amount: STAKE });
	let extrinsic = extrinsics.sign(&user.key, user.height, call);
	rpc.submit_and_watch(&extrinsic).await.unwrap().finalized().await.unwrap();
	user.height += 1;
	let quota = scene.client(0).await.account(&user.id).await.unwrap().unwrap().quota.expect("this ledger meters use");
	assert_eq!(quota.locked, STAKE, "{quota:?}");
}

/// Both users pay a number of times, each at its own node and one payment after the other.
async fn pay(scene: &Scene, users: &mut (Payer, Payer), payments: usize, when: &str, figures: &mut Figures) {
	let clients = (scene.client(0).await, scene.client(1).await);
	let dest = account(DEST);
	let pay = async |client: &Client, payer: &mut Payer| {
		let mut latencies = Vec::with_capacity(payments);
		for _ in 0..payments {
			latencies.push(pay_once(client, payer, &dest, &scene.domain).await);
		}
		latencies
	};
	let latencies = join(pay(&clients.0, &mut users.0), pay(&clients.1, &mut users.1)).await;
	for (name, latencies) in [("free", latencies.0), ("staked", latencies.1)] {
		let (median, longest) = (median(&latencies), latencies.iter().max().copied().unwrap_or_default());
		let told =
			format!("{payments} payments, final after {} (median), {} (longest)", seconds(median), seconds(longest));
		println!("{when}, {name}: {told}");
		figures.add(format!("{when}, {name}"), told);
		assert!(median <= USUAL && longest <= LONGEST, "{when}, {name}: {median:?} and {longest:?}");
	}
}

/// Floods until it is stopped. Returns the numbers of what was sent and of what was accepted.
async fn run(flood: Flood, client: Client, mut payer: Payer, stop: Arc<AtomicBool>) -> (usize, usize) {
	let extrinsics = TransferBuilder::immortal(ChainParams::fetch(client.rpc()).await.unwrap());
	let (mut sent, mut taken) = (0, 0);
	let mut round = 0;
	while !stop.load(Relaxed) {
		round += 1;
		let Ok(Some(report)) = client.account(&payer.id).await else { continue };
		(payer.height, payer.head) = (report.next.height, report.next.head);
		sent += BATCH as usize;
		taken += match flood {
			Flood::Units => {
				let dest = account(DEST);
				let units: Vec<_> = (0..BATCH).map(|_| payer.pay(&dest, TOP / 1_000, client.domain())).collect();
				let reports = client.submit(&units).await.unwrap_or_default();
				reports.iter().filter(|report| !report.status.is_end()).count()
			},
			Flood::Remarks | Flood::Transfers | Flood::Gaps => {
				let gap: Nonce = if matches!(flood, Flood::Gaps) { 2 } else { 0 };
				let bytes: Vec<_> = (0..BATCH)
					.map(|place| extrinsics.sign(&payer.key, payer.height + gap + place, call(flood, round)))
					.collect();
				let refused = client.rpc().submit_all(&bytes).await.map_or(bytes.len(), |refused| refused.len());
				bytes.len() - refused
			},
		};
	}
	(sent, taken)
}

/// Returns the call of a round: no two rounds send the same bytes.
fn call(flood: Flood, round: u32) -> RuntimeCall {
	match flood {
		Flood::Remarks => {
			let remark = round.to_le_bytes().into_iter().cycle().take(REMARK).collect();
			RuntimeCall::System(frame_system::Call::remark { remark })
		},
		_ => RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
			dest: account(DEST).into(),
			value: TOP / 1_000 + Balance::from(round),
		}),
	}
}
