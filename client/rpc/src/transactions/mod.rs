//! The SDK's methods that submit transactions, with words in their refusals.
//!
//! The SDK reports a refusal of the runtime's own as `Custom error: 1`. These methods replace the SDK's: they have the same
//! names, parameters, answers and error codes, and append what is wrong, until when, and what helps to the error's data. A
//! transaction that is in a block already and is sent again is answered with its block.
//!
//! ```text
//! words.rs      the words of each refusal
//! error.rs      the SDK's errors and events with words
//! included.rs   the places of transactions that are in blocks
//! pool_events.rs every block, told to the pool whose watchers wait for their transactions
//! server.rs     the methods
//! ```
//!
//! Two methods stay without words: `transaction_v1_broadcast`, whose specification has no answer for a refused transaction,
//! and `system_dryRun`, which answers the runtime's result in SCALE.

mod api;
mod error;
mod included;
mod pool_events;
mod server;
#[cfg(test)]
mod tests;
mod words;

pub use api::TransactionsApiServer;
pub use included::{Included, Place};
pub use pool_events::notify_pool;
pub use server::{ShardOf, Transactions};

use jsonrpsee::{
	core::{server::Methods, RegisterMethodError},
	RpcModule,
};

/// Puts methods into a module, in place of those of the same names.
pub fn replace(module: &mut RpcModule<()>, methods: impl Into<Methods>) -> Result<(), RegisterMethodError> {
	let methods = methods.into();
	for name in methods.method_names() {
		module.remove_method(name);
	}
	module.merge(methods)
}
