//! What became of transactions in a block, by the block's events.

use super::RpcClient;
use anyhow::{anyhow, bail, Context};
use codec::{Decode, Encode};
use frame_support::storage::storage_prefix;
use frame_system::{EventRecord, Phase};
use sp_runtime::DispatchError;
use top_main_runtime::RuntimeEvent;
use tp_core::{BlockNumber, Hash};

type Record = EventRecord<RuntimeEvent, Hash>;

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inclusion {
	/// Height of its block.
	pub height: BlockNumber,
	/// Hash of its block.
	pub block: Hash,
	/// Its place in the block.
	pub index: u32,
}

/// Finds a submitted transaction in a block, and checks that it did what it said.
///
/// # Errors
/// If it is not there, or failed; says why.
pub async fn find_call(client: &RpcClient, block: Hash, extrinsic: &[u8]) -> anyhow::Result<Inclusion> {
	let body = client.block(block).await?.block;
	// The opaque form in a block is encoded as the extrinsic is.
	let index = body
		.extrinsics
		.iter()
		.position(|other| other.encode() == extrinsic)
		.with_context(|| format!("the transaction is not in the block {block:?}"))?;
	let index = u32::try_from(index).context("a block holds fewer than 2^32 transactions; qed")?;
	let inclusion = Inclusion { height: body.header.number, block, index };
	for event in events_of(client, &inclusion).await? {
		match event {
			RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { .. }) => return Ok(inclusion),
			RuntimeEvent::System(frame_system::Event::ExtrinsicFailed { dispatch_error, .. }) => {
				bail!("the transaction failed in block {}: {}", body.header.number, explain(dispatch_error));
			},
			_ => {},
		}
	}
	Err(anyhow!("the block {block:?} does not say what became of the transaction"))
}

/// What a transaction did.
pub async fn events_of(client: &RpcClient, inclusion: &Inclusion) -> anyhow::Result<Vec<RuntimeEvent>> {
	let Inclusion { block, index, .. } = *inclusion;
	let of_it = |record: Record| (record.phase == Phase::ApplyExtrinsic(index)).then_some(record.event);
	Ok(events(client, block).await?.into_iter().filter_map(of_it).collect())
}

/// How many transfers a block made.
pub async fn transfers_in(client: &RpcClient, block: Hash) -> anyhow::Result<u64> {
	let is_transfer =
		|record: &Record| matches!(record.event, RuntimeEvent::Balances(pallet_balances::Event::Transfer { .. }));
	let count = events(client, block).await?.iter().filter(|record| is_transfer(record)).count();
	u64::try_from(count).context("a count fits into 64 bits; qed")
}

async fn events(client: &RpcClient, block: Hash) -> anyhow::Result<Vec<Record>> {
	let key = storage_prefix(b"System", b"Events");
	Ok(client.storage(&key, Some(block)).await.context("the events of the block are not known")?.unwrap_or_default())
}

/// The words for a failure, with the names of pallet and error in place of their numbers.
fn explain(error: DispatchError) -> String {
	match error {
		DispatchError::Token(error) => <&str>::from(error).to_owned(),
		DispatchError::Module(error) => {
			let bytes = (error.index, error.error).encode();
			match top_main_runtime::RuntimeError::decode(&mut &bytes[..]) {
				Ok(named) => format!("{named:?}"),
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
	fn failures_are_told_in_words() {
		assert_eq!(explain(TokenError::FundsUnavailable.into()), "Funds are unavailable");
		let balance = pallet_balances::Error::<top_main_runtime::Runtime>::InsufficientBalance.into();
		assert!(explain(balance).contains("InsufficientBalance"), "{}", explain(balance));
	}
}
