//! Builds one chain's services: database, transaction pool, network, PBFT engine, RPC.
//!
//! ```text
//! Configuration ──▶ new_partial (client, pool, import queue) ──▶ new_full (network, RPC, engine) ──▶ TaskManager
//! ```
//!
//! All ledgers have one client type. Its runtime API is that of `fake_runtime_api`, which declares what the runtimes of
//! all ledgers offer. The chain specification says which runtime a ledger runs.

mod accounts;
mod backend;
mod client;
pub mod database;
mod error;
mod fake_runtime_api;
mod full;
mod identity;
mod log_targets;
mod partial;
mod pool_tasks;
mod routed;
mod rpc;
mod services;
mod spec;
mod unit_index;
mod unit_lane;
mod warp;

pub use client::{Executor, FullBackend, FullClient, TransactionPool, WASM_CACHE_FOLDER};
pub use error::BuildError;
pub use full::{new_full, start_chain, NodeOptions, StartedChain};
pub use log_targets::{LOG_TARGETS, SERVICE_LOG_TARGETS};
pub use partial::{new_partial, Extras, PartialComponents};
pub use spec::{AccountStore, SpecExtensions};
pub use tp_core::Block;
pub use unit_index::rebuild_unit_index;
pub use unit_lane::UnitLane;
