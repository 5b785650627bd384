//! Tests without a network: units against the node's checks, receipts against vectors, the client against a test server.
#![allow(missing_docs)]

mod client;
mod unit;
mod verifier;
