//! Extrinsics that waited for units become ready when a block has the units.
//!
//! The SDK's pool promotes an extrinsic when another one provides the tag that it requires. Units provide no tags, and the pool
//! does not validate waiting extrinsics again. So this task takes them out of the pool's view, as an author does with an
//! extrinsic whose nonce is too high. The pool keeps them, and validates them again for its next view.

use super::waiting::tag_of;
use crate::chain::ChainView;
use futures::{Stream, StreamExt};
use sc_client_api::BlockImportNotification;
use sc_transaction_pool_api::{InPoolTransaction, TransactionPool};
use sp_runtime::{
	traits::Header as _,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};
use std::sync::Arc;
use tp_core::{Block, Hash};

/// Promotes the extrinsics of each imported block, until the stream ends.
pub async fn promote<Pool: TransactionPool<Block = Block, Hash = Hash>>(
	pool: Arc<Pool>,
	chain: Arc<dyn ChainView>,
	mut imported: impl Stream<Item = BlockImportNotification<Block>> + Unpin,
) {
	while let Some(block) = imported.next().await {
		if !block.is_new_best || pool.status().future == 0 {
			continue;
		}
		let next = next_ones(&*pool, &*chain, block.hash);
		if next.is_empty() {
			continue;
		}
		// The pool's next view is made from the newest one. That is the block's own, or its parent's if the pool is not
		// there yet.
		for view in [*block.header.parent_hash(), block.hash] {
			let reason = || Some(TransactionValidityError::Invalid(InvalidTransaction::Future));
			pool.report_invalid(Some(view), next.iter().map(|hash| (*hash, reason())).collect()).await;
		}
	}
}

/// Returns the waiting extrinsics whose nonce is the next one of their account at a block.
pub(super) fn next_ones<Pool: TransactionPool<Block = Block, Hash = Hash>>(
	pool: &Pool,
	chain: &dyn ChainView,
	at: Hash,
) -> Vec<Hash> {
	let Ok(accounts) = chain.accounts(at) else { return Vec::new() };
	let is_next =
		|tag| tag_of(tag).is_some_and(|(id, nonce)| accounts.account(&id).is_some_and(|now| now.nonce == nonce));
	let futures = pool.futures();
	futures.iter().filter(|future| future.provides().iter().any(is_next)).map(|future| *future.hash()).collect()
}
