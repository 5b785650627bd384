//! The main chain's state, read over RPC.

use std::time::{Duration, Instant};
use top_runtime_common::development::node_account;
use top_sdk::RpcClient;
use tp_core::{AccountId, Balance, ChainTag};
use tp_pbft::Epoch;
use tp_stake::{NodeInfo, Seat};

/// A connection, and the queries of these tests.
pub struct Ledger(pub RpcClient);

impl Ledger {
	/// Connects.
	pub async fn at(url: &str) -> Self {
		Self(RpcClient::connect(url).await.unwrap())
	}

	/// Returns the epoch of the next block.
	pub async fn epoch(&self) -> Epoch {
		let head = self.0.finalized_head().await.unwrap();
		self.0.committee(head).await.unwrap().epoch
	}

	/// Waits for an epoch.
	pub async fn until_epoch(&self, epoch: Epoch, timeout: Duration) {
		self.until(&format!("epoch {epoch}"), timeout, async || self.epoch().await >= epoch).await;
	}

	/// Waits until something is so.
	pub async fn until(&self, what: &str, timeout: Duration, mut is_so: impl AsyncFnMut() -> bool) {
		let deadline = Instant::now() + timeout;
		while !is_so().await {
			assert!(Instant::now() < deadline, "{what}: not within {timeout:?}");
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	}

	/// Returns the status of the n-th node.
	pub async fn node(&self, number: u16) -> Option<NodeInfo> {
		self.0.runtime_call("StakeApi_node", node_account(number), None).await.unwrap()
	}

	/// Returns the seats of the main chain in an epoch.
	pub async fn seats(&self, epoch: Epoch) -> Vec<Seat> {
		let seats: Option<Vec<Seat>> =
			self.0.runtime_call("StakeApi_committee", (ChainTag::Main, epoch), None).await.unwrap();
		seats.unwrap_or_default()
	}

	/// Whether the n-th node has a seat in an epoch.
	pub async fn sits(&self, number: u16, epoch: Epoch) -> bool {
		let node = Some(node_account(number));
		self.seats(epoch).await.iter().any(|seat| seat.node == node)
	}

	/// Returns the free balance of an account.
	pub async fn free(&self, account: &AccountId) -> Balance {
		self.0.account(account).await.unwrap().free
	}
}
