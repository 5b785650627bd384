//! Index of units by hash and by account. The state has only an account's newest unit, and blocks have units only by
//! their index. A client that asks for a payment or for the history of an account needs more.
//!
//! ```text
//! final block: Batch + Outcome ──insert_block──▶ units     hash           → number ‖ index ‖ mark, and if it applied
//!                                                                           height ‖ the account's unit before it
//!                                                accounts  account        → next seq ‖ first seq of its life ‖ newest
//!                                                anchors   account ‖ seq  → every 64th unit of its chain
//!                                                blocks    number         → block hash, and the extent of the index
//! ```
//!
//! Invariant: a block is written in one commit with the extent. After a crash at any moment, the index has the block
//! that [`UnitIndex::newest`] names, all blocks before it, and nothing of later blocks. The database writes behind, so
//! the newest blocks may be missing after a crash; the node inserts them again when it starts.
//!
//! An account can die and be reborn with height 0. Its units are counted over all its lives (`seq`), and the index
//! keeps the beginning of the newest life: heights ascend within a life, and only there. A life begins with a unit
//! whose parent is not the account's unit before it.

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
