//! Full load: connections that keep the pools filled with signed transfers.
//!
//! Each connection (lane) has senders of its own, so that their transfers reach one node in the order of their nonces.
//! One transfer of each batch is watched; when it is final it tells the lane how far the network has come, and the
//! lane submits more. So the pools stay full, and never overflow.

use super::genesis::sender;
use crate::{
	client::{RpcClient, RpcError, TransferBuilder},
	network::Node,
};
use anyhow::{bail, Context};
use futures::FutureExt;
use jsonrpsee::core::client::Subscription;
use sp_core::{sr25519, Pair};
use std::{
	collections::VecDeque,
	ops::Range,
	time::{Duration, Instant},
};
use tokio::{
	sync::{mpsc, watch},
	task::JoinSet,
};
use top_main_runtime::Header;
use tp_core::{AccountId, Nonce};

/// Connections to each node.
const LANES_PER_NODE: usize = 2;
/// Transfers handed in by one request, one of which is watched.
const BATCH: usize = 50;
/// Transfers a second that are signed in advance; more are signed when needed.
const SIGNED_RATE: u64 = 1_500;
/// What a transfer moves: the least there is, so that no account runs dry.
const AMOUNT: u128 = 1;
/// How long refused transfers wait until they are handed in again.
const RETRY_PAUSE: Duration = Duration::from_millis(200);
/// How often a watched transfer is handed in again that a pool dropped.
const MAX_RESUBMISSIONS: u32 = 10;
/// A load of which nothing becomes final for so long has come to a halt.
const STALL: Duration = Duration::from_secs(30);
/// Reports of final transfers that wait for their lane. A lane reads them between two batches.
const MAX_REPORTS: usize = 256;

/// A load that is ready to start.
pub struct Load {
	lanes: Vec<Lane>,
}

/// A running load.
pub struct RunningLoad {
	lanes: JoinSet<anyhow::Result<Vec<Sample>>>,
	stop: watch::Sender<bool>,
}

/// One watched transfer that is final.
#[derive(Clone, Copy, Debug)]
struct Sample {
	/// How many transfers the lane had submitted with it.
	submitted: usize,
	/// When it was final.
	at: Instant,
	/// Since its submission.
	latency: Duration,
}

impl Load {
	/// Connects to all nodes, and signs what `senders` accounts will send over `seconds`, of which `in_flight` may wait
	/// at a time.
	pub async fn prepare(
		nodes: &[Node],
		builder: &TransferBuilder,
		senders: u32,
		in_flight: u32,
		seconds: u64,
	) -> anyhow::Result<Self> {
		let everyone: Vec<sr25519::Pair> = (0..senders).map(sender).collect();
		// At least two senders a lane: they pay each other.
		let count = (nodes.len() * LANES_PER_NODE).min(everyone.len() / 2);
		let planned = usize::try_from(SIGNED_RATE.saturating_mul(seconds)).context("the load is too long")?;
		let in_flight = usize::try_from(in_flight).context("32 bits fit; qed")?;
		let mut lanes = Vec::new();
		for (node, senders) in nodes.iter().cycle().zip(everyone.chunks(everyone.len().div_ceil(count))) {
			let mut supply = Supply::new(*builder, senders.to_vec());
			supply.sign(planned / count);
			lanes.push(Lane { client: node.rpc().await?, supply, in_flight: (in_flight / count).max(BATCH) });
		}
		Ok(Self { lanes })
	}

	/// Starts to submit.
	pub fn start(self) -> RunningLoad {
		let (stop, stopped) = watch::channel(false);
		let mut lanes = JoinSet::new();
		for lane in self.lanes {
			lanes.spawn(lane.run(stopped.clone()));
		}
		RunningLoad { lanes, stop }
	}
}

impl RunningLoad {
	/// Stops submitting; returns how long the watched transfers took that became final in the window.
	///
	/// # Errors
	/// If a lane failed.
	pub async fn stop(mut self, window: Range<Instant>) -> anyhow::Result<Vec<Duration>> {
		self.stop.send_replace(true);
		let mut latencies = Vec::new();
		while let Some(lane) = self.lanes.join_next().await {
			let samples = lane.context("a lane of the load ended")??;
			latencies.extend(samples.iter().filter(|sample| window.contains(&sample.at)).map(|sample| sample.latency));
		}
		Ok(latencies)
	}
}

/// One connection with the accounts that send over it.
struct Lane {
	client: RpcClient,
	supply: Supply,
	in_flight: usize,
}

