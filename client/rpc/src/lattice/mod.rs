//! `lattice_*`: units, from their submission to their receipts.

mod account;
mod api;
mod error;
mod knowledge;
mod lookup;
mod next_index;
mod report;
mod server;
#[cfg(test)]
mod tests;
mod verify;
mod watch;

pub use api::LatticeApiServer;
pub use error::LatticeError;
pub use next_index::next_index;
pub use server::Lattice;
