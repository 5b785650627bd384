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
//! - [`Client`] talks to a node of one ledger. Its results are as trustworthy as the node.
//! - [`Network`] is one door to all shards of a zone: payments and accounts find their shard by themselves.
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
//! # Across shards
//!
//! - [`Network::pay`] is the same call for a neighbour and for an account of another shard. [`Payment::next`] goes on from *final*
//!   to *sealed*, *credited* and *confirmed*, or to *returned*.
//! - The shard of an account is cached. A shard that refuses a unit by [`reports::ReasonCode::Elsewhere`] makes the network locate
//!   the account again, and the **same unit** is sent there: a domain binds the zone and not the shard.
//! - Stages are the word of the node. [`Payment::prove`] requests a proof across ledgers, which a [`MessageVerifier`] checks by a
//!   committee of the zone alone.
//!
//! Complete programs: the folder `examples/rust` of the repository.

mod bind;
mod client;
mod committee;
mod endpoints;
mod error;
mod expiry;
mod handover;
mod keypair;
mod link;
mod lookup;
mod message_verifier;
mod message_watch;
mod network;
mod patience;
mod payment;
mod payment_report;
mod rpc;
mod submission;
mod transaction;
mod unit;
mod verifier;
mod verify_error;
mod watch;
mod zone;

pub use client::Client;
pub use committee::CommitteeReport;
pub use error::{Error, KeyError, UnitError};
pub use keypair::{Keypair, Recipient};
pub use link::ConnectOptions;
pub use message_verifier::MessageVerifier;
pub use message_watch::MessageWatch;
pub use network::Network;
pub use payment::Payment;
pub use payment_report::PaymentReport;
pub use rpc::{AccountInfo, RpcClient};
pub use submission::Submission;
pub use transaction::{TransactionStatus, TransactionWatch};
pub use unit::{UnitBuilder, UnsignedUnit};
pub use verifier::{Proved, Verifier};
pub use verify_error::VerifyError;
pub use watch::Watch;
pub use zone::UnverifiedProof;

pub use sp_runtime::MultiSignature;
pub use tc_lattice_rpc_types as reports;
pub use tc_routing_rpc_types as zone_reports;
pub use tp_core::{AccountId, Balance, ChainTag, Hash, TOP};
pub use tp_lattice::{Domain, Operation, Receipt, Unit, UnitHash};
pub use tp_receipt::{recipient, ProvenBlock, ProvenMessage};
