//! What `zone_*`, `mailbox_*` and `beacon_*` have in common: how they read the ledgers of the node, and their errors.

mod error;
mod level;
mod reader;

pub use error::RoutingError;
pub(crate) use level::level_of;
pub use reader::LedgerReader;

#[cfg(test)]
mod tests;
