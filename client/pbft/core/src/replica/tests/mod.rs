//! Tests by group of rules: safety, liveness, recovery.

mod liveness;
mod recovery;
mod safety;
