//! Tests of the replica, one topic per file.

mod liveness;
mod recovery;
mod safety;
mod verdicts;
