//! Tests.

mod inherent;
mod ledgers;
mod model;
pub mod orders;
mod refusals;
mod sending;
mod units;
mod values;
mod wallets;
