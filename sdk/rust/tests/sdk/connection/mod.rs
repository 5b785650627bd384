//! Clients behind bad connections and before hostile nodes.
//!
//! `proxy`, `random` and `caller` know nothing of the test node: they work with a real one as well.

mod caller;
mod chain;
mod hostile;
mod ledger;
mod links;
mod node;
mod payments;
mod proxy;
mod random;
mod trust;
