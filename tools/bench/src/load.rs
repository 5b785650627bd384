//! Full load: connections that keep the pools filled with signed transfers.
//!
//! Each connection (lane) has its own senders, so that their transfers reach one node in the order of their nonces. The
//! lane watches one transfer of each batch: when it is final, the lane submits more. So the pools stay full, and do not
//! overflow.

use crate::ledgers::SignTransfer;
use anyhow::{bail, Context};
use std::{
	collections::VecDeque,
	ops::Range,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use tokio::{
	sync::{mpsc, watch},
	task::JoinSet,
};
use top_local_network::Node;
use top_sdk::{Error, Keypair, RpcClient};
use tp_core::{AccountId, Balance, Nonce};

/// Connections to each node.
const LANES_PER_NODE: usize = 2;
/// Transfers of one request, one of which is watched.
const BATCH: usize = 50;
/// Pause before refused transfers are submitted again.
const RETRY_PAUSE: Duration = Duration::from_millis(200);
/// Maximum number of submissions of a watched transfer that a pool dropped.
const MAX_RESUBMISSIONS: u32 = 10;
/// A load without a final transfer for this long has stopped.
const STALL: Duration = Duration::from_secs(30);
/// Maximum number of unread reports of final transfers. A lane reads them between two batches.
const MAX_REPORTS: usize = 256;

/// Parameters of a load.
pub struct LoadParams<'a> {
	/// Nodes that get the transfers.
	pub nodes: &'a [Node],
	/// Signs the transfers.
	pub sign: SignTransfer,
	/// Keys of the senders, which begin with the nonce 0.
	pub senders: Vec<Keypair>,
	/// Amount of each transfer.
	pub amount: Balance,
	/// Maximum number of transfers that wait in the pools.
	pub in_flight: u32,
	/// Number of transfers to sign in advance. More are signed when needed.
	pub signed: usize,
	/// Number of transfers. `None`: as many as the nodes take until the load is stopped.
	pub total: Option<usize>,
}

/// A load that is ready to start.
pub struct Load {
	lanes: Vec<Lane>,
	refused: Arc<AtomicU64>,
}

/// What a load with a total measured.
#[derive(Debug)]
pub struct Loaded {
	/// Latencies of the watched transfers.
	pub latency: Vec<Duration>,
	/// Number of refusals. A transfer that was refused twice counts twice.
	pub refused: u64,
}

/// A running load.
pub struct RunningLoad {
	lanes: JoinSet<anyhow::Result<Vec<Sample>>>,
	stop: watch::Sender<bool>,
	refused: Arc<AtomicU64>,
}

/// One watched transfer that is final.
#[derive(Clone, Copy, Debug)]
struct Sample {
	/// Number of transfers that the lane had submitted with it.
	submitted: usize,
	/// Time at which it was final.
	at: Instant,
	/// Time since its submission.
	latency: Duration,
}

impl Load {
	/// Connects to all nodes, and signs transfers in advance.
	///
	/// # Errors
	/// If a node does not answer.
	pub async fn prepare(params: LoadParams<'_>) -> anyhow::Result<Self> {
		let LoadParams { nodes, sign, senders, amount, in_flight, signed, total } = params;
		// At least two senders in a lane: they pay each other.
		let count = (nodes.len() * LANES_PER_NODE).min(senders.len() / 2).max(1);
		let in_flight = usize::try_from(in_flight).context("32 bits fit; qed")?;
		let mut lanes = Vec::new();
		let refused = Arc::new(AtomicU64::new(0));
		let mut left = total;
		for (lane, (node, senders)) in
			nodes.iter().cycle().zip(senders.chunks(senders.len().div_ceil(count))).enumerate()
		{
			let share = left.map(|left| left.div_ceil(count - lane));
			left = left.zip(share).map(|(left, share)| left - share);
			let mut supply = Supply::new(sign.clone(), senders.to_vec(), amount, share);
			supply.sign_ahead(share.unwrap_or(signed / count).min(signed));
			let in_flight = (in_flight / count).max(BATCH);
			lanes.push(Lane { client: node.rpc().await?, supply, in_flight, refused: refused.clone() });
		}
		Ok(Self { lanes, refused })
	}

