//! `beacon_*`: what leads from one committee of a ledger to a later one.

mod api;
mod server;

pub use api::BeaconApiServer;
pub use server::Beacon;
