//! Tests without a network: units against what nodes check, receipts against vectors, the client against a server that
//! answers by the book.

mod client;
mod unit;
mod verifier;
