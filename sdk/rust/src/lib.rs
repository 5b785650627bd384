//! TOP for programs: keys, payments, and receipts that verify offline.
//!
//! ```no_run
//! use top_sdk::{Client, Keypair, Verifier, TOP};
//!
//! # async fn pay() -> Result<(), Box<dyn std::error::Error>> {
//! let top = Client::connect("ws://127.0.0.1:9944").await?;
//! let alice = Keypair::from_uri("//Alice")?;
//! let bob = Keypair::from_uri("//Bob")?;
//!
//! // The committee that you trust, from a source that you trust. Not from the node that is to be checked.
//! let mut verifier = Verifier::from_json(&std::fs::read_to_string("committee.json")?)?;
//!
//! let payment = top.pay(&alice, &bob, 5 * TOP).await?;
//! let unit = payment.hash();
//! let receipt = payment.finalized().await?;
//! top.follow(&mut verifier, &receipt).await?;
//! verifier.verify_unit(&receipt, unit)?;
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
//! # When the connection breaks
//!
//! - A unit applies at most once, however often it is submitted. So after an error, **send the same unit again**: every
//!   error of a submission has it ([`Error::units`]). A new unit for the same payment can pay twice, as long as
//!   [`Error::may_still_apply`].
//! - A unit of [`Client::next_unit`], which [`Client::pay`] uses, expires: after that, it cannot apply any more.
//! - Connections are pinged. A connection that is silent for 15 seconds is noticed within 30, and opened again with growing pauses,
//!   for a minute: [`ConnectOptions`]. Each one must lead to the ledger of the first.
//! - Watches go on over the new connection. [`Client::resume`] watches by a unit's hash after a restart of the program.
//! - A status without a verdict (`unknown`, or `dropped` by an overloaded node) ends no watch: the node is asked again. So it
//!   is where the node says that a unit's height has passed, which it can also say of a unit that applied.
//!
//! Complete programs: the folder `examples/rust` of the repository.

mod bind;
mod client;
mod committee;
mod error;
mod expiry;
mod handover;
mod keypair;
mod link;
mod lookup;
mod patience;
mod rpc;
mod submission;
mod transaction;
mod unit;
mod verifier;
mod verify_error;
mod watch;

pub use client::Client;
pub use committee::CommitteeReport;
pub use error::{Error, KeyError, UnitError};
pub use keypair::{Keypair, Recipient};
pub use link::ConnectOptions;
pub use rpc::{AccountInfo, RpcClient};
pub use submission::Submission;
pub use transaction::{TransactionStatus, TransactionWatch};
pub use unit::{UnitBuilder, UnsignedUnit};
pub use verifier::{Proved, Verifier};
pub use verify_error::VerifyError;
pub use watch::Watch;

pub use sp_runtime::MultiSignature;
pub use tc_lattice_rpc_types as reports;
pub use tp_core::{AccountId, Balance, ChainTag, Hash, TOP};
pub use tp_lattice::{Domain, Operation, Receipt, Unit, UnitHash};
