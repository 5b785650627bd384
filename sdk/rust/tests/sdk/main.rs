//! Tests of the SDK. One program, because each compiles the client and its connection once more.
//!
//! ```text
//! client       the client against a test server
//! unit         units against the node's checks
//! verifier     receipts and handovers
//! vectors      the vectors that the SDKs of all languages share
//! connection   bad connections, hostile nodes, and networks of shards
//! message_receipts  receipts across ledgers
//! ```
#![allow(missing_docs)]

mod client;
mod connection;
mod message_receipts;
mod unit;
mod vectors;
mod verifier;
