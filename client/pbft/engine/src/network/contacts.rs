//! The addresses of members, as the chain has them and as the network dials them.

use ip_network::IpNetwork;
use sc_network::{
	multiaddr::{Multiaddr, Protocol},
	PeerId,
};
use sc_network_types::ed25519::PublicKey;
use std::net::IpAddr;
use tp_pbft::{is_address, Address, NodeAddresses, PbftId};

/// A member that published where it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
	/// Its vote key.
	pub key: PbftId,
	/// Its identity in the network.
	pub peer: PeerId,
	/// Its addresses, without the peer id.
	pub addresses: Vec<Multiaddr>,
}

impl Contact {
	/// Reads what a member published. Leaves out addresses that are not to be dialled; returns `None` if none is left.
	/// `dials_private` is whether private addresses are dialled.
	pub fn read(key: &PbftId, published: &NodeAddresses, dials_private: bool) -> Option<Self> {
		let peer = PublicKey::try_from_bytes(&published.identity.0).ok()?.to_peer_id();
		let addresses = published.addresses.iter().filter_map(|bytes| Multiaddr::try_from(bytes.to_vec()).ok());
		let addresses: Vec<_> = addresses.filter(|address| is_dialled(address, dials_private)).collect();
		(!addresses.is_empty()).then(|| Self { key: key.clone(), peer, addresses })
	}
}

/// Returns an address of this node as it is published; `None` if others do not dial it.
pub fn to_publish(mut address: Multiaddr, dials_private: bool) -> Option<Address> {
	let names_peer = matches!(address.iter().last(), Some(Protocol::P2p(_)));
	if names_peer {
		address.pop();
	}
	let bytes = address.to_vec();
	// The ledger accepts it, and members dial it.
	let is_published = is_address(&bytes) && is_dialled(&address, dials_private);
	is_published.then(|| Address::try_from(bytes).ok()).flatten()
}

/// Whether an address is dialled: outside a private network only a public address, or a name. A member that publishes private
/// addresses could have all others dial into their own networks. Names are not resolved here, and what they resolve to is not
/// checked against private ranges: a name can still lead into them.
fn is_dialled(address: &Multiaddr, dials_private: bool) -> bool {
	let mut protocols = address.iter();
	// An IPv6 address can stand for an IPv4 one.
	let host_is_dialled = match protocols.next() {
		Some(Protocol::Ip4(ip)) => ip_is_dialled(IpAddr::V4(ip), dials_private),
		Some(Protocol::Ip6(ip)) => ip_is_dialled(IpAddr::V6(ip).to_canonical(), dials_private),
		Some(Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_)) => true,
		_ => false,
	};
	host_is_dialled && matches!(protocols.next(), Some(Protocol::Tcp(_))) && protocols.next().is_none()
}

fn ip_is_dialled(ip: IpAddr, dials_private: bool) -> bool {
	IpNetwork::from(ip).is_global() || (dials_private && !ip.is_unspecified())
}

#[cfg(test)]
mod tests;
