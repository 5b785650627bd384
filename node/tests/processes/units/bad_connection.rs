//! Callers of both SDKs pay over connections that are cut, stall, delay and repeat, while validators are killed and started
//! again. Each payment applies exactly once, and each caller is told the truth.
//!
//! ```text
//! callers (Rust, TypeScript) ──▶ a bad proxy a validator ──▶ four validators ◀── kill -9, start
//! ```

use crate::{
	support::{block_on, turn},
	units::{
		accounts::{account, chain_spec, keypair},
		figures::{seconds, Figures},
		proofs::Proofs,
		scene::Scene,
		size,
	},
};
use bad_connection::{pay_each, Faults, Proxy, Random, Told};
use codec::{DecodeAll, Encode};
use serde::Deserialize;
use serde_json::json;
use std::{
	collections::BTreeMap,
	net::{Ipv4Addr, SocketAddr},
	path::Path,
	process::Stdio,
	sync::atomic::Ordering::Relaxed,
	time::{Duration, Instant},
};
use tokio::{process::Command, task::JoinSet};
use top_node::chain_spec::Preset;
use top_sdk::{AccountId, Balance, Client, ConnectOptions, Operation, Receipt, TOP};

const VALIDATORS: usize = 4;
const BALANCE: Balance = 100 * TOP;
/// Payments differ by their amounts, from this one on.
const FIRST: Balance = TOP / 100;
const BAD: Faults = Faults { cut: 60, stall: 8, delay: 1_000, repeat: 50, longest_delay: Duration::from_millis(20) };
/// How long a validator runs before one is killed, and how long it is away, in milliseconds.
const RUNS: u64 = 2_000;
const AWAY: u64 = 3_000;
/// How long a validator may take to come back.
const BACK: Duration = Duration::from_secs(60);
const TYPESCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk/typescript/dist-test/test/pay.js");

/// A line of the TypeScript callers: a final payment.
#[derive(Deserialize)]
struct Line {
	caller: usize,
	amount: Balance,
	receipt: sp_core::Bytes,
}

/// The callers of one SDK, and whom they pay.
#[derive(Clone)]
struct Callers {
	name: &'static str,
	/// Numbers of their accounts.
	numbers: Vec<u32>,
	dests: Vec<AccountId>,
}

/// What callers were told: final payments by caller, with their amounts and encoded receipts, and the errors before.
struct Heard {
	callers: Callers,
	payments: Vec<(usize, Balance, Vec<u8>)>,
	errors: String,
}

#[test]
fn payments_over_bad_connections_apply_once_while_validators_are_killed() {
	let _turn = turn::alone();
	let (count, each): (u32, u32) = size((8, 40), (100, 100));
	// Even numbers have the scheme that the callers in TypeScript use.
	let dest = |number| account(2 * count + number);
	let rust = Callers {
		name: "Rust",
		numbers: (0..count).map(|number| 2 * number + 1).collect(),
		dests: (0..count).map(dest).collect(),
	};
	let typescript = Callers {
		name: "TypeScript",
		numbers: (0..count).map(|number| 2 * number).collect(),
		dests: (count..2 * count).map(dest).collect(),
	};
	let spec = chain_spec(Preset::ShardLocal, &[(0..4 * count, BALANCE)], json!({}));
	// The proxies are other hosts than the nodes know of.
	let mut scene = Scene::start_with(spec, 4, 0, &["--rpc-cors=all"]);
	let mut figures = Figures::of("bad connection");
	block_on(async {
		scene.come_up().await;
		let addresses: Vec<_> = scene.nodes().iter().map(|node| local(node.ports().rpc)).collect();
		let mut proxies = Vec::new();
		for (seed, address) in (1..).zip(&addresses) {
			proxies.push(Proxy::start(*address, BAD, seed).await);
		}
		let urls: Vec<String> = proxies.iter().map(Proxy::url).collect();
		let started = Instant::now();
		let mut calling = JoinSet::new();
		calling.spawn(call_by_rust(rust, urls.clone(), each));
		calling.spawn(call_by_typescript(typescript, urls, each));
		let mut made = Vec::new();
		let kills = kill_until(&mut scene, &proxies, &addresses, async {
			while let Some(payments) = calling.join_next().await {
				made.push(payments.unwrap());
			}
		})
		.await;
		figures.add("payments", format!("{} in {}", 2 * count * each, seconds(started.elapsed())));
		figures.add("validators killed", kills);
		figures.add("connections", sum(&proxies, |counts| &counts.connections));
		figures.add(
			"cuts, stalls",
			format!("{}, {}", sum(&proxies, |counts| &counts.cuts), sum(&proxies, |counts| &counts.stalls)),
		);

		scene.level(VALIDATORS).await;
		let (client, rpc) = (scene.client(0).await, scene.rpc(0).await);
		let mut proofs = Proofs::of(&client, &rpc).await;
		proofs.follow(&rpc).await;
		for heard in made {
			figures.add(format!("{}: errors that callers handled", heard.callers.name), &heard.errors);
			check(heard, each, &client, &proofs).await;
		}
		assert!(kills > 0, "no validator was killed");
	});
	scene.assert_sound();
	figures.print();
}

fn local(port: u16) -> SocketAddr {
	(Ipv4Addr::LOCALHOST, port).into()
}

fn sum(proxies: &[Proxy], of: impl Fn(&bad_connection::Counts) -> &std::sync::atomic::AtomicUsize) -> usize {
	proxies.iter().map(|proxy| of(proxy.counts()).load(Relaxed)).sum()
}

fn amounts(each: u32) -> impl Iterator<Item = Balance> {
	(0..Balance::from(each)).map(|number| FIRST + number)
}

