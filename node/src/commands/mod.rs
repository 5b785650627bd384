//! The commands that are not the SDK's: one module each, beside the parsers that they share.

mod account;
mod amount;
mod balance;
mod bench;
mod benchmark;
mod destination;
mod local_network;
mod node;
mod receipt;
mod signer;
mod tx;
mod unit_index;

pub use amount::format_amount;
pub use bench::NodeLedgers;
pub use benchmark::BenchmarkCommand;
pub use local_network::LocalNetworkCommand;
pub use node::NodeCommand;
pub use receipt::ReceiptCommand;
pub use tx::TxCommand;
pub use unit_index::RebuildUnitIndexCommand;