impl Lane {
	/// Submits until it shall stop; returns the watched transfers that became final.
	async fn run(mut self, mut stopped: watch::Receiver<bool>) -> anyhow::Result<Vec<Sample>> {
		let (report, mut reports) = mpsc::channel(MAX_REPORTS);
		let mut watches = JoinSet::new();
		let mut samples: Vec<Sample> = Vec::new();
		let mut submitted = 0;
		let mut through = 0;
		loop {
			while submitted < through + self.in_flight && !*stopped.borrow() {
				submitted += self.submit_batch(submitted, &report, &mut watches).await?;
			}
			// Ended watches only hold memory.
			while let Some(ended) = watches.try_join_next() {
				ended.context("a watch of the load panicked")??;
			}
			tokio::select! {
				sample = reports.recv() => {
					let sample: Sample = sample.context("this function holds a sender; qed")?;
					through = through.max(sample.submitted);
					samples.push(sample);
				},
				_ = stopped.changed() => return Ok(samples),
				() = tokio::time::sleep(STALL) => {
					bail!("the load came to a halt: nothing became final in {} s", STALL.as_secs());
				},
			}
		}
	}

	/// Submits one watched transfer and a batch of others; returns how many.
	async fn submit_batch(
		&mut self,
		submitted: usize,
		report: &mpsc::Sender<Sample>,
		watches: &mut JoinSet<anyhow::Result<()>>,
	) -> anyhow::Result<usize> {
		let mut batch = self.supply.take(BATCH);
		let watched = batch.pop().context("a batch has transfers; qed")?;
		let given_up = Instant::now() + STALL;
		while !batch.is_empty() {
			let refused = self.client.submit_all(&batch).await?;
			let Some((_, reason)) = refused.first() else { break };
			if Instant::now() > given_up {
				bail!("a node refuses transfers for {} s: {reason}", STALL.as_secs());
			}
			// The transfers with the next nonces of the same senders would wait for these for ever.
			batch = refused.into_iter().map(|(index, _)| batch[index].clone()).collect();
			tokio::time::sleep(RETRY_PAUSE).await;
		}
		let since = Instant::now();
		let watch = self.client.submit_and_watch(&watched).await?;
		let report = report.clone();
		let client = self.client.clone();
		let submitted = submitted + BATCH;
		watches.spawn(async move {
			let mut outcome = watch.until_final().await;
			// A pool may drop what it cannot place for the moment. The wait counts.
			for _ in 0..MAX_RESUBMISSIONS {
				if !matches!(outcome, Err(RpcError::Refused { .. })) {
					break;
				}
				tokio::time::sleep(RETRY_PAUSE).await;
				outcome = match client.submit_and_watch(&watched).await {
					Ok(watch) => watch.until_final().await,
					Err(error) => Err(error),
				};
			}
			outcome?;
			let at = Instant::now();
			// The lane ends first when the load is stopped.
			if report.send(Sample { submitted, at, latency: at - since }).await.is_err() {
				log::trace!("a transfer became final after the load was stopped");
			}
			Ok(())
		});
		Ok(BATCH)
	}
}

/// Signed transfers: the senders take turns, each paying the next.
struct Supply {
	builder: TransferBuilder,
	senders: Vec<sr25519::Pair>,
	accounts: Vec<AccountId>,
	next: usize,
	nonce: Nonce,
	signed: VecDeque<Vec<u8>>,
}

impl Supply {
	fn new(builder: TransferBuilder, senders: Vec<sr25519::Pair>) -> Self {
		let accounts = senders.iter().map(|pair| AccountId::from(pair.public())).collect();
		Self { builder, senders, accounts, next: 0, nonce: 0, signed: VecDeque::new() }
	}

	fn sign(&mut self, count: usize) {
		for _ in 0..count {
			let destination = &self.accounts[(self.next + 1) % self.accounts.len()];
			self.signed.push_back(self.builder.build(&self.senders[self.next], self.nonce, destination, AMOUNT));
			self.next += 1;
			if self.next == self.senders.len() {
				self.next = 0;
				self.nonce += 1;
			}
		}
	}

	fn take(&mut self, count: usize) -> Vec<Vec<u8>> {
		if self.signed.len() < count {
			self.sign(count - self.signed.len());
		}
		self.signed.drain(..count).collect()
	}
}

/// When blocks became final, as a client sees it.
pub struct BlockTimes {
	headers: Subscription<Header>,
	seen: Vec<(u32, Instant)>,
}

impl BlockTimes {
	/// Subscribes.
	pub async fn follow(client: &RpcClient) -> anyhow::Result<Self> {
		Ok(Self { headers: client.finalized_headers().await?, seen: Vec::new() })
	}

	/// Records for a while. What came before, and waits to be read, does not count.
	pub async fn record_for(&mut self, duration: Duration) -> anyhow::Result<()> {
		while self.headers.next().now_or_never().is_some() {}
		let over = tokio::time::sleep(duration);
		tokio::pin!(over);
		loop {
			tokio::select! {
				header = self.headers.next() => {
					let header = header.context("the node ended the subscription to final headers")??;
					self.seen.push((header.number, Instant::now()));
				},
				() = &mut over => return Ok(()),
			}
		}
	}

	/// The times between one block and the next. A height of which the node did not tell parts no two blocks.
	pub fn intervals(&self) -> Vec<Duration> {
		let pairs = self.seen.windows(2);
		pairs.filter(|pair| pair[0].0 + 1 == pair[1].0).map(|pair| pair[1].1 - pair[0].1).collect()
	}
}
