//! The engine against peers that misbehave, and against failures of its own node. The network, the chain and the peers are
//! in memory; the engine, its vote log and all signatures are real.

mod abstention;
mod awaiting;
mod bodies;
mod certificates;
mod committees;
mod fixture;
mod kept;
mod ledger;
mod listening;
mod order;
mod past;
mod relaying;
mod verdicts;
