//! Roles of nodes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A service that a node offers to the network.
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
	/// Serves the public: RPC, rate limits, signature checks.
	Edge,
	/// Sits in the root committee and in zone committees.
	Router,
	/// Sits in shard committees.
	Validator,
	/// Keeps the whole history.
	Archive,
}

impl Role {
	/// All roles.
	pub const ALL: [Self; 4] = [Self::Edge, Self::Router, Self::Validator, Self::Archive];

	/// Returns whether committees of this role are drawn. In the other roles, all qualified nodes serve.
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
	/// Creates the set of some roles.
	pub fn of(roles: &[Role]) -> Self {
		Self(roles.iter().fold(0, |bits, role| bits | role.bit()))
	}

	/// Returns whether a role is in the set.
	pub const fn contains(self, role: Role) -> bool {
		self.0 & role.bit() != 0
	}

	/// Iterates over the roles of the set.
	pub fn iter(self) -> impl Iterator<Item = Role> {
		Role::ALL.into_iter().filter(move |role| self.contains(*role))
	}

	/// Returns whether the set has a role, and no bit that stands for no role.
	pub const fn is_valid(self) -> bool {
		self.0 != 0 && self.0 < 1 << Role::ALL.len()
	}
}

impl core::fmt::Debug for Roles {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		f.debug_set().entries(self.iter()).finish()
	}
}
