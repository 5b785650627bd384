//! Notifies the transaction pool of every block, in order.
//!
//! The SDK's own task listens to the client's notifications. The client sends none for blocks that it takes for a long catch-up,
//! and the pool ignores an event that is more than 20 blocks above the last one. A node that stood still for some seconds
//! would report a transaction that became final meanwhile as invalid, and its sender would pay twice. So this task
//! notifies it of all blocks that lie between two tips, in steps that it does not ignore.

use super::included::Included;
use crate::log_targets::POOL_LOG_TARGET;
use codec::Encode;
use sc_client_api::{BlockBackend, HeaderBackend};
use sc_transaction_pool_api::{ChainEvent, MaintainedTransactionPool};
use sp_runtime::OpaqueExtrinsic;
use std::sync::Arc;
use tc_pbft::Tip;
use tokio::sync::watch;
use tp_core::{Block, BlockNumber, Hash};

/// The most blocks between two events. The pool ignores what is more than 20 above.
const MAX_STEP: BlockNumber = 16;

/// Bits of a transaction's first byte, its version: signed, or general.
const NOT_BARE: u8 = 0b1100_0000;

/// Blocks before the start whose transactions are remembered.
const REMEMBERED: BlockNumber = 64;

/// Runs until the import path is gone. `told` is the newest block when the pool was created.
///
/// Adds the transactions of all blocks to `included`.
pub async fn notify_pool<C, P>(
	client: Arc<C>,
	pool: Arc<P>,
	included: Arc<Included>,
	told: BlockNumber,
	mut tip: watch::Receiver<Tip>,
) where
	C: HeaderBackend<Block> + BlockBackend<Block>,
	P: MaintainedTransactionPool<Block = Block, Hash = Hash>,
{
	let remember = |hash| match client.block_body(hash) {
		Ok(body) => included.add(hash, body.unwrap_or_default().iter().map(sent)),
		Err(error) => log::error!(target: POOL_LOG_TARGET, "The transactions of {hash} cannot be read: {error}"),
	};
	for number in told.saturating_sub(REMEMBERED).saturating_add(1)..=told {
		if let Ok(Some(hash)) = client.hash(number) {
			remember(hash);
		}
	}
	let mut told = told;
	loop {
		let newest = *tip.borrow_and_update();
		// A node that began with the state of a late block has none of the blocks before: the pool can learn nothing of them.
		if let Some(gap) = client.info().block_gap {
			told = told.max(gap.end.min(newest.height));
		}
		while told < newest.height {
			match step(told, newest, |number| client.hash(number)) {
				Ok(Some(step)) => {
					let Step { number, events } = step;
					for event in events {
						if let ChainEvent::Finalized { hash, tree_route } = &event {
							tree_route.iter().chain([hash]).for_each(|hash| remember(*hash));
						}
						pool.maintain(event).await;
					}
					told = number;
				},
				// Both are impossible while the database can be read: blocks up to the tip are kept.
				Ok(None) => {
					log::error!(target: POOL_LOG_TARGET, "The transaction pool does not learn the blocks after {told}: one is missing");
					told = newest.height;
				},
				Err(error) => {
					log::error!(target: POOL_LOG_TARGET, "The transaction pool does not learn the blocks after {told}: {error}");
					told = newest.height;
				},
			}
		}
		if tip.changed().await.is_err() {
			return;
		}
	}
}

/// Returns the bytes of a transaction as its sender has them. Of bare ones, which are the inherents with the units of a block,
/// there is no sender who asks.
fn sent(transaction: &OpaqueExtrinsic) -> Option<Vec<u8>> {
	let is_bare = transaction.inner().first().is_none_or(|version| version & NOT_BARE == 0);
	(!is_bare).then(|| transaction.encode())
}

/// What the pool is told at once.
#[derive(Debug)]
struct Step {
	/// The newest block of the step.
	number: BlockNumber,
	/// The block is the best one, and it and those before are final: there are no forks.
	events: [ChainEvent<Block>; 2],
}

/// Returns the next step after the block `told`, or `None` if a block is missing.
fn step<E>(
	told: BlockNumber,
	newest: Tip,
	hash_of: impl Fn(BlockNumber) -> Result<Option<Hash>, E>,
) -> Result<Option<Step>, E> {
	let number = newest.height.min(told.saturating_add(MAX_STEP));
	let found: Option<Vec<Hash>> = (told.saturating_add(1)..number).map(&hash_of).collect::<Result<_, _>>()?;
	let last = if number == newest.height { Some(newest.hash) } else { hash_of(number)? };
	Ok(found.zip(last).map(|(between, hash)| {
		let best = ChainEvent::NewBestBlock { hash, tree_route: None };
		Step { number, events: [best, ChainEvent::Finalized { hash, tree_route: between.into() }] }
	}))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::convert::Infallible;

	fn hash(number: BlockNumber) -> Hash {
		Hash::from_low_u64_be(number.into())
	}

	/// Returns the blocks that the pool learns, and checks that it ignores none.
	fn learned(tips: &[BlockNumber]) -> Vec<Hash> {
		let (mut told, mut blocks) = (0, Vec::new());
		for height in tips {
			while told < *height {
				let tip = Tip { height: *height, hash: hash(*height) };
				let step = step(told, tip, |number| Ok::<_, Infallible>(Some(hash(number)))).unwrap().unwrap();
				assert!(
					step.number > told && step.number - told <= 20,
					"the pool ignores a step from {told} to {}",
					step.number
				);
				let [ChainEvent::NewBestBlock { hash: best, .. }, ChainEvent::Finalized { hash, tree_route }] =
					step.events
				else {
					panic!("the block is best, then final")
				};
				assert_eq!(best, hash);
				blocks.extend(tree_route.iter().copied().chain([hash]));
				told = step.number;
			}
		}
		blocks
	}

	#[test]
	fn pool_learns_every_block_once_and_in_order_however_far_the_node_lagged() {
		for tips in [&[1, 2, 3][..], &[1, 2, 18], &[20], &[21, 22], &[1, 40_000, 40_001], &[5, 5, 7]] {
			let all: Vec<Hash> = (1..=*tips.last().unwrap()).map(hash).collect();
			assert_eq!(learned(tips), all, "{tips:?}");
		}
	}

	#[test]
	fn bare_transactions_have_no_bytes_that_a_sender_has() {
		let of = |version| sent(&OpaqueExtrinsic::from_blob(vec![version, 1, 2]));
		assert_eq!((of(0x04), of(0x05)), (None, None));
		assert_eq!(of(0x84), Some(vec![12, 0x84, 1, 2]));
		assert_eq!(of(0x45), Some(vec![12, 0x45, 1, 2]));
		assert_eq!(sent(&OpaqueExtrinsic::from_blob(Vec::new())), None);
	}

	#[test]
	fn missing_block_is_noticed() {
		let tip = Tip { height: 9, hash: hash(9) };
		let hash_of = |number| Ok::<_, Infallible>((number != 4).then(|| hash(number)));
		assert!(step(0, tip, hash_of).unwrap().is_none());
		assert!(step(4, tip, hash_of).unwrap().is_some());
	}
}
