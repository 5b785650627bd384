//! Runs a network of node processes on this machine: starts, kills, stops and queries them.
//!
//! ```text
//! DIR/spec.json            the raw chain specification, written once
//! DIR/network.json         all ledgers of all nodes, with ports and process ids, written at each start of the network
//! DIR/<name>/node-key      the node's network key, written once
//! DIR/<name>/node.log      the output of the node, over all its starts
//! DIR/<name>/chains/…      the node's database, keystore, vote log and compiled runtime
//! ```
//!
//! The crate takes the path of a node binary and a [`Chain`], and knows no runtime. `top-node local-network`,
//! `top-node bench` and the integration tests use it. Nodes listen on the loopback interface only.
//!
//! A node is a child process. It ends with the thread that started it, however that thread ends: see [`Node::start`]
//! and [`end_with_parent`], which the child calls.

mod chain;
mod genesis;
mod kind;
mod ledger;
mod list;
mod logs;
mod network;
mod network_key;
mod node;
mod parent;
mod ports;
mod process;
mod runtime_cache;
mod signals;

pub use chain::Chain;
pub use kind::{NodeKind, DEV_NAMES};
pub use ledger::NodeLedger;
pub use list::LIST_FILE;
pub use logs::{complaints_in, STOPPING};
pub use network::{LocalNetwork, NetworkParams};
pub use node::Node;
pub use parent::end_with_parent;
pub use ports::{shard_offset, NodePorts, PortBases, MAX_SHARDS, ZONE_OFFSET};
pub use process::{cpu_time, peak_memory, ticks_per_second};
pub use signals::stop_signals;
