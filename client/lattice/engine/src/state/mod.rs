//! What all parts of the unit lane share: the pool behind its lock, and what follows from its events.

mod accounts;
mod batch_size;
mod lane;
mod outbox;
mod recent;
mod sent;
mod verdicts;
mod view;
mod watchers;

pub(crate) use accounts::ReadAccounts;
pub(crate) use lane::{now_ms, LaneState, LaneStateParams};
pub use outbox::Outgoing;
pub(crate) use outbox::{Item, Outbox};
pub use verdicts::{LatticeExtensions, Verdicts};
pub use view::AccountView;
pub use watchers::{Lagged, Watch, WatchError, WatcherId};
