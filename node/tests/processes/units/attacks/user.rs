//! An ordinary user.

use super::setting::LONGEST_LIMIT;
use crate::units::{
	accounts::{account, Payer},
	figures::{median, seconds, Figures},
	scene::Scene,
};
use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc, Mutex,
	},
	time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use top_sdk::{AccountId, Client, Domain, TOP};

/// Pause between two payments.
const PAUSE: Duration = Duration::from_millis(300);
/// After this a payment counts as lost.
const LOST: Duration = Duration::from_secs(20);
/// Minimum number of payments of a measurement.
const LEAST: usize = 3;

/// A user that pays until it is stopped.
pub struct User {
	latencies: Arc<Mutex<Vec<Duration>>>,
	stop: Arc<AtomicBool>,
	task: JoinHandle<usize>,
}

impl User {
	/// Begins to pay, over the RPC of the first validator.
	pub fn start(scene: &Scene, number: u32) -> Self {
		let (latencies, stop) = (Arc::<Mutex<Vec<Duration>>>::default(), Arc::new(AtomicBool::new(false)));
		let (url, domain) = (scene.nodes()[0].rpc_url(), scene.domain);
		let task = tokio::spawn(pay(url, number, domain, latencies.clone(), stop.clone()));
		Self { latencies, stop, task }
	}

	/// Prints the latencies of the payments since the last call; fails if they are too long.
	#[track_caller]
	pub fn tell(&self, when: &str, figures: &mut Figures) {
		let latencies = std::mem::take(&mut *self.latencies.lock().unwrap());
		assert!(!self.task.is_finished(), "{when}: the user has given up");
		assert!(latencies.len() >= LEAST, "{when}: {} payments are too few", latencies.len());
		let (median, longest) = (median(&latencies), latencies.iter().max().copied().unwrap_or_default());
		let told = format!(
			"{} units, final after {} (median), {} (longest)",
			latencies.len(),
			seconds(median),
			seconds(longest)
		);
		println!("{when}: {told}");
		figures.add(when, told);
		assert!(longest < LONGEST_LIMIT, "{when}: a unit of the user took {longest:?}");
	}

	/// Stops paying; returns the number of payments.
	pub async fn stop(self) -> usize {
		self.stop.store(true, Ordering::Relaxed);
		self.task.await.unwrap()
	}
}

async fn pay(
	url: String,
	number: u32,
	domain: Domain,
	latencies: Arc<Mutex<Vec<Duration>>>,
	stop: Arc<AtomicBool>,
) -> usize {
	let client = Client::connect(&url).await.unwrap();
	let (mut payer, dest) = (Payer::of_genesis(number), account(number + 1));
	let mut paid = 0;
	while !stop.load(Ordering::Relaxed) {
		let latency = pay_once(&client, &mut payer, &dest, &domain).await;
		latencies.lock().unwrap().push(latency);
		paid += 1;
		tokio::time::sleep(PAUSE.saturating_sub(latency)).await;
	}
	paid
}

/// Pays once, and returns the time until the payment is final.
pub async fn pay_once(client: &Client, payer: &mut Payer, dest: &AccountId, domain: &Domain) -> Duration {
	let unit = payer.pay(dest, TOP / 1_000, domain);
	let hash = unit.hash();
	let sent = Instant::now();
	let receipt = async { client.send(unit).await.unwrap().finalized().await.unwrap() };
	let receipt = tokio::time::timeout(LOST, receipt).await.expect("the user's unit becomes final");
	assert_eq!(receipt.unit.hash(), hash);
	sent.elapsed()
}
