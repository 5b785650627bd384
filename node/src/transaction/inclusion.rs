//! Results of transactions in a block, by the block's events.

use anyhow::{anyhow, bail, Context};
use codec::{Decode, DecodeAll, Encode};
use frame_support::storage::storage_prefix;
use frame_system::{EventRecord, Phase};
use sp_runtime::DispatchError;
use top_main_runtime::RuntimeEvent;
use top_sdk::RpcClient;
use tp_core::{BlockNumber, Hash};

type Record = EventRecord<RuntimeEvent, Hash>;

/// The place of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inclusion {
	/// Height of its block.
	pub height: BlockNumber,
	/// Hash of its block.
	pub block: Hash,
	/// Its index in the block.
	pub index: u32,
}

/// Finds a submitted transaction in a block, and checks that it succeeded.
///
/// # Errors
/// If the block does not hold it, or it failed; the error says why.
pub async fn find_call(client: &RpcClient, block: Hash, extrinsic: &[u8]) -> anyhow::Result<Inclusion> {
	let body = client.block(block).await?.block;
	// An opaque extrinsic of a block has the encoding of the extrinsic.
	let index = body
		.extrinsics
		.iter()
		.position(|other| other.encode() == extrinsic)
		.with_context(|| format!("the transaction is not in the block {block:?}"))?;
	let index = u32::try_from(index).context("a block holds fewer than 2^32 transactions; qed")?;
	let inclusion = Inclusion { height: body.header.number, block, index };
	let events = client.storage_bytes(&storage_prefix(b"System", b"Events"), Some(block)).await;
	let events = events.context("the node does not have the events of the block")?.unwrap_or_default();
	match outcome(&events, index).context("the events of the block do not decode")? {
		Some(Ok(())) => Ok(inclusion),
		Some(Err(error)) => bail!("the transaction failed in block {}: {}", body.header.number, explain(error)),
		None => Err(anyhow!("the block {block:?} has no result of the transaction")),
	}
}

/// Returns the outcome of a transaction, from the encoded events of its block. Those of a shard are others than those of the
/// main chain.
fn outcome(mut events: &[u8], index: u32) -> Result<Option<Result<(), DispatchError>>, codec::Error> {
	use frame_system::Event::{ExtrinsicFailed, ExtrinsicSuccess};
	if let Ok(records) = Vec::<Record>::decode_all(&mut &*events) {
		return Ok(records.into_iter().find_map(|record| match record.event {
			_ if record.phase != Phase::ApplyExtrinsic(index) => None,
			RuntimeEvent::System(ExtrinsicSuccess { .. }) => Some(Ok(())),
			RuntimeEvent::System(ExtrinsicFailed { dispatch_error, .. }) => Some(Err(dispatch_error)),
			_ => None,
		}));
	}
	type OfShard = EventRecord<top_shard_runtime::RuntimeEvent, Hash>;
	let records = Vec::<OfShard>::decode_all(&mut events)?;
	Ok(records.into_iter().find_map(|record| match record.event {
		_ if record.phase != Phase::ApplyExtrinsic(index) => None,
		top_shard_runtime::RuntimeEvent::System(ExtrinsicSuccess { .. }) => Some(Ok(())),
		top_shard_runtime::RuntimeEvent::System(ExtrinsicFailed { dispatch_error, .. }) => Some(Err(dispatch_error)),
		_ => None,
	}))
}

/// Returns the events of a transaction.
///
/// # Errors
/// If the block's events cannot be read.
pub async fn events_of(client: &RpcClient, inclusion: &Inclusion) -> anyhow::Result<Vec<RuntimeEvent>> {
	let Inclusion { block, index, .. } = *inclusion;
	let of_it = |record: Record| (record.phase == Phase::ApplyExtrinsic(index)).then_some(record.event);
	Ok(events(client, block).await?.into_iter().filter_map(of_it).collect())
}

/// Counts the transfers of a block.
///
/// # Errors
/// If the block's events cannot be read.
pub async fn transfers_in(client: &RpcClient, block: Hash) -> anyhow::Result<u64> {
	count_transfers(&events(client, block).await?)
}

/// Counts the transfers among the encoded events of a block.
///
/// # Errors
/// If the events do not decode.
pub fn transfers_among(mut events: &[u8]) -> anyhow::Result<u64> {
	count_transfers(&Vec::decode_all(&mut events).context("the events of the block do not decode")?)
}

fn count_transfers(events: &[Record]) -> anyhow::Result<u64> {
	let is_transfer =
		|record: &&Record| matches!(record.event, RuntimeEvent::Balances(pallet_balances::Event::Transfer { .. }));
	u64::try_from(events.iter().filter(is_transfer).count()).context("a count fits into 64 bits; qed")
}

async fn events(client: &RpcClient, block: Hash) -> anyhow::Result<Vec<Record>> {
	let key = storage_prefix(b"System", b"Events");
	Ok(client
		.storage(&key, Some(block))
		.await
		.context("the node does not have the events of the block")?
		.unwrap_or_default())
}

/// Describes a failure, with the names of pallet and error in place of their indices.
fn explain(error: DispatchError) -> String {
	match error {
		DispatchError::Token(error) => <&str>::from(error).to_owned(),
		DispatchError::Module(error) => {
			let bytes = (error.index, error.error).encode();
			let of_main = top_main_runtime::RuntimeError::decode(&mut &bytes[..]).map(|named| format!("{named:?}"));
			let of_shard =
				|| top_shard_runtime::RuntimeError::decode(&mut &bytes[..]).map(|named| format!("{named:?}"));
			match of_main.or_else(|_| of_shard()) {
				Ok(named) => named,
				Err(_) => format!("error {:?} of the pallet {}", error.error, error.index),
			}
		},
		other => <&str>::from(other).to_owned(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_runtime::TokenError;

	#[test]
	fn failures_are_described_by_names() {
		assert_eq!(explain(TokenError::FundsUnavailable.into()), "Funds are unavailable");
		let balance = pallet_balances::Error::<top_main_runtime::Runtime>::InsufficientBalance.into();
		assert!(explain(balance).contains("InsufficientBalance"), "{}", explain(balance));
		let lane = pallet_mailbox::Error::<top_shard_runtime::Runtime>::LaneFull.into();
		assert!(explain(lane).contains("LaneFull"), "{}", explain(lane));
	}
}
