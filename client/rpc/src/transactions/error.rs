//! The SDK's errors and events, with words.

use super::words::{words, Detail};
use jsonrpsee::types::{ErrorObject, ErrorObjectOwned};
use sc_rpc::author::error::Error;
use sc_rpc_spec_v2::transaction::{TransactionBlock, TransactionDropped, TransactionError, TransactionEvent};
use sc_transaction_pool_api::{error::Error as PoolError, TransactionStatus};
use tp_core::Hash;

/// A transaction that was not submitted.
#[derive(Debug)]
pub(super) struct Refused {
	error: Error,
	words: Option<String>,
}

impl Refused {
	/// The pool refused it.
	pub fn by_pool(error: PoolError, detail: Option<Detail>) -> Self {
		Self { words: words(&error, detail), error: Error::Pool(error) }
	}
}

impl From<Error> for Refused {
	fn from(error: Error) -> Self {
		Self { error, words: None }
	}
}

impl From<Refused> for ErrorObjectOwned {
	/// Keeps code and message of the SDK, and appends the words to the data.
	fn from(Refused { error, words }: Refused) -> Self {
		let error = Self::from(error);
		let Some(words) = words else { return error };
		let data = error.data().and_then(|data| serde_json::from_str::<String>(data.get()).ok());
		let data = data.map_or_else(|| words.clone(), |data| format!("{data}: {words}"));
		ErrorObject::owned(error.code(), error.message(), Some(data))
	}
}

impl From<Refused> for TransactionEvent<Hash> {
	fn from(refused: Refused) -> Self {
		let error = ErrorObjectOwned::from(refused);
		let data = error.data().and_then(|data| serde_json::from_str::<String>(data.get()).ok());
		let error = match data {
			Some(data) => format!("{}: {data}", error.message()),
			None => error.message().into(),
		};
		Self::Invalid(TransactionError { error })
	}
}

/// Returns the event of a status, or `None` if there is none.
pub(super) fn event(status: TransactionStatus<Hash, Hash>) -> Option<TransactionEvent<Hash>> {
	let dropped = |error: &str| TransactionEvent::Dropped(TransactionDropped { error: error.into() });
	let invalid = |error: &str| TransactionEvent::Invalid(TransactionError { error: error.into() });
	Some(match status {
		TransactionStatus::Ready | TransactionStatus::Future => TransactionEvent::Validated,
		TransactionStatus::InBlock((hash, index)) => {
			TransactionEvent::BestChainBlockIncluded(Some(TransactionBlock { hash, index }))
		},
		TransactionStatus::Retracted(_) => TransactionEvent::BestChainBlockIncluded(None),
		TransactionStatus::Finalized((hash, index)) => TransactionEvent::Finalized(TransactionBlock { hash, index }),
		TransactionStatus::FinalityTimeout(_) => {
			dropped("this node follows too many transactions: look for it in the chain")
		},
		TransactionStatus::Dropped => dropped("the pool is full: send it again later"),
		TransactionStatus::Usurped(_) => invalid("another transaction of its account took its nonce"),
		TransactionStatus::Invalid => {
			invalid("it became invalid while it waited: its nonce is used, or its era or the account's share has ended")
		},
		TransactionStatus::Broadcast(_) => return None,
	})
}
