//! The methods over a chain in memory, as a connection calls them.

#[path = "../../../lattice/engine/src/tests/memory.rs"]
// The tests of the unit lane use all of it.
#[allow(dead_code)]
mod memory;

mod reads;
mod watches;

use super::{api::LatticeApiServer, server::Lattice};
use codec::Encode;
use futures::future::BoxFuture;
use jsonrpsee::RpcModule;
use memory::{pay, MemoryChain, HEAD};
use serde_json::{json, Value};
use sp_core::{traits::SpawnNamed, Bytes};
use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::Duration,
};
use tc_lattice::{Archive, ChainError, ChainView, Limits, Outgoing, UnitPool, UnitPoolParams};
use tokio::sync::mpsc;
use tp_lattice::{Batch, Unit};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A node's RPC over a chain.
struct Scene {
	chain: Arc<MemoryChain>,
	units: UnitPool,
	archive: Arc<Archive>,
	module: RpcModule<Lattice>,
	_outgoing: mpsc::Receiver<Outgoing>,
	_folder: tempfile::TempDir,
}

/// The messages of a connection. Dropping it closes the connection.
type Connection = mpsc::Receiver<String>;

#[derive(Clone)]
struct Tokio;

impl SpawnNamed for Tokio {
	fn spawn(&self, _: &'static str, _: Option<&'static str>, task: BoxFuture<'static, ()>) {
		tokio::spawn(task);
	}
	fn spawn_blocking(&self, _: &'static str, _: Option<&'static str>, task: BoxFuture<'static, ()>) {
		tokio::spawn(task);
	}
}

impl Scene {
	/// Opens the node of a chain.
	fn on(chain: Arc<MemoryChain>) -> Self {
		let params = UnitPoolParams { chain: chain.clone(), limits: Limits::default(), registry: None };
		let (units, outgoing) = UnitPool::open(params).unwrap().unwrap();
		let folder = tempfile::tempdir().unwrap();
		let archive = Archive::open(chain.clone(), folder.path()).unwrap();
		let module = Lattice::new(units.clone(), archive.clone(), chain.clone(), Arc::new(Tokio)).into_rpc();
		Self { chain, units, archive, module, _outgoing: outgoing, _folder: folder }
	}

	/// Waits until the index has a block.
	async fn indexed(self, number: u32) -> Self {
		assert!(self.archive.wait_until_indexed(number, PATIENCE).await, "{:?}", self.archive.failure());
		self.chain.loads.store(0, Ordering::Relaxed);
		self
	}

	/// Calls a method. Returns its answer and the connection.
	async fn call(&self, method: &str, parameters: Value) -> (Value, Connection) {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
		let (answer, connection) = self.module.raw_json_request(&request.to_string(), 4_096).await.unwrap();
		(serde_json::from_str(&answer).unwrap(), connection)
	}

	async fn submit(&self, units: &[Unit]) -> Vec<Value> {
		let (answer, _) = self.call("lattice_submit", json!([encoded(units)])).await;
		answer["result"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
	}
}

fn encoded(units: &[Unit]) -> Vec<Bytes> {
	units.iter().map(|unit| Bytes(unit.encode())).collect()
}

/// Returns the next report of a subscription.
async fn next_report(connection: &mut Connection) -> Value {
	let message = tokio::time::timeout(PATIENCE, connection.recv()).await.expect("a report comes in time").unwrap();
	serde_json::from_str::<Value>(&message).unwrap()["params"]["result"].clone()
}

/// Makes a chain of blocks with one unit each.
fn chain_of(blocks: u32) -> (Arc<MemoryChain>, Vec<Unit>) {
	let chain = MemoryChain::new(20, 1_000_000);
	let mut parent = HEAD;
	let mut units = Vec::new();
	for height in 0..blocks {
		let unit = pay(1, height, parent, 2, 10);
		parent = unit.hash();
		chain.make(&Batch::new(vec![unit.clone()]).unwrap(), |_| ());
		units.push(unit);
	}
	(chain, units)
}

/// Lets reads of the chain wait.
#[derive(Clone, Default)]
struct Gate(Arc<AtomicBool>);

impl Gate {
	/// Closes the gate of a chain.
	fn close(chain: &MemoryChain) -> Self {
		let gate = Self::default();
		let is_open = gate.0.clone();
		*chain.on_read.lock() = Some(Arc::new(move || {
			while !is_open.load(Ordering::Relaxed) {
				std::thread::sleep(Duration::from_millis(1));
			}
		}));
		gate
	}

	fn open(&self) {
		self.0.store(true, Ordering::Relaxed);
	}
}

impl Drop for Gate {
	fn drop(&mut self) {
		self.open();
	}
}
