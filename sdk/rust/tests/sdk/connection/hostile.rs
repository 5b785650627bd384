//! A node that sends what it should not: calls fail or succeed in time, and nothing panics.

use super::node::TestNode;
use bad_connection::{text_frame, Faults, Proxy, Random};
use serde_json::{json, Value};
use std::{
	panic,
	sync::atomic::{AtomicUsize, Ordering::Relaxed},
	time::Duration,
};
use top_sdk::{Client, ConnectOptions, Keypair, UnitBuilder, UnitHash};

const SEEDS: u64 = 40;

/// Returns a value that is wrong in most places.
fn wrong(random: &mut Random) -> Value {
	match random.below(9) {
		0 => Value::Null,
		1 => json!(true),
		2 => json!(-1),
		3 => json!(1e300),
		4 => json!(u64::MAX),
		5 => json!("0x"),
		6 => json!("not a number"),
		7 => json!([[], {}]),
		_ => json!({ "": null, "status": 7, "hash": [] }),
	}
}

/// Replaces some part of a message.
fn spoil(random: &mut Random, value: &mut Value) {
	let replaces = random.chance(2_000);
	match value {
		Value::Object(members) if !members.is_empty() && !replaces => {
			let at = usize::try_from(random.below(members.len() as u64)).unwrap();
			let member = members.iter_mut().nth(at).unwrap().1;
			spoil(random, member);
		},
		Value::Array(items) if !items.is_empty() && !replaces => {
			let at = usize::try_from(random.below(items.len() as u64)).unwrap();
			spoil(random, &mut items[at]);
		},
		value => *value = wrong(random),
	}
}

/// Returns a frame in the place of a message, or nothing if it passes.
fn tamper(random: &mut Random, payload: &[u8]) -> Option<Vec<u8>> {
	let mut bytes = payload.to_vec();
	let end = usize::try_from(random.below(payload.len() as u64)).unwrap();
	Some(match random.below(80) {
		0 => text_frame(&payload[..end]),
		1 => {
			bytes[end] ^= 0xff;
			text_frame(&bytes)
		},
		2 => text_frame(&[b'['; 200_000]),
		3 => text_frame(b"{\"jsonrpc\":\"2.0\",\"id\":18446744073709551615,\"result\":1}"),
		4 => text_frame(b"{\"jsonrpc\":\"2.0\",\"method\":\"lattice_unitStatus\",\"params\":{\"subscription\":\"unknown\",\"result\":1}}"),
		// A length that no message has, and a binary message.
		5 => vec![0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0],
		6 => vec![0x82, 3, 1, 2, 3],
		7..=14 => {
			let mut message: Value = serde_json::from_slice(payload).ok()?;
			spoil(random, &mut message);
			text_frame(message.to_string().as_bytes())
		},
		_ => return None,
	})
}

#[tokio::test(flavor = "multi_thread")]
async fn no_frame_of_a_node_panics_or_hangs_a_client() {
	static PANICS: AtomicUsize = AtomicUsize::new(0);
	let shown = panic::take_hook();
	panic::set_hook(Box::new(move |info| {
		// Tasks of clients and of the test node run on the workers. Other tests panic on their own threads.
		if std::thread::current().name() == Some("tokio-runtime-worker") {
			PANICS.fetch_add(1, Relaxed);
		}
		shown(info);
	}));
	let alice = Keypair::from_uri("//Alice").unwrap();
	let node = TestNode::start(1, 20, [(alice.account(), 1 << 60)]).await;
	let (mut good, mut bad) = (0, 0);
	for seed in 0..SEEDS {
		let proxy = Proxy::start_with(node.address, Faults::default(), seed, Some(Box::new(tamper))).await;
		let options = ConnectOptions {
			connection_timeout: Duration::from_secs(1),
			request_timeout: Duration::from_secs(1),
			silence: Duration::from_secs(1),
			reconnect_for: Duration::from_millis(500),
			..Default::default()
		};
		let calls = async {
			let Ok(top) = Client::connect_with(&proxy.url(), options).await else { return (0, 1) };
			let (from, mut results) = (alice.account(), Vec::new());
			results.push(top.account(&from).await.is_ok());
			results.push(top.units(&from, None, None).await.is_ok());
			results.push(top.unit(UnitHash::zero()).await.is_ok());
			results.push(top.prove(UnitHash::zero()).await.is_ok());
			results.push(top.verifier().await.is_ok());
			if let Ok(mut verifier) = top.verifier().await {
				results.push(top.rpc().follow_to_newest(&mut verifier).await.is_ok());
			}
			let builder = UnitBuilder::new().transfer(&alice, 1).at(0, UnitHash::zero());
			results.push(top.submit(&[builder.sign(&alice, top.domain()).unwrap()]).await.is_ok());
			results.push(match top.pay(&alice, &alice, 1_000 + u128::from(seed)).await {
				Ok(payment) => payment.finalized().await.is_ok(),
				Err(_) => false,
			});
			let good = results.iter().filter(|is_ok| **is_ok).count();
			(good, results.len() - good)
		};
		let (passed, failed) = tokio::time::timeout(Duration::from_secs(60), calls).await.expect("no call hangs");
		good += passed;
		bad += failed;
	}
	println!("{good} calls succeeded, {bad} failed");
	assert!(good > 0 && bad > 0);
	assert_eq!(PANICS.load(Relaxed), 0);
	assert!(node.ledger.lock().unwrap().paid.values().all(|times| *times == 1));
}
