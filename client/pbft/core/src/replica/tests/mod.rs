//! One file a group of rules of `consensus.md`.

mod liveness;
mod recovery;
mod safety;
