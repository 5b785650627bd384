//! This node's identity in the network, and the record of its addresses that it publishes.

use sp_core::ed25519;
use tp_pbft::{Address, NodeAddresses, MAX_ADDRESSES, PUBLICATION_INTERVAL_MS};
use tp_stake::Published;

/// This node in the network.
pub trait Identity: Send + Sync {
	/// Returns its public key.
	fn key(&self) -> ed25519::Public;
	/// Returns the addresses at which others reach it, the best first, without the peer id. Not all of them are published.
	fn addresses(&self) -> Vec<Address>;
	/// Signs with its key. Returns `None` if that fails.
	fn sign(&self, message: &[u8]) -> Option<ed25519::Signature>;
}

/// Returns the record that a node is to publish: if it has addresses, the ledger has others, and takes a record again.
pub fn record_due(identity: &dyn Identity, published: &Published) -> Option<NodeAddresses> {
	let mut addresses = identity.addresses();
	addresses.truncate(MAX_ADDRESSES as usize);
	let record = NodeAddresses {
		identity: identity.key(),
		addresses: addresses.try_into().expect("it was cut; qed"),
		made_at: published.now,
	};
	let is_due = match &published.record {
		Some(last) => {
			let is_same = last.identity == record.identity && last.addresses == record.addresses;
			!is_same && published.now >= last.made_at.saturating_add(PUBLICATION_INTERVAL_MS)
		},
		None => true,
	};
	// The genesis has no time.
	(is_due && published.now > 0 && !record.addresses.is_empty()).then_some(record)
}
