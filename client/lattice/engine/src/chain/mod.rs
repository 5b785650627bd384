//! What the unit lane reads from a chain.

mod error;
mod sdk;
mod view;

pub use error::ChainError;
pub use sdk::SdkChain;
pub use view::{record_key, ChainView};
