//! A node's RPC over a chain in memory.

use super::memory::MemoryChain;
use crate::lattice::{api::LatticeApiServer, server::Lattice};
use codec::Encode;
use futures::future::BoxFuture;
use jsonrpsee::RpcModule;
use serde_json::{json, Value};
use sp_core::{traits::SpawnNamed, Bytes};
use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::Duration,
};
use tc_lattice::{Archive, Extrinsics, Limits, Outgoing, UnitPool, UnitPoolParams};
use tokio::sync::mpsc;
use tp_lattice::Unit;

/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A node's RPC over a chain.
pub struct Scene {
	pub chain: Arc<MemoryChain>,
	pub units: UnitPool,
	pub archive: Arc<Archive>,
	pub module: RpcModule<Lattice>,
	_outgoing: mpsc::Receiver<Outgoing>,
	_folder: tempfile::TempDir,
}

/// The messages of a connection. Dropping it closes the connection.
pub type Connection = mpsc::Receiver<String>;

#[derive(Clone)]
pub struct Tokio;

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
	pub fn on(chain: Arc<MemoryChain>) -> Self {
		Self::beside(chain, Arc::new(()))
	}

	/// Opens the node of a chain that keeps no index.
	pub fn without_index(chain: Arc<MemoryChain>) -> Self {
		let archive = Archive::without_index(chain.clone());
		Self::with(chain, Arc::new(()), archive, tempfile::tempdir().unwrap())
	}

	/// Opens the node of a chain with extrinsics that wait.
	pub fn beside(chain: Arc<MemoryChain>, extrinsics: Arc<dyn Extrinsics>) -> Self {
		let folder = tempfile::tempdir().unwrap();
		let archive = Archive::open(chain.clone(), folder.path()).unwrap();
		Self::with(chain, extrinsics, archive, folder)
	}

	fn with(
		chain: Arc<MemoryChain>,
		extrinsics: Arc<dyn Extrinsics>,
		archive: Arc<Archive>,
		folder: tempfile::TempDir,
	) -> Self {
		let params = UnitPoolParams { chain: chain.clone(), extrinsics, limits: Limits::default(), registry: None };
		let (units, outgoing) = UnitPool::open(params).unwrap().unwrap();
		let module = Lattice::new(units.clone(), archive.clone(), chain.clone(), Arc::new(Tokio)).into_rpc();
		Self { chain, units, archive, module, _outgoing: outgoing, _folder: folder }
	}

	/// Waits until the index has a block.
	pub async fn indexed(self, number: u32) -> Self {
		assert!(self.archive.wait_until_indexed(number, PATIENCE).await, "{:?}", self.archive.failure());
		self.chain.loads.store(0, Ordering::Relaxed);
		self
	}

	/// Calls a method. Returns its answer and the connection.
	pub async fn call(&self, method: &str, parameters: Value) -> (Value, Connection) {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
		let (answer, connection) = self.module.raw_json_request(&request.to_string(), 4_096).await.unwrap();
		(serde_json::from_str(&answer).unwrap(), connection)
	}

	pub async fn submit(&self, units: &[Unit]) -> Vec<Value> {
		let (answer, _) = self.call("lattice_submit", json!([encoded(units)])).await;
		answer["result"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
	}
}

pub fn encoded(units: &[Unit]) -> Vec<Bytes> {
	units.iter().map(|unit| Bytes(unit.encode())).collect()
}

/// Returns the next report of a subscription.
pub async fn next_report(connection: &mut Connection) -> Value {
	let message = tokio::time::timeout(PATIENCE, connection.recv()).await.expect("a report comes in time").unwrap();
	serde_json::from_str::<Value>(&message).unwrap()["params"]["result"].clone()
}

/// Lets reads of the chain wait.
#[derive(Clone, Default)]
pub struct Gate(Arc<AtomicBool>);

impl Gate {
	/// Closes the gate of a chain.
	pub fn close(chain: &MemoryChain) -> Self {
		let gate = Self::default();
		let is_open = gate.0.clone();
		*chain.on_read.lock() = Some(Arc::new(move || {
			while !is_open.load(Ordering::Relaxed) {
				std::thread::sleep(Duration::from_millis(1));
			}
		}));
		gate
	}

	pub fn open(&self) {
		self.0.store(true, Ordering::Relaxed);
	}
}

impl Drop for Gate {
	fn drop(&mut self) {
		self.open();
	}
}