/// Pays by the Rust SDK, a task a caller.
async fn call_by_rust(callers: Callers, urls: Vec<String>, each: u32) -> Heard {
	let options = ConnectOptions {
		connection_timeout: Duration::from_secs(2),
		request_timeout: Duration::from_secs(5),
		silence: Duration::from_secs(2),
		reconnect_for: Duration::from_secs(10),
		..Default::default()
	};
	let mut tasks = JoinSet::new();
	for (caller, (number, dest)) in callers.numbers.iter().copied().zip(callers.dests.clone()).enumerate() {
		let (url, options) = (urls[caller % urls.len()].clone(), options.clone());
		tasks.spawn(async move {
			let top = loop {
				match Client::connect_with(&url, options.clone()).await {
					Ok(top) => break top,
					Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
				}
			};
			(caller, pay_each(&top, &keypair(number), &dest, amounts(each)).await)
		});
	}
	let (mut payments, mut all) = (Vec::new(), Told::default());
	while let Some(told) = tasks.join_next().await {
		let (caller, told) = told.unwrap();
		payments.extend(told.final_payments.iter().map(|(amount, receipt)| (caller, *amount, receipt.encode())));
		all.merge(told);
	}
	let Told { sent_again, signed_again, not_signed, .. } = all;
	let errors = format!("{sent_again} sent again, {signed_again} signed again, {not_signed} before signing");
	Heard { callers, payments, errors }
}

/// Pays by the TypeScript SDK, in a process of Node.js.
async fn call_by_typescript(callers: Callers, urls: Vec<String>, each: u32) -> Heard {
	assert!(
		Path::new(TYPESCRIPT).exists(),
		"compile the SDK's tests first: npm --prefix sdk/typescript run build:test"
	);
	let job = json!({
		"urls": urls,
		"seeds": callers.numbers.iter().map(|number| sp_core::Bytes(top_bench::seed(*number).to_vec())).collect::<Vec<_>>(),
		"dests": callers.dests,
		"first": FIRST.to_string(),
		"each": each,
	});
	let output = Command::new("node")
		.args([TYPESCRIPT, &job.to_string()])
		.stderr(Stdio::piped())
		.kill_on_drop(true)
		.output()
		.await
		.expect("Node.js runs");
	let errors = String::from_utf8(output.stderr).unwrap();
	assert!(output.status.success(), "the callers in TypeScript failed: {errors}");
	let lines = String::from_utf8(output.stdout).unwrap();
	let payments = lines.lines().map(|line| serde_json::from_str::<Line>(line).unwrap());
	let payments = payments.map(|Line { caller, amount, receipt }| (caller, amount, receipt.0)).collect();
	Heard { callers, payments, errors: errors.trim().to_owned() }
}

/// Kills validators, one at a time, and starts them again, until the callers are done. Half of the times, the proxy leads to
/// the next validator meanwhile. Returns the number of kills.
async fn kill_until(
	scene: &mut Scene,
	proxies: &[Proxy],
	addresses: &[SocketAddr],
	done: impl std::future::Future<Output = ()>,
) -> usize {
	let mut random = Random::new(7);
	let (mut kills, mut is_done) = (0, false);
	tokio::pin!(done);
	while !is_done {
		tokio::select! {
			() = &mut done => is_done = true,
			() = tokio::time::sleep(Duration::from_millis(random.below(RUNS))) => {
				let node = usize::try_from(random.below(VALIDATORS as u64)).unwrap();
				scene.node_mut(node).kill().unwrap();
				kills += 1;
				if random.chance(5_000) {
					proxies[node].lead_to(addresses[(node + 1) % VALIDATORS]);
				}
				let away = Duration::from_millis(random.below(AWAY));
				tokio::select! {
					() = &mut done => is_done = true,
					() = tokio::time::sleep(away) => {},
				}
				let height = scene.rpc((node + 1) % VALIDATORS).await.finalized_height().await.unwrap();
				scene.node_mut(node).start().unwrap();
				scene.node_mut(node).wait_for_height(height, BACK).await.unwrap();
				proxies[node].lead_to(addresses[node]);
			},
		}
	}
	kills
}

/// Checks that each payment was made once: by what the callers were told, which they can prove, and by the balances.
async fn check(heard: Heard, each: u32, client: &Client, proofs: &Proofs) {
	let Heard { callers, payments, .. } = heard;
	let mut by_caller = BTreeMap::<usize, Vec<Balance>>::new();
	let mut units = std::collections::BTreeSet::new();
	for (caller, amount, encoded) in payments {
		let receipt = Receipt::decode_all(&mut &encoded[..]).unwrap();
		let hash = receipt.unit.hash();
		assert!(units.insert(hash), "one unit is the receipt of two payments");
		proofs.check(&hash, &encoded);
		let body = &receipt.unit.body;
		assert_eq!(body.account, account(callers.numbers[caller]));
		let dest = callers.dests[caller].clone();
		assert_eq!(&body.operations[..], [Operation::Transfer { dest, amount }]);
		by_caller.entry(caller).or_default().push(amount);
	}
	let all: Vec<Balance> = amounts(each).collect();
	let total: Balance = all.iter().sum();
	for (caller, (number, dest)) in callers.numbers.iter().zip(&callers.dests).enumerate() {
		let mut told = by_caller.remove(&caller).unwrap_or_default();
		told.sort_unstable();
		assert_eq!(told, all, "caller {caller} reports other payments");
		let from = client.account(&account(*number)).await.unwrap().unwrap();
		assert_eq!((from.free, from.height), (BALANCE - total, each), "caller {caller} paid otherwise");
		assert_eq!(client.account(dest).await.unwrap().unwrap().free, BALANCE + total);
	}
}
