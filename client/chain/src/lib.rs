//! Builds one chain's services: database, transaction pool, network, PBFT engine, RPC.
//!
//! ```text
//! Configuration ──▶ new_partial (client, pool, import queue) ──▶ new_full (network, RPC, engine) ──▶ TaskManager
//! ```
//!
//! All ledgers have one client type: its runtime API is that of `fake_runtime_api`, which declares what every
//! ledger's runtime offers. Which runtime it is, the chain specification says.

mod fake_runtime_api;
mod full;
mod lattice;
mod partial;
mod pool_tasks;
mod rpc;

pub use full::{new_full, NodeOptions};
pub use lattice::{rebuild_unit_index, UnitLane};
pub use partial::{new_partial, Executor, Extras, FullBackend, FullClient, PartialComponents, TransactionPool};
pub use tp_core::Block;
