//! What other pallets and clients ask of nodes and votes.

use crate::*;
use alloc::vec::Vec;
use sp_runtime::Perbill;
use tp_core::{AccountId, Balance};
use tp_pbft::{Epoch, PbftId};
use tp_sortition::Role;
use tp_stake::{EpochClock, NodeInfo, NodeKeys, Reputation, Voters};

/// Entries looked at for each that is asked for, where some do not count. It bounds what a list costs.
const LOOKED_AT_PER_RESULT: u32 = 4;

impl Node {
	/// Whether it may be drawn for a role at the end of an epoch, with these parameters.
	fn may_stand(&self, role: Role, epoch: Epoch, parameters: &Parameters) -> bool {
		self.roles.contains(role)
			&& self.deposit >= parameters.least_deposits.of(role)
			&& self.leaving.is_none()
			&& !self.stays_away(epoch)
			&& self.keys_at(epoch).is_some()
	}
}

impl<T: Config> tp_stake::Nodes for Pallet<T> {
	fn keys_at(node: &AccountId, epoch: Epoch) -> Option<NodeKeys> {
		Nodes::<T>::get(node)?.keys_at(epoch).map(|(keys, _)| keys.clone())
	}

	fn may_stand(node: &AccountId, role: Role, epoch: Epoch) -> bool {
		Nodes::<T>::get(node).is_some_and(|node| node.may_stand(role, epoch, &CurrentParameters::<T>::get()))
	}

	fn assets(node: &AccountId) -> Balance {
		Nodes::<T>::get(node).map_or(0, |record| Self::assets_of(&record, &Self::pool(node)))
	}

	fn reputation(node: &AccountId) -> Reputation {
		Nodes::<T>::get(node).map_or(Reputation::MIN, |node| node.reputation_after(EpochsOver::<T>::get()))
	}

	fn is_leaving(node: &AccountId) -> bool {
		Nodes::<T>::get(node).is_none_or(|node| node.leaving.is_some())
	}

	fn is_removed(node: &AccountId, epoch: Epoch) -> bool {
		Nodes::<T>::get(node).is_none_or(|node| node.stays_away(epoch))
	}

	fn owner(key: &PbftId) -> Option<AccountId> {
		PbftOwner::<T>::get(key)
	}

	fn standing(role: Role, epoch: Epoch, limit: u32) -> Vec<AccountId> {
		let parameters = CurrentParameters::<T>::get();
		let may_stand =
			|node: &AccountId| Nodes::<T>::get(node).is_some_and(|node| node.may_stand(role, epoch, &parameters));
		let looked_at = limit.saturating_mul(LOOKED_AT_PER_RESULT) as usize;
		Offers::<T>::iter_key_prefix(role).take(looked_at).filter(may_stand).take(limit as usize).collect()
	}

	fn note_seat(node: &AccountId, epoch: Epoch) {
		Nodes::<T>::mutate_extant(node, |record| {
			let until = record.seated_until.map_or(epoch, |until| until.max(epoch));
			record.seated_until = Some(until);
			if let Some(leaving) = &mut record.leaving {
				let after = until.saturating_add(CurrentParameters::<T>::get().evidence_epochs);
				leaving.after_epoch = leaving.after_epoch.max(after);
			}
		});
	}
}

impl<T: Config> Voters for Pallet<T> {
	fn weight_of(node: &AccountId) -> Balance {
		Self::pool(node).weight
	}

	fn dividend(node: &AccountId) -> Perbill {
		Nodes::<T>::get(node).map_or(Perbill::zero(), |node| node.dividend)
	}

	/// Without nodes that are gone, and without those of whose votes nothing is left.
	fn voted(limit: u32) -> Vec<(AccountId, Balance)> {
		Pools::<T>::iter()
			.take(limit.saturating_mul(LOOKED_AT_PER_RESULT) as usize)
			.filter(|(_, pool)| !pool.is_worthless())
			.map(|(node, pool)| (node, pool.weight))
			.take(limit as usize)
			.collect()
	}

	fn weight_by(holder: &AccountId, node: &AccountId) -> Balance {
		Weights::<T>::get(holder, node)
	}
}

impl<T: Config> Pallet<T> {
	fn assets_of(node: &Node, pool: &Pool) -> Balance {
		node.deposit.saturating_add(pool.weighed_tokens() / 2)
	}

	/// How a node stands, for `StakeApi`.
	pub fn node_info(controller: &AccountId) -> Option<NodeInfo> {
		let node = Nodes::<T>::get(controller)?;
		let pool = Self::pool(controller);
		let epoch = T::Clock::epoch();
		// Those that count, or else the first that will.
		let (keys, keys_count_from) = node.keys_at(epoch).unwrap_or((&node.keys, node.keys_count_from));
		Some(NodeInfo {
			controller: controller.clone(),
			roles: node.roles,
			keys: keys.clone(),
			keys_count_from,
			deposit: node.deposit,
			votes: pool.tokens,
			assets: Self::assets_of(&node, &pool),
			reputation: node.reputation_after(EpochsOver::<T>::get()),
			stays_away_until: node.stays_away_until.filter(|until| epoch < *until),
			dividend: node.dividend,
			leaving: node.leaving,
			seated_until: node.seated_until,
		})
	}
}
