//! Where members are reached: the addresses that nodes publish on the main chain.
//!
//! An address is a libp2p multiaddress without the peer id, of a host and a TCP port. The peer id follows from the identity,
//! which signs the record as well as the vote key. So no node publishes addresses under the identity of another.

use crate::{check_signature, PbftId, PbftSignature, PROTOCOL_VERSION};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ed25519;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Addresses of a node, at most: a name, an IPv4 and an IPv6 address, and one to spare.
pub const MAX_ADDRESSES: u32 = 4;
/// Bytes of an address, at most. Names of hosts are shorter in practice than the DNS allows.
pub const MAX_ADDRESS_BYTES: u32 = 128;
/// Shortest time between the records of a node, in milliseconds of chain time: the records have no fee.
pub const PUBLICATION_INTERVAL_MS: u64 = 60 * 60 * 1_000;
/// Largest difference between the time of a new record and that of the chain. An older record cannot be replayed.
pub const PUBLICATION_TOLERANCE_MS: u64 = 10 * 60 * 1_000;

/// Codes of the protocols in an address, as in the table of multiformats. All are below 128, so each is one byte.
mod code {
	pub const IP4: u8 = 4;
	pub const TCP: u8 = 6;
	pub const IP6: u8 = 41;
	pub const DNS: u8 = 53;
	pub const DNS4: u8 = 54;
	pub const DNS6: u8 = 55;
}

/// Bytes of an address.
pub type Address = BoundedVec<u8, ConstU32<MAX_ADDRESS_BYTES>>;

/// The record that a node publishes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct NodeAddresses {
	/// The public key of the node's network identity.
	pub identity: ed25519::Public,
	/// Its addresses, without the peer id.
	pub addresses: BoundedVec<Address, ConstU32<MAX_ADDRESSES>>,
	/// The time of the chain when the node made the record, in milliseconds since 1970.
	pub made_at: u64,
}

/// A record with its signatures, as a node sends it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Publication {
	/// The vote key of the node.
	pub key: PbftId,
	/// The record.
	pub record: NodeAddresses,
	/// The signature of the vote key.
	pub by_key: PbftSignature,
	/// The signature of the network identity.
	pub by_identity: ed25519::Signature,
}

impl Publication {
	/// Whether both signatures are those of the vote key and of the identity.
	pub fn is_signed(&self, genesis: &impl Encode) -> bool {
		let payload = self.record.signing_payload(genesis, &self.key);
		check_signature(&self.key, &payload, &self.by_key)
			&& sp_io::crypto::ed25519_verify(&self.by_identity, &payload, &self.record.identity)
	}
}

impl NodeAddresses {
	/// Returns the bytes that vote key and identity sign: SCALE of `("TOP-ADDRESSES", version, genesis hash, vote key, record)`,
	/// the name without a length.
	pub fn signing_payload(&self, genesis: &impl Encode, key: &PbftId) -> Vec<u8> {
		(*b"TOP-ADDRESSES", PROTOCOL_VERSION, genesis, key, self).encode()
	}

	/// Whether the record has an address, and all of its addresses have the form of one.
	pub fn is_well_formed(&self) -> bool {
		!self.addresses.is_empty() && self.addresses.iter().all(|address| is_address(address))
	}

	/// Returns the record as of a further chain of the node, whose port is by `offset` above that of the main chain. It is not signed.
	/// Addresses without such a port are left out.
	pub fn with_ports_above(&self, offset: u16) -> Self {
		let addresses = self.addresses.iter().filter_map(|address| {
			let (host, port) = address.split_last_chunk::<2>().filter(|_| is_address(address))?;
			let port = u16::from_be_bytes(*port).checked_add(offset)?;
			Address::try_from([host, &port.to_be_bytes()].concat()).ok()
		});
		let addresses = BoundedVec::truncate_from(addresses.collect());
		Self { identity: self.identity, addresses, made_at: self.made_at }
	}
}

/// Whether bytes are a multiaddress of a host and a TCP port.
///
/// The library for multiaddresses needs `std`, so that a runtime cannot use it. A test compares the two.
pub fn is_address(bytes: &[u8]) -> bool {
	let Some((host, rest)) = bytes.split_first() else { return false };
	let host_bytes = match *host {
		code::IP4 => Some(4),
		code::IP6 => Some(16),
		code::DNS | code::DNS4 | code::DNS6 => match rest.split_first() {
			// One byte of length: an address has no room for more.
			Some((length, name)) => {
				name.get(..usize::from(*length)).filter(|name| is_name(name)).map(|name| 1 + name.len())
			},
			None => None,
		},
		_ => None,
	};
	let port = host_bytes.and_then(|length| rest.get(length..));
	matches!(port, Some([code::TCP, high, low]) if (*high, *low) != (0, 0))
}

/// Whether bytes have the characters of a host's name.
fn is_name(bytes: &[u8]) -> bool {
	let is_character = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
	!bytes.is_empty() && bytes.len() < 128 && bytes.iter().all(is_character)
}

/// What a node learns from its ledger about the members to connect to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Contacts {
	/// The vote keys of the next committee. None before it is decided.
	pub next: Vec<PbftId>,
	/// What members of the present and of the next committee published, by vote key.
	pub published: Vec<(PbftId, NodeAddresses)>,
}
