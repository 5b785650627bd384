//! Clients behind bad connections and before hostile nodes.

mod chain;
mod hostile;
mod ledger;
mod links;
mod network;
mod node;
mod payments;
mod trust;
mod zone;
