//! TOP for programs: keys, payments, and receipts that verify offline.
//!
//! ```no_run
//! use top_sdk::{Client, Keypair, TOP};
//!
//! # async fn pay() -> Result<(), Box<dyn std::error::Error>> {
//! let top = Client::connect("ws://127.0.0.1:9944").await?;
//! let alice = Keypair::from_uri("//Alice")?;
//! let bob = Keypair::from_uri("//Bob")?;
//!
//! let receipt = top.pay(&alice, &bob, 5 * TOP).await?.finalized().await?;
//! top.verifier().await?.verify(&receipt)?;
//! # Ok(())
//! # }
//! ```
//!
//! An account signs *units*. Each unit is a link of the account's own chain, and its operations apply atomically:
//!
//! ```text
//! UnitBuilder ──build──▶ UnsignedUnit ──sign, or a wallet's signature──▶ Unit ──Client::submit_and_watch──▶ Watch
//!      ▲                                                                                                     │
//! Client::next_unit (height and parent)                       Verifier ◀── Receipt ◀── Submission::finalized ┘
//! ```
//!
//! - [`RpcClient`] calls a node of any ledger: blocks, states, extrinsics.
//! - [`Client`] talks to a node. Its results are as trustworthy as the node.
//! - [`Verifier`] checks receipts without a node. It trusts only the committees that it was given.
//! - [`UnitBuilder`] needs no node either, so keys can stay on an offline machine.
//!
//! Complete programs: the folder `examples/rust` of the repository.

mod client;
mod committee;
mod error;
mod keypair;
mod receipt;
mod rpc;
mod submission;
mod unit;
mod verifier;

pub use client::Client;
pub use committee::CommitteeReport;
pub use error::{Error, KeyError, UnitError, VerifyError};
pub use keypair::{Keypair, Recipient};
pub use rpc::{AccountInfo, RpcClient, TransactionStatus, TransactionWatch};
pub use submission::{Submission, Watch};
pub use unit::{UnitBuilder, UnsignedUnit};
pub use verifier::{Proved, Verifier};

pub use sp_runtime::MultiSignature;
pub use tc_lattice_rpc_types as reports;
pub use tp_core::{AccountId, Balance, ChainTag, Hash, TOP};
pub use tp_lattice::{Domain, Operation, Receipt, Unit, UnitHash};

#[cfg(test)]
mod tests;
