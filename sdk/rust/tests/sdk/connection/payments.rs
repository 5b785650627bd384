//! Many payments over a connection that is cut, stalls, delays and repeats: each is paid once, and each caller knows it.

use super::node::TestNode;
use bad_connection::{pay_each, Faults, Proxy, Told};
use std::{
	env,
	sync::atomic::Ordering::Relaxed,
	time::{Duration, Instant},
};
use top_sdk::{AccountId, Balance, Client, ConnectOptions, Keypair, Verifier};

const BAD: Faults = Faults { cut: 200, stall: 50, delay: 1_000, repeat: 100, longest_delay: Duration::from_millis(20) };
const FIRST_AMOUNT: Balance = 1_000;

fn callers(count: u8) -> Vec<Keypair> {
	(0..count).map(|number| Keypair::from_uri(&format!("//Caller{number}")).unwrap()).collect()
}

fn impatient() -> ConnectOptions {
	ConnectOptions {
		connection_timeout: Duration::from_secs(1),
		request_timeout: Duration::from_secs(1),
		silence: Duration::from_millis(200),
		reconnect_for: Duration::from_secs(2),
		..Default::default()
	}
}

/// Payments of one run. `TOP_PAYMENTS` sets another number.
fn payments() -> u32 {
	env::var("TOP_PAYMENTS").map_or(320, |number| number.parse().unwrap())
}

async fn run(seed: u64, reconnect_for: Duration) {
	let callers = callers(8);
	let bob = AccountId::new([2; 32]);
	let node = TestNode::start(1, 1_000, callers.iter().map(|key| (key.account(), 1 << 60))).await;
	let proxy = Proxy::start(node.address, BAD, seed).await;
	let (began, each) = (Instant::now(), payments() / 8);
	let tasks: Vec<_> = (0..)
		.zip(callers)
		.map(|(caller, key)| {
			let (url, bob) = (proxy.url(), bob.clone());
			let options = ConnectOptions { reconnect_for, ..impatient() };
			let first = FIRST_AMOUNT + Balance::from(each) * caller;
			tokio::spawn(async move {
				let top = loop {
					if let Ok(top) = Client::connect_with(&url, options.clone()).await {
						break top;
					}
				};
				pay_each(&top, &key, &bob, first..first + Balance::from(each)).await
			})
		})
		.collect();
	let mut told = Told::default();
	for task in tasks {
		told.merge(task.await.unwrap());
	}
	let counts = proxy.counts();
	println!(
		"seed {seed}: {} payments in {:?} over {} connections, {} cuts, {} stalls, {} delays, {} repeats; {} units sent again, {} signed again, {} errors before signing",
		told.final_payments.len(),
		began.elapsed(),
		counts.connections.load(Relaxed),
		counts.cuts.load(Relaxed),
		counts.stalls.load(Relaxed),
		counts.delays.load(Relaxed),
		counts.repeats.load(Relaxed),
		told.sent_again,
		told.signed_again,
		told.not_signed,
	);
	assert!(told.sent_again > 0 || !reconnect_for.is_zero(), "no caller had to send a unit again");
	assert!(counts.cuts.load(Relaxed) > 10 && counts.stalls.load(Relaxed) > 2, "the connection was not bad");
	let ledger = node.ledger.lock().unwrap();
	let amounts: Vec<_> = (FIRST_AMOUNT..FIRST_AMOUNT + 8 * Balance::from(each)).collect();
	let paid: Vec<_> = ledger.paid.iter().map(|(amount, times)| (*amount, *times)).collect();
	assert_eq!(paid, amounts.iter().map(|amount| (*amount, 1)).collect::<Vec<_>>(), "each is paid once");

	// What the callers were told is true, and they can prove it.
	let mut verifier = Verifier::new(ledger.chain.domain, ledger.chain.committee(1));
	for header in &ledger.chain.headers[1..] {
		if ledger.chain.epoch_of(header.number) != ledger.chain.epoch_of(header.number + 1) {
			verifier.follow(header, &ledger.chain.certificate(header.number)).unwrap();
		}
	}
	for (amount, receipt) in &told.final_payments {
		let proved = verifier.verify(receipt).unwrap();
		assert_eq!(super::ledger::amount(&receipt.unit), *amount);
		assert_eq!(ledger.applied[&proved.unit].0, proved.number);
	}
	let mut told: Vec<_> = told.final_payments.iter().map(|(amount, _)| *amount).collect();
	told.sort_unstable();
	assert_eq!(told, amounts);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_payment_over_a_bad_connection_is_made_once() {
	// The last one leaves trying again to its callers.
	for (seed, reconnect_for) in [(1, 2), (2, 2), (3, 0)] {
		run(seed, Duration::from_secs(reconnect_for)).await;
	}
}

/// The check above can fail: a caller that pays again, instead of sending the same unit again, pays twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_ignores_the_units_of_errors_pays_twice() {
	let alice = Keypair::from_uri("//Alice").unwrap();
	let bob = AccountId::new([2; 32]);
	let node = TestNode::start(1, 1_000, [(alice.account(), 1 << 60)]).await;
	let faults = Faults { cut: 300, delay: 1_000, longest_delay: Duration::from_millis(5), ..Default::default() };
	let proxy = Proxy::start(node.address, faults, 1).await;
	let url = proxy.url();
	for amount in FIRST_AMOUNT..FIRST_AMOUNT + 200 {
		loop {
			let Ok(top) = Client::connect_with(&url, ConnectOptions::without_reconnecting()).await else { continue };
			let Ok(payment) = top.pay(&alice, &bob, amount).await else { continue };
			if payment.finalized().await.is_ok() {
				break;
			}
		}
	}
	let ledger = node.ledger.lock().unwrap();
	let twice = ledger.paid.values().filter(|times| **times > 1).count();
	println!("{twice} of {} payments were made more than once", ledger.paid.len());
	assert!(twice > 0);
}
