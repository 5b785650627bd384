//! A client backend of the SDK that answers for accounts from the account store, and for all else from its own database.
//!
//! ```text
//!                    ┌─ keys of System::Account ─▶ account store ─▶ root ─┐
//! Client ─▶ AccountBackend                                               ▼ under ROOT_KEY
//!                    └─ all other keys ──────────▶ inner backend, a trie ─▶ state root in the header
//! ```
//!
//! Runtimes, RPC and pallets see one state. Its root commits to both parts, because the trie holds the root of the accounts.
//!
//! Which chain has its accounts where is fixed by its specification, because the root of its genesis depends on it. For a chain
//! with all of them in the trie the backend only forwards.
//!
//! - **Roots.** `storage_root` is pure: it asks the store for the root, and sets it in the trie if accounts changed. The
//!   changes wait in the store under their root.
//! - **Commits.** The store commits first, and publishes its version before the inner backend publishes the block's hash. A block
//!   is final when it is imported, so there is one version for each number, and no fork.
//! - **Crashes.** The store's log has what the inner backend needs to be brought forward: see `start`.
//! - **Proofs.** A proof of the trie cannot prove accounts, and would prove that they do not exist. Requests for such proofs
//!   have to pass [`provable_by_trie`]. A recorded execution sees a ledger without accounts.

mod backend;
mod block;
mod error;
mod iter;
mod keys;
mod log_targets;
mod operation;
mod record;
mod roots;
mod shared;
mod start;
mod state;
mod state_backend;
#[cfg(test)]
mod tests;

pub use backend::AccountBackend;
pub use error::BackendError;
pub use iter::RawIter;
pub use keys::{account_of, key_of, provable_by_trie, NotInTrie, ACCOUNT_PREFIX, ROOT_KEY};
pub use log_targets::LOG_TARGETS;
pub use operation::AccountOperation;
pub use state::AccountState;
