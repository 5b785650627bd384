//! Tests of the replica, one topic per file.

mod hidden_commits;
mod liveness;
mod own_key;
mod recovery;
mod relaying;
mod safety;
mod verdicts;
