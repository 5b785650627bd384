//! Submitted transactions and their statuses.

use crate::Error;
use jsonrpsee::core::client::Subscription;
use serde::Deserialize;
use tp_core::Hash;

/// The method that submits a transaction and subscribes to its status.
pub(crate) const SUBMIT_AND_WATCH: &str = "author_submitAndWatchExtrinsic";

/// The status of a submitted transaction.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TransactionStatus {
	/// It waits for an earlier nonce.
	Future,
	/// It waits for a block.
	Ready,
	/// It was sent to these peers.
	Broadcast(Vec<String>),
	/// It is in this block.
	InBlock(Hash),
	/// The block that held it was retracted.
	Retracted(Hash),
	/// The block that holds it did not become final in time.
	FinalityTimeout(Hash),
	/// The block that holds it is final.
	Finalized(Hash),
	/// This transaction with the same nonce replaced it.
	Usurped(Hash),
	/// The pool dropped it.
	Dropped,
	/// It is no longer valid.
	Invalid,
}

/// Statuses of a submitted transaction.
#[derive(Debug)]
pub struct TransactionWatch(pub(crate) Subscription<TransactionStatus>);

impl TransactionWatch {
	/// Waits until the transaction's block is final; returns the block's hash.
	///
	/// # Errors
	/// If the transaction cannot become final any more, or the connection breaks.
	pub async fn finalized(mut self) -> Result<Hash, Error> {
		let failed = |reason| Err(Error::Transaction { reason });
		while let Some(status) = self.0.next().await {
			let status =
				status.map_err(|error| Error::Answer { method: SUBMIT_AND_WATCH, reason: error.to_string() })?;
			match status {
				TransactionStatus::Finalized(block) => return Ok(block),
				TransactionStatus::Invalid => return failed("it became invalid"),
				TransactionStatus::Dropped => return failed("the pool is full and dropped it"),
				TransactionStatus::Usurped(_) => return failed("another transaction replaced it"),
				TransactionStatus::FinalityTimeout(_) => return failed("its block did not become final in time"),
				TransactionStatus::Future
				| TransactionStatus::Ready
				| TransactionStatus::Broadcast(_)
				| TransactionStatus::InBlock(_)
				| TransactionStatus::Retracted(_) => {},
			}
		}
		Err(Error::WatchEnded)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn statuses_are_read_as_nodes_write_them() {
		let hash = Hash::repeat_byte(1);
		for (json, expected) in [
			("\"ready\"".to_owned(), TransactionStatus::Ready),
			("{\"broadcast\":[\"peer\"]}".to_owned(), TransactionStatus::Broadcast(vec!["peer".into()])),
			(format!("{{\"inBlock\":\"{hash:?}\"}}"), TransactionStatus::InBlock(hash)),
			(format!("{{\"finalized\":\"{hash:?}\"}}"), TransactionStatus::Finalized(hash)),
			("\"dropped\"".to_owned(), TransactionStatus::Dropped),
		] {
			assert_eq!(serde_json::from_str::<TransactionStatus>(&json).unwrap(), expected);
		}
	}
}
