//! Read access to nodes and votes for other pallets and for clients.

use crate::*;
use alloc::vec::Vec;
use sp_runtime::Perbill;
use tp_core::Balance;
use tp_pbft::{Epoch, NodeAddresses, PbftId};
use tp_sortition::Role;
use tp_stake::{EpochClock, NodeInfo, NodeKeys, Reputation, Voters};

/// The number of entries read for each requested one, where some do not count. It bounds the cost of a list.
const READ_PER_RESULT: u32 = 4;

impl Node {
	/// Whether it may be drawn for a role at the end of an epoch, with this standing and by these parameters.
	fn may_stand(&self, role: Role, epoch: Epoch, standing: StandingOf, parameters: &Parameters) -> bool {
		let StandingOf { draw: _, leaves, roles } = standing;
		roles.contains(role)
			&& self.deposit >= parameters.least_deposits.of_all(roles)
			&& !leaves
			&& !self.stays_away(epoch)
			&& self.keys_at(epoch).is_some()
	}
}

impl<T: Config> tp_stake::Nodes<T::AccountId> for Pallet<T> {
	fn keys_at(node: &T::AccountId, epoch: Epoch) -> Option<NodeKeys> {
		Nodes::<T>::get(node)?.keys_at(epoch).map(|(keys, _)| keys.clone())
	}

	fn may_stand(node: &T::AccountId, role: Role, epoch: Epoch) -> bool {
		Nodes::<T>::get(node).is_some_and(|record| {
			let standing = Self::standing_in(node, &record, epoch);
			record.may_stand(role, epoch, standing, &CurrentParameters::<T>::get())
		})
	}

	fn weighs(node: &T::AccountId, role: Role, epoch: Epoch) -> Balance {
		Self::weight_in_draw(node, role, epoch)
	}

	fn field(role: Role, epoch: Epoch) -> Balance {
		Fields::<T>::get().before(epoch).of(role)
	}

	fn reputation(node: &T::AccountId) -> Reputation {
		Nodes::<T>::get(node).map_or(Reputation::MIN, |node| node.reputation_after(EpochsOver::<T>::get()))
	}

	fn is_leaving(node: &T::AccountId, epoch: Epoch) -> bool {
		Nodes::<T>::get(node).is_none_or(|record| Self::standing_in(node, &record, epoch).leaves)
	}

	fn is_removed(node: &T::AccountId, epoch: Epoch) -> bool {
		Nodes::<T>::get(node).is_none_or(|node| node.is_removed(epoch))
	}

	fn is_absent(node: &T::AccountId, epoch: Epoch) -> bool {
		Nodes::<T>::get(node).is_some_and(|node| node.stays_away(epoch))
	}

	fn owner(key: &PbftId) -> Option<T::AccountId> {
		PbftOwner::<T>::get(key)
	}

	fn addresses(node: &T::AccountId) -> Option<NodeAddresses> {
		Addresses::<T>::get(node)
	}

	fn standing(role: Role, epoch: Epoch, limit: u32) -> Vec<T::AccountId> {
		let parameters = CurrentParameters::<T>::get();
		// These roles have no draw, so changes count at once.
		let may_stand = |node: &T::AccountId| {
			Nodes::<T>::get(node).is_some_and(|node| {
				let standing = StandingOf { draw: epoch, leaves: node.leaving.is_some(), roles: node.roles };
				node.may_stand(role, epoch, standing, &parameters)
			})
		};
		let entries = limit.saturating_mul(READ_PER_RESULT) as usize;
		Offers::<T>::iter_key_prefix(role).take(entries).filter(may_stand).take(limit as usize).collect()
	}

	fn note_seat(node: &T::AccountId, epoch: Epoch) {
		Nodes::<T>::mutate_extant(node, |record| {
			let until = record.seated_until.map_or(epoch, |until| until.max(epoch));
			record.seated_until = Some(until);
			if let Some(leaving) = &mut record.leaving {
				let after = until.saturating_add(Self::evidence_epochs());
				leaving.after_epoch = leaving.after_epoch.max(after);
			}
		});
	}
}

impl<T: Config> Voters<T::AccountId> for Pallet<T> {
	fn weight_of(node: &T::AccountId) -> Balance {
		Self::pool(node).weight
	}

	fn dividend(node: &T::AccountId, epoch: Epoch) -> Perbill {
		let next = NextDividends::<T>::get(node).filter(|next| next.count_from <= epoch);
		let last = || Nodes::<T>::get(node).map_or(Perbill::zero(), |record| record.dividend);
		next.map_or_else(last, |next| next.dividend)
	}

	/// Leaves out removed nodes, and nodes whose votes are worthless.
	fn voted(limit: u32) -> Vec<(T::AccountId, Balance)> {
		Pools::<T>::iter()
			.take(limit.saturating_mul(READ_PER_RESULT) as usize)
			.filter(|(_, pool)| !pool.is_worthless())
			.map(|(node, pool)| (node, pool.weight))
			.take(limit as usize)
			.collect()
	}

	fn weight_by(holder: &T::AccountId, node: &T::AccountId) -> Balance {
		Weights::<T>::get(holder, node)
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn assets_of(node: &Node, pool: &Pool) -> Balance {
		node.deposit.saturating_add(pool.weighed_tokens() / 2)
	}

	/// Returns the record of a node, for `StakeApi`.
	pub fn node_info(controller: &T::AccountId) -> Option<NodeInfo<T::AccountId>> {
		let node = Nodes::<T>::get(controller)?;
		let pool = Self::pool(controller);
		let epoch = T::Clock::epoch();
		// The valid keys, or else the first that become valid.
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
			dividend: Self::dividend(controller, epoch),
			leaving: node.leaving,
			seated_until: node.seated_until,
		})
	}
}
