//! Where units are: by hash, and by account. State knows an account's newest unit alone, blocks know units by their
//! place; whoever asks for a payment or for an account's history needs this.
//!
//! ```text
//! final block: Batch + Outcome ──insert_block──▶ units     hash           → number ‖ index ‖ mark, and if it applied
//!                                                                           height ‖ the account's unit before it
//!                                                accounts  account        → next seq ‖ first seq of its life ‖ newest
//!                                                anchors   account ‖ seq  → every 64th unit of its chain
//!                                                blocks    number         → block hash, and up to where it is complete
//! ```
//!
//! One commit for a block: what [`UnitIndex::newest`] names is there with all blocks before it, whenever the process
//! died; blocks that it does not name have left nothing. The database writes behind, so the newest blocks may be gone
//! after a crash, and whoever starts a node inserts them again.
//!
//! An account can die and come back, with the height 0 again. Its units are counted over all its lives (`seq`), and
//! where its newest life begins is kept: heights ascend within a life, and only there. A life begins where a unit's
//! parent is not the account's unit before it.

mod chain;
mod error;
mod index;
mod records;
mod writer;

pub use chain::Link;
pub use error::IndexError;
pub use index::UnitIndex;
pub use records::Place;
pub use writer::{BlockRef, Writer};

#[cfg(test)]
mod tests;
