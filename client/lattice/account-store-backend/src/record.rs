//! What a record of the store's log has beside the accounts: all that the SDK's database needs to be brought forward without
//! an execution.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, Encode};
use sp_core::offchain::OffchainOverlayedChange;
use sp_runtime::{traits::Block as BlockT, Justifications};
use sp_state_machine::{ChildStorageCollection, OffchainChangesCollection, StorageCollection};

/// A change of auxiliary data.
pub type AuxChange = (Vec<u8>, Option<Vec<u8>>);

/// A change of the off-chain storage: prefix, key, and the new value.
pub type OffchainChange = (Vec<u8>, Vec<u8>, Option<Vec<u8>>);

/// A block beside its accounts. Its justifications are the certificate of the record.
#[derive(Encode, Decode)]
pub(crate) struct Other<Block: BlockT> {
	pub header: Block::Header,
	pub body: Option<Vec<Block::Extrinsic>>,
	/// The changes of the trie, without the root of the accounts.
	pub main: StorageCollection,
	pub children: ChildStorageCollection,
	/// Changes that extrinsics made to the offchain database: prefix, key and value.
	pub offchain: Vec<OffchainChange>,
	pub aux: Vec<AuxChange>,
}

/// Makes changes of the offchain database encodable.
pub(crate) fn offchain_to_record(changes: &OffchainChangesCollection) -> Vec<OffchainChange> {
	let value = |change: &OffchainOverlayedChange| match change {
		OffchainOverlayedChange::Remove => None,
		OffchainOverlayedChange::SetValue(value) => Some(value.clone()),
	};
	changes.iter().map(|((prefix, key), change)| (prefix.clone(), key.clone(), value(change))).collect()
}

/// Reverses [`offchain_to_record`].
pub(crate) fn offchain_from_record(changes: Vec<OffchainChange>) -> OffchainChangesCollection {
	let change =
		|value: Option<Vec<u8>>| value.map_or(OffchainOverlayedChange::Remove, OffchainOverlayedChange::SetValue);
	changes.into_iter().map(|(prefix, key, value)| ((prefix, key), change(value))).collect()
}

/// Reads the justifications from the certificate of a record.
pub(crate) fn justifications(certificate: &[u8]) -> Result<Option<Justifications>, codec::Error> {
	Decode::decode(&mut &certificate[..])
}
