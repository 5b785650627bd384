//! The proof by which a node without blocks learns which block is the newest: pure rules, without network and database.
//!
//! ```text
//! genesis ─ its committee ─▶ last header of epoch 0 ─ names ─▶ committee 1 ─▶ last header of epoch 1 ─▶ … ─▶ newest header
//! ```
//!
//! The last header of an epoch names the next committee, and the committee of the epoch certifies it. So the verifier needs no
//! state: it follows one committee to the next. A committee vouches for the heights of its epoch alone.
//!
//! What it trusts is the committee of the genesis, which may have left long ago: its members have nothing to lose by another
//! history. An operator who begins so takes the word of the peers of the node that this is the chain that others follow.

mod bounds;
mod error;
mod follower;
mod proof;

pub use bounds::{MAX_EPOCHS, MAX_PROOF_BYTES};
pub use error::WarpError;
pub use follower::Follower;
pub use proof::{ProofBuilder, VerifiedProof, WarpProof};

#[cfg(test)]
mod tests;
