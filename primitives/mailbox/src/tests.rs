//! Tests of messages between ledgers.

mod bank;
mod bounds;
mod inbox;
mod leaves;
mod ledgers;
mod mutations;
mod outbox;
mod proofs;
mod ranges;
mod schedule;
