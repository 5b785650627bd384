//! What a node can offer to do.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// One service to the network.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
	/// The public door: RPC, rate limits, signature checks.
	Edge,
	/// Sits in the root committee and in zone committees.
	Router,
	/// Sits in shard committees.
	Validator,
	/// Keeps all history.
	Archive,
}

impl Role {
	/// All roles.
	pub const ALL: [Self; 4] = [Self::Edge, Self::Router, Self::Validator, Self::Archive];

	/// Whether committees of this role are drawn; of the others all who qualify serve.
	pub const fn is_drawn(self) -> bool {
		matches!(self, Self::Router | Self::Validator)
	}

	const fn bit(self) -> u8 {
		1 << self as u8
	}
}

/// A set of roles.
#[derive(
	Clone,
	Copy,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct Roles(u8);

impl Roles {
	/// The set of some roles.
	pub fn of(roles: &[Role]) -> Self {
		Self(roles.iter().fold(0, |bits, role| bits | role.bit()))
	}

	/// Whether a role is in the set.
	pub const fn contains(self, role: Role) -> bool {
		self.0 & role.bit() != 0
	}

	/// The roles of the set.
	pub fn iter(self) -> impl Iterator<Item = Role> {
		Role::ALL.into_iter().filter(move |role| self.contains(*role))
	}

	/// Whether there is a role in it, and nothing that is none.
	pub const fn is_valid(self) -> bool {
		self.0 != 0 && self.0 < 1 << Role::ALL.len()
	}
}

impl core::fmt::Debug for Roles {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		f.debug_set().entries(self.iter()).finish()
	}
}
