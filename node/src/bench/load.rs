//! Full load: connections that keep the pools filled with signed transfers.
//!
//! Each connection (lane) has senders of its own, so that their transfers reach one node in the order of their nonces.
//! One transfer of each batch is watched; when it is final it tells the lane how far the network has come, and the
//! lane submits more. So the pools stay full, and never overflow.

use crate::{
	client::{RpcClient, RpcError, Signer, TransferBuilder},
	network::Node,
};
use anyhow::{bail, Context};
use std::{
	collections::VecDeque,
	ops::Range,
	time::{Duration, Instant},
};
use tokio::{
	sync::{mpsc, watch},
	task::JoinSet,
};
use tp_core::{AccountId, Nonce};

/// Connections to each node.
const LANES_PER_NODE: usize = 2;
/// Transfers handed in by one request, one of which is watched.
const BATCH: usize = 50;
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

/// What a load is made of.
pub struct LoadParams<'a, S> {
	/// Where transfers are submitted.
	pub nodes: &'a [Node],
	/// Makes them.
	pub builder: TransferBuilder,
	/// Who sends, from the nonce 0.
	pub senders: Vec<S>,
	/// How many may wait at a time.
	pub in_flight: u32,
	/// How many are signed in advance; more are signed when needed.
	pub signed: usize,
	/// How many there are; without it, as many as are taken until the load is stopped.
	pub total: Option<usize>,
}

/// A load that is ready to start.
pub struct Load<S> {
	lanes: Vec<Lane<S>>,
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

impl<S: Signer + Clone + Send + 'static> Load<S> {
	/// Connects to all nodes, and signs what will be sent.
	pub async fn prepare(params: LoadParams<'_, S>) -> anyhow::Result<Self> {
		let LoadParams { nodes, builder, senders, in_flight, signed, total } = params;
		// At least two senders a lane: they pay each other.
		let count = (nodes.len() * LANES_PER_NODE).min(senders.len() / 2).max(1);
		let in_flight = usize::try_from(in_flight).context("32 bits fit; qed")?;
		let mut lanes = Vec::new();
		let mut left = total;
		for (lane, (node, senders)) in
			nodes.iter().cycle().zip(senders.chunks(senders.len().div_ceil(count))).enumerate()
		{
			let share = left.map(|left| left.div_ceil(count - lane));
			left = left.zip(share).map(|(left, share)| left - share);
			let mut supply = Supply::new(builder, senders.to_vec(), share);
			supply.sign(share.unwrap_or(signed / count).min(signed));
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
	pub async fn stop(self, window: Range<Instant>) -> anyhow::Result<Vec<Duration>> {
		self.stop.send_replace(true);
		let samples = self.samples().await?;
		Ok(samples.iter().filter(|sample| window.contains(&sample.at)).map(|sample| sample.latency).collect())
	}

	/// Waits until all transfers of a load with an end are submitted, and all watched ones final; returns how long
	/// these took.
	///
	/// # Errors
	/// If a lane failed.
	pub async fn finish(self) -> anyhow::Result<Vec<Duration>> {
		Ok(self.samples().await?.iter().map(|sample| sample.latency).collect())
	}

	/// Waits for all lanes. Meanwhile nobody else stops them.
	async fn samples(mut self) -> anyhow::Result<Vec<Sample>> {
		let mut samples = Vec::new();
		while let Some(lane) = self.lanes.join_next().await {
			samples.extend(lane.context("a lane of the load ended")??);
		}
		Ok(samples)
	}
}

/// One connection with the accounts that send over it.
struct Lane<S> {
	client: RpcClient,
	supply: Supply<S>,
	in_flight: usize,
}

impl<S: Signer> Lane<S> {
	/// Submits until it shall stop, or all are final; returns the watched transfers that became final.
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
					bail!("the load came to a halt: nothing became final in {} s", STALL.as_secs());
				},
			}
		}
	}

	/// Submits one watched transfer and a batch of others; returns how many are submitted with them.
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
		Ok(submitted)
	}
}

/// Signed transfers: the senders take turns, each paying the next.
struct Supply<S> {
	builder: TransferBuilder,
	senders: Vec<S>,
	accounts: Vec<AccountId>,
	next: usize,
	nonce: Nonce,
	signed: VecDeque<Vec<u8>>,
	/// How many may still be signed; without it, any number.
	left: Option<usize>,
}

impl<S: Signer> Supply<S> {
	fn new(builder: TransferBuilder, senders: Vec<S>, left: Option<usize>) -> Self {
		let accounts = senders.iter().map(Signer::account).collect();
		Self { builder, senders, accounts, next: 0, nonce: 0, signed: VecDeque::new(), left }
	}

	fn sign(&mut self, count: usize) {
		let count = self.left.map_or(count, |left| left.min(count));
		self.left = self.left.map(|left| left - count);
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

	fn is_empty(&self) -> bool {
		self.signed.is_empty() && self.left == Some(0)
	}

	fn take(&mut self, count: usize) -> Vec<Vec<u8>> {
		if self.signed.len() < count {
			self.sign(count - self.signed.len());
		}
		self.signed.drain(..count.min(self.signed.len())).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::client::ChainParams;
	use sp_keyring::Sr25519Keyring;
	use tp_core::Hash;

	#[test]
	fn a_supply_with_an_end_gives_so_many_and_no_more() {
		let builder = TransferBuilder::immortal(ChainParams::new(Hash::zero(), 1, 1));
		let senders = vec![Sr25519Keyring::Alice.pair(), Sr25519Keyring::Bob.pair()];
		let mut supply = Supply::new(builder, senders.clone(), Some(5));
		supply.sign(2);
		let given: Vec<usize> = (0..3).map(|_| supply.take(2).len()).collect();
		assert_eq!(given, [2, 2, 1]);
		assert!(supply.is_empty() && supply.take(2).is_empty());
		let mut endless = Supply::new(builder, senders, None);
		assert_eq!(endless.take(7).len(), 7);
		assert!(!endless.is_empty());
	}
}
