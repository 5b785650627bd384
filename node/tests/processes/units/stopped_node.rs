//! A full node stands still for seconds while payments are watched over it, and the chain goes on under traffic. Every
//! watcher hears that its payment is final, and in which block: by both watches of extrinsics, and by that of units.

use crate::{
	support::{block_on, spread, turn},
	units::{
		accounts::{account, keypair, Payer},
		figures::Figures,
		scene::Scene,
		size,
	},
};
use futures::future::{join_all, BoxFuture};
use jsonrpsee::rpc_params;
use serde_json::Value;
use sp_core::Bytes;
use std::time::{Duration, Instant};
use top_node::transaction::{ChainParams, TransferBuilder};
use top_sdk::{AccountId, Balance, Client, ConnectOptions, Hash, RpcClient, TOP};

/// The full node.
const NODE: usize = 4;
const BALANCE: Balance = 100 * TOP;
const AMOUNT: Balance = TOP / 100;
/// Payments of each kind of watch.
const EACH: u32 = 6;
/// Accounts of the traffic, and of the payments.
const TRAFFIC: std::ops::Range<u32> = 1..9;
const FIRST: u32 = 10;
/// How long a watcher may wait after the node goes on.
const PATIENCE: Duration = Duration::from_secs(60);
/// From the payments to the stop: most of them are in the pool, some in a block.
const HEAD_START: Duration = Duration::from_millis(120);

#[test]
fn watchers_at_a_node_that_stood_still_hear_the_truth() {
	let _turn = turn::beside_another();
	let stops: &[u64] = size(&[8], &[8, 60]);
	let payments = u32::try_from(stops.len()).unwrap() * 3 * EACH;
	let mut scene = Scene::of_accounts(0..FIRST + payments, BALANCE, 1);
	let mut figures = Figures::of("stopped node");
	block_on(async {
		scene.come_up().await;
		let height = scene.level(4).await;
		scene.node_mut(NODE).start().unwrap();
		scene.node_mut(NODE).wait_for_height(height, PATIENCE).await.unwrap();
		let traffic = tokio::spawn(make_traffic(scene.urls(4)));
		let mut numbers = FIRST..;
		for seconds in stops {
			let took = stand_still(&scene, Duration::from_secs(*seconds), &mut numbers).await;
			let what = format!("watchers of {} payments, stopped for {seconds} s: told after it went on", took.len());
			figures.add(what, spread(&took));
		}
		assert!(!traffic.is_finished(), "the traffic ended");
		traffic.abort();
	});
	scene.assert_sound();
	figures.print();
}

/// Returns how long after the node went on each watcher was told.
async fn stand_still(scene: &Scene, time: Duration, numbers: &mut impl Iterator<Item = u32>) -> Vec<Duration> {
	let node = &scene.nodes()[NODE];
	// A client that gives the connection up would watch again, and hide what the node tells.
	let options = ConnectOptions { silence: 2 * time, request_timeout: 2 * time, ..Default::default() };
	let client = Client::connect_with(&node.rpc_url(), options.clone()).await.unwrap();
	let rpc = RpcClient::connect_with(&node.rpc_url(), options).await.unwrap();
	let validator = scene.rpc(0).await;
	let extrinsics = TransferBuilder::immortal(ChainParams::fetch(&rpc).await.unwrap());
	let mut watchers: Vec<(AccountId, BoxFuture<'static, Hash>)> = Vec::new();
	for number in numbers.take(3 * EACH as usize) {
		let (key, dest) = (keypair(number), account(0));
		let extrinsic = extrinsics.build(&key, 0, &dest, AMOUNT);
		let watcher: BoxFuture<'static, Hash> = match number % 3 {
			0 => {
				let watch = rpc.submit_and_watch(&extrinsic).await.unwrap();
				Box::pin(async move { watch.finalized().await.unwrap() })
			},
			1 => {
				let events = rpc
					.subscribe::<Value>(
						"transactionWatch_v1_submitAndWatch",
						rpc_params![Bytes(extrinsic)],
						"transactionWatch_v1_unwatch",
					)
					.await
					.unwrap();
				Box::pin(final_block(events))
			},
			_ => {
				let unit = Payer::of_genesis(number).pay(&dest, AMOUNT, &scene.domain);
				let submission = client.send(unit).await.unwrap();
				Box::pin(async move { submission.finalized().await.unwrap().header.hash() })
			},
		};
		watchers.push((key.account(), watcher));
	}
	tokio::time::sleep(HEAD_START).await;
	node.pause().unwrap();
	tokio::time::sleep(time).await;
	node.resume().unwrap();
	let since = Instant::now();
	let told = join_all(watchers.into_iter().map(|(id, watcher)| async move {
		let block = tokio::time::timeout(PATIENCE, watcher).await.expect("a watcher is told");
		(id, block, since.elapsed())
	}))
	.await;
	for (id, block, _) in &told {
		let header = validator.header(*block).await.unwrap();
		let before = validator.account_at(id, Some(header.parent_hash)).await.unwrap();
		let after = validator.account_at(id, Some(*block)).await.unwrap();
		assert_eq!((before.nonce, after.nonce), (0, 1), "the payment of {id} is in another block than {block:?}");
	}
	told.into_iter().map(|(_, _, took)| took).collect()
}

/// Returns the block of a transaction by the events of its watch.
async fn final_block(mut events: jsonrpsee::core::client::Subscription<Value>) -> Hash {
	while let Some(event) = events.next().await {
		let event = event.unwrap();
		match event["event"].as_str().unwrap() {
			"finalized" => return serde_json::from_value(event["block"]["hash"].clone()).unwrap(),
			"validated" | "broadcasted" | "bestChainBlockIncluded" => {},
			_ => panic!("a watcher was told {event}"),
		}
	}
	panic!("the watch ended")
}

/// Pays at the validators from several accounts without a pause.
async fn make_traffic(urls: Vec<String>) {
	let senders = TRAFFIC.zip(urls.iter().cycle()).map(|(number, url)| async move {
		let client = Client::connect(url).await.unwrap();
		loop {
			client.pay(&keypair(number), &account(0), AMOUNT / 10).await.unwrap().finalized().await.unwrap();
		}
	});
	join_all(senders).await;
}