	/// Starts submitting.
	pub fn start(self) -> RunningLoad {
		let (stop, stopped) = watch::channel(false);
		let mut lanes = JoinSet::new();
		for lane in self.lanes {
			lanes.spawn(lane.run(stopped.clone()));
		}
		RunningLoad { lanes, stop, refused: self.refused }
	}
}

impl RunningLoad {
	/// Stops submitting; returns the latencies of the watched transfers that became final in the window.
	///
	/// # Errors
	/// If a lane failed.
	pub async fn stop(self, window: Range<Instant>) -> anyhow::Result<Vec<Duration>> {
		self.stop.send_replace(true);
		let samples = self.samples().await?;
		Ok(samples.iter().filter(|sample| window.contains(&sample.at)).map(|sample| sample.latency).collect())
	}

	/// Waits until all transfers of a load with a total are submitted, and all watched ones are final; returns the
	/// latencies of these.
	///
	/// # Errors
	/// If a lane failed.
	pub async fn finish(self) -> anyhow::Result<Loaded> {
		let refused = self.refused.clone();
		let latency = self.samples().await?.iter().map(|sample| sample.latency).collect();
		Ok(Loaded { latency, refused: refused.load(Ordering::Relaxed) })
	}

	/// Waits for all lanes. Holding `self` keeps the stop channel open, which would stop them when closed.
	async fn samples(mut self) -> anyhow::Result<Vec<Sample>> {
		let mut samples = Vec::new();
		while let Some(lane) = self.lanes.join_next().await {
			samples.extend(lane.context("a lane of the load ended")??);
		}
		Ok(samples)
	}
}

/// One connection with the accounts that send over it.
struct Lane {
	client: RpcClient,
	supply: Supply,
	in_flight: usize,
	refused: Arc<AtomicU64>,
}

impl Lane {
	/// Submits until it is stopped, or all are final; returns the watched transfers that became final.
	async fn run(mut self, mut stopped: watch::Receiver<bool>) -> anyhow::Result<Vec<Sample>> {
		let (report, mut reports) = mpsc::channel(MAX_REPORTS);
		let mut watches = JoinSet::new();
		let mut samples: Vec<Sample> = Vec::new();
		let mut submitted = 0;
		let mut through = 0;
		let mut batches = 0;
		loop {
			while submitted < through + self.in_flight && !*stopped.borrow() && !self.supply.is_empty() {
				submitted = self.submit_batch(submitted, &report, &mut watches).await?;
				batches += 1;
			}
			if self.supply.is_empty() && samples.len() == batches {
				return Ok(samples);
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
					bail!("the load stopped: no transfer became final within {} s", STALL.as_secs());
				},
			}
		}
	}

	/// Submits one watched transfer and a batch of others; returns the number of submitted transfers.
	async fn submit_batch(
		&mut self,
		submitted: usize,
		report: &mpsc::Sender<Sample>,
		watches: &mut JoinSet<anyhow::Result<()>>,
	) -> anyhow::Result<usize> {
		let mut batch = self.supply.take(BATCH);
		let submitted = submitted + batch.len();
		let watched = batch.pop().context("a batch has transfers; qed")?;
		let given_up = Instant::now() + STALL;
		while !batch.is_empty() {
			let refused = self.client.submit_all(&batch).await?;
			let Some((_, reason)) = refused.first() else { break };
			self.refused.fetch_add(refused.len() as u64, Ordering::Relaxed);
			if Instant::now() > given_up {
				bail!("a node has refused transfers for {} s: {reason}", STALL.as_secs());
			}
			// Without these, later nonces of the same senders would wait forever.
			batch = refused.into_iter().map(|(index, _)| batch[index].clone()).collect();
			tokio::time::sleep(RETRY_PAUSE).await;
		}
		let since = Instant::now();
		let watch = self.client.submit_and_watch(&watched).await?;
		let report = report.clone();
		let client = self.client.clone();
		let refused = self.refused.clone();
		watches.spawn(async move {
			let mut outcome = watch.finalized().await;
			// A pool may drop a transfer that it has no room for. The latency includes the wait.
			for _ in 0..MAX_RESUBMISSIONS {
				if !matches!(outcome, Err(Error::Refused { .. } | Error::Transaction { .. })) {
					break;
				}
				refused.fetch_add(1, Ordering::Relaxed);
				tokio::time::sleep(RETRY_PAUSE).await;
				outcome = match client.submit_and_watch(&watched).await {
					Ok(watch) => watch.finalized().await,
					Err(error) => Err(error),
				};
			}
			outcome?;
			let at = Instant::now();
			// A stopped lane ends before its watches.
			if report.send(Sample { submitted, at, latency: at - since }).await.is_err() {
				log::trace!("A transfer became final after the end of the load");
			}
			Ok(())
		});
		Ok(submitted)
	}
}

