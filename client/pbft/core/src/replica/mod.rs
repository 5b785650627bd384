//! The replica: one height of PBFT at a time.
//!
//! ```text
//!            work, idle, pace          check ok             q Prepares          q Commits of any view
//! StartHeight ────────▶ PrePrepare ────────────▶ Prepare ──────────▶ Commit ─────────────▶ Output::Commit
//!    timer, bad proposal, f+1 ViewChanges │ at any point before
//!                                         ▼
//!                  ViewChange(v) ── q of them ──▶ primary(v): PrePrepare with NewView ──▶ as above
//! ```
//!
//! | file | rules of `docs/src/formats/consensus.md` |
//! |---|---|
//! | `proposing.rs` | when a primary proposes, what a replica accepts: safety 3, 6 |
//! | `verdicts.rs` | what is checked before the vote, and tried again: safety 4 |
//! | `voting.rs` | Prepare, Commit, decision: safety 1, 2, 4 |
//! | `view_change.rs` | leaving and opening views: safety 2, 3; liveness 1 to 3 |
//! | `hidden_commits.rs` | members that break safety across views |
//! | `recovery.rs` | restart from the vote log: safety 5 |
//! | `resending.rs` | lost messages |
//! | `relaying.rs` | broken links: liveness 10 |
//! | `admission.rs` | which messages are worth their verification |
//! | `timeouts.rs` | how long a view lasts |
//! | `machine.rs` | the step, and the publishing of this replica's messages |
//!
//! Invariants, each kept at one place:
//! - a vote leaves only through `Replica::publish` or `Replica::request_view`, which put its record before it;
//! - a Prepare or Commit is sent only for `state.view` in [`Phase::Voting`], and `state.view` never decreases;
//! - `state.accepted` is set once per view;
//! - `Output::Commit` is given once per height, by `Replica::decide`.

mod admission;
mod blocks;
mod hidden_commits;
mod machine;
mod proposing;
mod recovery;
mod relaying;
mod resending;
mod state;
mod status;
mod timeouts;
mod verdicts;
mod view_change;
mod view_changes;
mod votes;
mod voting;

pub use blocks::MAX_BLOCKS;
pub use machine::Replica;
pub use relaying::MEMBERS_ASKED;
pub use state::Phase;
pub use status::{MemberStatus, Status};
pub use timeouts::{view_timeout_ms, MAX_VIEW_TIMEOUT_MS};
pub use votes::{VIEWS_AHEAD, VIEWS_BEHIND};

#[cfg(test)]
mod tests;
