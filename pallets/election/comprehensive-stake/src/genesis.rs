//! Nodes and votes of the genesis.

use crate::{nodes::Registration, *};
use alloc::vec::Vec;
use frame_support::traits::fungible::Inspect;
use serde::{Deserialize, Serialize};
use sp_runtime::Perbill;
use tp_core::Balance;
use tp_sortition::Roles;
use tp_stake::NodeKeys;

/// A node that the genesis names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisNode<AccountId = tp_core::AccountId> {
	/// The account that controls it. Its balance provides the deposit.
	pub controller: AccountId,
	/// The roles that it offers.
	pub roles: Roles,
	/// Its keys.
	pub keys: NodeKeys,
	/// The bytes of its libp2p peer id.
	#[serde(with = "sp_core::bytes")]
	pub network_id: Vec<u8>,
	/// Its deposit.
	pub deposit: Balance,
	/// The part of its rewards that it gives to its voters.
	pub dividend: Perbill,
	/// The votes for it.
	// Not the plain `default`: it would require `AccountId: Default`.
	#[serde(default = "Vec::new")]
	pub votes: Vec<GenesisVote<AccountId>>,
}

/// A vote that the genesis names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisVote<AccountId = tp_core::AccountId> {
	/// The holder of the tokens.
	pub holder: AccountId,
	/// The number of tokens.
	pub amount: Balance,
	/// The length of the lock in days, which determines the weight.
	pub days: u32,
	/// The end of the lock, in milliseconds since 1970: a genesis has no present time.
	pub unlocks_at: u64,
}

impl<T: Config> Pallet<T> {
	/// Builds the first state, or panics with the reason why it is invalid.
	pub(crate) fn initialize(parameters: Parameters, nodes: &[GenesisNode<T::AccountId>]) {
		if let Err(invalid) = parameters.check(T::Currency::minimum_balance()) {
			panic!("the genesis sets invalid parameters of stake: {invalid:?}");
		}
		CurrentParameters::<T>::put(parameters);
		for node in nodes {
			Self::add_first_node(node.clone());
		}
	}

	/// Adds a node as the genesis does, for benchmarks of pallets that need nodes.
	#[cfg(feature = "runtime-benchmarks")]
	pub fn add_genesis_node(node: GenesisNode<T::AccountId>) {
		Self::add_first_node(node);
	}

	fn add_first_node(node: GenesisNode<T::AccountId>) {
		let GenesisNode { controller, roles, keys, network_id, deposit, dividend, votes } = node;
		let Ok(network_id) = NetworkId::try_from(network_id) else {
			panic!("the network id of node {controller:?} of the genesis is longer than {MAX_NETWORK_ID} bytes");
		};
		let registration = Registration { roles, keys, network_id, deposit, dividend };
		let registered = Self::check_registration(&controller, &registration)
			.map_err(sp_runtime::DispatchError::from)
			.and_then(|()| Self::add_node(controller.clone(), registration, 0));
		if let Err(error) = registered {
			panic!("node {controller:?} of the genesis cannot register: {error:?}");
		}
		for GenesisVote { holder, amount, days, unlocks_at } in votes {
			let voted = Self::check_vote(&holder, &controller, amount, days)
				.map_err(sp_runtime::DispatchError::from)
				.and_then(|()| Self::add_vote(holder.clone(), controller.clone(), amount, days, unlocks_at));
			if let Err(error) = voted {
				panic!("{holder:?} of the genesis cannot vote for {controller:?}: {error:?}");
			}
		}
	}
}
