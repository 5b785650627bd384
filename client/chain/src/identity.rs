//! This node's identity in the network, for the addresses that it publishes.

use sc_network::{service::traits::NetworkService, Multiaddr};
use sc_network_types::ed25519::PublicKey;
use sp_core::ed25519;
use std::{collections::BTreeSet, sync::Arc};
use tc_duties::Identity;
use tc_pbft::network::contacts::to_publish;
use tp_pbft::Address;

/// The identity of a node.
pub struct NodeIdentity {
	/// The public key.
	pub key: PublicKey,
	/// The addresses that the operator named, in the operator's order.
	pub public: Vec<Multiaddr>,
	/// Whether private addresses are published: the other nodes of a private network dial them.
	pub publishes_private: bool,
	/// The network.
	pub network: Arc<dyn NetworkService>,
}

impl Identity for NodeIdentity {
	fn key(&self) -> ed25519::Public {
		ed25519::Public::from_raw(self.key.to_bytes())
	}

	/// Returns the addresses that the operator named, in the operator's order. In a private network without any: those at which
	/// other nodes said that they see this node, or else those on which it listens.
	///
	/// Strangers choose at which addresses they say that they see a node. On a public network they could make it publish some
	/// under which it is not reached.
	fn addresses(&self) -> Vec<Address> {
		let publish = |address| to_publish(address, self.publishes_private);
		let mut named = Vec::new();
		for address in self.public.iter().cloned().filter_map(publish) {
			if !named.contains(&address) {
				named.push(address);
			}
		}
		if !named.is_empty() || !self.publishes_private {
			return named;
		}
		// In a fixed order: the network returns sets, and another order would be another record.
		let sorted = |addresses: Vec<Multiaddr>| -> Vec<Address> {
			addresses.into_iter().filter_map(publish).collect::<BTreeSet<_>>().into_iter().collect()
		};
		let seen = sorted(self.network.external_addresses());
		if !seen.is_empty() {
			return seen;
		}
		sorted(self.network.listen_addresses())
	}

	fn sign(&self, message: &[u8]) -> Option<ed25519::Signature> {
		let signature = self.network.sign_with_local_identity(message.to_vec()).ok()?;
		ed25519::Signature::try_from(&signature.bytes[..]).ok()
	}
}
