//! All validators are killed at once and started again: each of them finds and proves the final units.

use crate::{
	support::{block_on, turn},
	units::{
		accounts::{account, payers},
		figures::{rate, seconds, Figures},
		proofs::Proofs,
		scene::{comes_true, Scene},
		senders::{send_all, Manner},
		size,
	},
};
use codec::Encode;
use futures::future::join_all;
use std::{
	collections::HashMap,
	time::{Duration, Instant},
};
use top_sdk::{reports::UnitStatus, Balance, Unit, UnitHash, TOP};

const VALIDATORS: usize = 4;
const BALANCE: Balance = 100 * TOP;
/// Units of each account, sent in rounds.
const ROUNDS: usize = 4;
/// Senders.
const SENDERS: usize = 16;
/// How long the network may take to restart.
const BACK: Duration = Duration::from_secs(60);
/// How long an index may take to catch up with the chain.
const INDEX_TIMEOUT: Duration = Duration::from_secs(60);
/// Questions under way at a time.
const AT_ONCE: usize = 64;

#[test]
fn final_units_are_found_and_proved_after_all_validators_were_killed() {
	let _turn = turn::alone();
	let mut figures = Figures::of("restart");
	let accounts: u32 = size(500, 10_000);
	let mut scene = Scene::of_accounts(0..accounts, BALANCE, 0);
	block_on(async {
		scene.come_up().await;
		let mut payers = payers(0..accounts);
		let mut units: Vec<Unit> = Vec::new();
		let mut receipts = HashMap::<UnitHash, Vec<u8>>::new();
		for round in 0..ROUNDS {
			let dest = account(u32::try_from(round).unwrap());
			let signed: Vec<Unit> = payers.iter_mut().map(|payer| payer.pay(&dest, TOP / 10, &scene.domain)).collect();
			let lists = signed.chunks(signed.len().div_ceil(SENDERS)).map(<[Unit]>::to_vec).collect();
			let manner = Manner { urls: scene.urls(VALIDATORS), batch: 250, pause: Duration::ZERO, nodes_die: false };
			let mut heard = send_all(lists, manner).await;
			heard.assert_all_final(signed.len());
			receipts.extend(heard.take_receipts());
			units.extend(signed);
		}

		// The last unit became final just now.
		for node in 0..VALIDATORS {
			scene.node_mut(node).kill().unwrap();
		}
		let started = Instant::now();
		for node in 0..VALIDATORS {
			scene.node_mut(node).start().unwrap();
		}
		let newest = units.last().expect("there are units").clone();
		for node in 0..VALIDATORS {
			scene.node_mut(node).wait_for_height(1, BACK).await.unwrap();
		}
		figures.add("units final, then all killed", units.len());
		figures.add("all answer again after", seconds(started.elapsed()));
		for node in 0..VALIDATORS {
			let client = scene.client(node).await;
			comes_true("the newest unit", INDEX_TIMEOUT, || async {
				client.unit(newest.hash()).await.unwrap().is_some()
			})
			.await;
		}
		figures.add("all know the newest unit after", seconds(started.elapsed()));

		let rpc = scene.rpc(0).await;
		let mut proofs = Proofs::of(&scene.client(0).await, &rpc).await;
		scene.level(VALIDATORS).await;
		proofs.follow(&rpc).await;
		for node in 0..VALIDATORS {
			let client = scene.client(node).await;
			let asking = Instant::now();
			for units in units.chunks(AT_ONCE) {
				let asked = units
					.iter()
					.map(|unit| async { (client.unit(unit.hash()).await, client.prove(unit.hash()).await) });
				for (unit, (found, proved)) in units.iter().zip(join_all(asked).await) {
					let hash = unit.hash();
					let found = found.unwrap().unwrap_or_else(|| panic!("node {node} has forgotten {hash:?}"));
					assert_eq!((found.report.status, &found.unit.0), (UnitStatus::Final, &unit.encode()));
					let proved = proved.unwrap();
					let height = proofs.check(&hash, &proved.encode());
					assert_eq!(found.report.block.map(|block| block.number), Some(height));
					// Certificates of one block may have different signers; they prove the same block.
					let before = proofs.check(&hash, &receipts[&hash]);
					assert_eq!(before, height, "{hash:?} is final in another block than before");
				}
			}
			let told = format!("{}, {}", units.len(), rate(units.len(), asking.elapsed()));
			figures.add(format!("{}: found and proved", scene.nodes()[node].name()), told);

			// Units that are submitted again keep their status.
			let again: Vec<Unit> = units.iter().step_by(units.len() / 100).cloned().collect();
			for (unit, report) in again.iter().zip(client.submit(&again).await.unwrap()) {
				assert_eq!((report.hash, report.status), (unit.hash(), UnitStatus::Final), "sent again: {report:?}");
			}
		}
		figures.add("sent again to each validator, answered with final", 100);

		// The ledger continues.
		let mut going_on = Vec::new();
		let client = scene.client(0).await;
		for payer in payers.iter_mut().take(5) {
			let sent = Instant::now();
			let unit = payer.pay(&account(1), TOP / 10, &scene.domain);
			client.send(unit).await.unwrap().finalized().await.unwrap();
			going_on.push(sent.elapsed());
		}
		figures.add("new units, final after (min / median / max)", crate::support::spread(&going_on));
	});
	scene.assert_sound();
	figures.print();
}
