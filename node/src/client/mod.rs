//! A client of a running node: JSON-RPC, signed transfers, and the check that a block is final.
//!
//! ```text
//! account, amount ──▶ extrinsic (signed) ──▶ rpc (submit, watch) ──▶ inclusion (block, events) ──▶ certificate
//!                    └───────────────────── send: all of these ─────────────────────┘
//! ```
//!
//! It trusts the node for the state it reports, the committee included, and for nothing else: header hash, extrinsics
//! root and certificate are checked here.

mod account;
mod amount;
mod balance;
mod certificate;
mod extrinsic;
mod inclusion;
mod rpc;
mod send;

pub use account::{parse_account, parse_signer};
pub use amount::{format_amount, parse_amount};
pub use balance::{existential_deposit, spendable, AccountInfo};
pub use certificate::{verify_final, FinalProof};
pub use extrinsic::{ChainParams, Signer, TransferBuilder};
pub use inclusion::{events_of, find_call, transfers_in, Inclusion};
pub use rpc::{RpcClient, RpcError, TxStatus, TxWatch};
pub use send::{send, Sent};
