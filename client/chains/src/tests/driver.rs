//! The driver over chains that are none.

use super::*;
use crate::{Chain, ChainError, ChainsHandle, Launch, Supervisor};
use futures::{future::BoxFuture, FutureExt};
use parking_lot::Mutex;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::oneshot;

/// What happened, and the ends of the chains that run.
#[derive(Clone, Default)]
struct Fakes(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
	told: Vec<String>,
	ends: BTreeMap<ChainTag, oneshot::Sender<u32>>,
	/// Starts that fail.
	faults: BTreeMap<ChainTag, u32>,
}

struct Fake {
	chain: ChainTag,
	end: oneshot::Receiver<u32>,
	fakes: Fakes,
}

impl Fakes {
	fn tell(&self, what: &str, chain: ChainTag) {
		self.0.lock().told.push(format!("{what} {chain}"));
	}

	/// Ends a chain.
	fn end(&self, chain: ChainTag, reason: u32) {
		let end = self.0.lock().ends.remove(&chain).expect("it runs");
		end.send(reason).expect("the driver waits for its end");
	}

	/// Waits until something has happened.
	async fn until(&self, what: &str) {
		for _ in 0..1_000 {
			if self.0.lock().told.iter().any(|told| told == what) {
				return;
			}
			tokio::time::sleep(Duration::from_millis(10)).await;
		}
		panic!("{what}: never, but {:?}", self.0.lock().told);
	}

	fn told(&self) -> Vec<String> {
		std::mem::take(&mut self.0.lock().told)
	}
}

impl Launch for Fakes {
	fn start(&mut self, chain: ChainTag) -> BoxFuture<'static, Result<Box<dyn Chain>, ChainError>> {
		let fakes = self.clone();
		async move {
			if let Some(fault) = fakes.0.lock().faults.remove(&chain) {
				return Err(ChainError::Test(fault));
			}
			let (sender, end) = oneshot::channel();
			fakes.0.lock().ends.insert(chain, sender);
			fakes.tell("start", chain);
			Ok(Box::new(Fake { chain, end, fakes }) as Box<dyn Chain>)
		}
		.boxed()
	}
}

impl Chain for Fake {
	fn ended(&mut self) -> BoxFuture<'_, ChainError> {
		async {
			match (&mut self.end).await {
				Ok(reason) => ChainError::Test(reason),
				Err(_) => futures::future::pending().await,
			}
		}
		.boxed()
	}

	fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
		async move {
			tokio::time::sleep(Duration::from_millis(20)).await;
			self.fakes.tell("stopped", self.chain);
		}
		.boxed()
	}
}

/// Runs a test beside a supervisor that its end stops; returns what the supervisor returned.
fn supervised<F: std::future::Future<Output = ()>>(
	fakes: &Fakes,
	test: impl FnOnce(ChainsHandle) -> F,
) -> Result<(), ChainError> {
	let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
	let (handle, wanted) = ChainsHandle::new();
	let supervisor = Supervisor::new(fakes.clone(), wanted);
	runtime.block_on(supervisor.run(test(handle)))
}

#[test]
fn chains_come_and_go_at_run_time_and_stop_in_order() {
	let fakes = Fakes::default();
	let end = supervised(&fakes, |handle| {
		let fakes = fakes.clone();
		async move {
			fakes.until("start main").await;
			handle.want(with_shards([1]));
			fakes.until("start shard 0/1").await;
			handle.want(with_shards([2]));
			fakes.until("stopped shard 0/1").await;
			fakes.until("start shard 0/2").await;
			fakes.told();
		}
	});
	end.unwrap();
	assert_eq!(fakes.told(), ["stopped shard 0/2", "stopped main"]);
}

#[test]
fn a_chain_that_ends_or_does_not_start_comes_back() {
	let fakes = Fakes::default();
	fakes.0.lock().faults.insert(shard(0), 1);
	let end = supervised(&fakes, |handle| {
		let fakes = fakes.clone();
		async move {
			handle.want(with_shards([0]));
			fakes.until("start shard 0/0").await;
			fakes.told();
			fakes.end(shard(0), 7);
			fakes.until("stopped shard 0/0").await;
			fakes.until("start shard 0/0").await;
		}
	});
	end.unwrap();
}

#[test]
fn the_node_ends_with_the_reason_of_the_main_chain() {
	let fakes = Fakes::default();
	let end = supervised(&fakes, |handle| {
		let fakes = fakes.clone();
		async move {
			handle.want(with_shards([0]));
			fakes.until("start main").await;
			fakes.until("start shard 0/0").await;
			fakes.told();
			fakes.end(MAIN, 9);
			futures::future::pending().await
		}
	});
	assert!(matches!(end, Err(ChainError::Test(9))), "{end:?}");
	assert_eq!(fakes.told(), ["stopped main", "stopped shard 0/0"]);
}