/// Signed transfers: the senders take turns, each paying the next.
struct Supply {
	sign: SignTransfer,
	senders: Vec<Keypair>,
	accounts: Vec<AccountId>,
	amount: Balance,
	next: usize,
	nonce: Nonce,
	signed: VecDeque<Vec<u8>>,
	/// Number of transfers that remain to be signed. `None`: no limit.
	left: Option<usize>,
}

impl Supply {
	fn new(sign: SignTransfer, senders: Vec<Keypair>, amount: Balance, left: Option<usize>) -> Self {
		let accounts = senders.iter().map(Keypair::account).collect();
		Self { sign, senders, accounts, amount, next: 0, nonce: 0, signed: VecDeque::new(), left }
	}

	fn sign_ahead(&mut self, count: usize) {
		let count = self.left.map_or(count, |left| left.min(count));
		self.left = self.left.map(|left| left - count);
		for _ in 0..count {
			let destination = &self.accounts[(self.next + 1) % self.accounts.len()];
			self.signed.push_back((self.sign)(&self.senders[self.next], self.nonce, destination, self.amount));
			self.next += 1;
			if self.next == self.senders.len() {
				self.next = 0;
				self.nonce += 1;
			}
		}
	}

	fn is_empty(&self) -> bool {
		self.signed.is_empty() && self.left == Some(0)
	}

	fn take(&mut self, count: usize) -> Vec<Vec<u8>> {
		if self.signed.len() < count {
			self.sign_ahead(count - self.signed.len());
		}
		self.signed.drain(..count.min(self.signed.len())).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::genesis::sender;

	#[test]
	fn a_supply_with_a_total_gives_that_number() {
		let sign: SignTransfer = Arc::new(|_: &Keypair, nonce: Nonce, _: &AccountId, _| nonce.to_le_bytes().to_vec());
		let senders = vec![sender(0), sender(1)];
		let mut supply = Supply::new(sign.clone(), senders.clone(), 1, Some(5));
		supply.sign_ahead(2);
		let given: Vec<usize> = (0..3).map(|_| supply.take(2).len()).collect();
		assert_eq!(given, [2, 2, 1]);
		assert!(supply.is_empty() && supply.take(2).is_empty());
		let mut endless = Supply::new(sign, senders, 1, None);
		assert_eq!(endless.take(7).len(), 7);
		assert!(!endless.is_empty());
	}

	#[test]
	fn senders_take_turns_and_pay_the_next() {
		let sign: SignTransfer = Arc::new(|from: &Keypair, nonce: Nonce, to: &AccountId, _| {
			let (from, to): ([u8; 32], [u8; 32]) = (from.account().into(), to.clone().into());
			[&from[..], &to, &nonce.to_le_bytes()].concat()
		});
		let senders = vec![sender(0), sender(1)];
		let [first, second]: [[u8; 32]; 2] = [0, 1].map(|index| senders[index].account().into());
		let mut supply = Supply::new(sign, senders, 1, None);
		let expected = [(first, second, 0_u32), (second, first, 0), (first, second, 1)];
		assert_eq!(supply.take(3), expected.map(|(from, to, nonce)| [&from[..], &to, &nonce.to_le_bytes()].concat()));
	}
}
