//! `zone_*`: the ledgers of the node, the shards of accounts, and what the zone seals.

mod api;
mod server;

pub use api::ZoneApiServer;
pub use server::Zone;
