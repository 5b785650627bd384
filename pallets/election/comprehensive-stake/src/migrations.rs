//! Migrations of the storage, for `SingleBlockMigrations` of a runtime.

use crate::*;
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
};
use tp_stake::EpochClock;

/// The records of version 1.
mod v1 {
	use super::*;
	use codec::{Decode, Encode};
	use frame_support::BoundedVec;
	use sp_core::ConstU32;
	use sp_runtime::Perbill;
	use tp_core::Balance;
	use tp_pbft::Epoch;
	use tp_sortition::Roles;
	use tp_stake::{Leaving, NodeKeys, Reputation};

	#[derive(Encode, Decode)]
	pub struct Node {
		pub roles: Roles,
		pub keys: NodeKeys,
		pub keys_count_from: Epoch,
		pub next_keys: Option<NextKeys>,
		pub past_keys: BoundedVec<PastKeys, ConstU32<MAX_PAST_KEYS>>,
		pub network_id: NetworkId,
		pub deposit: Balance,
		pub dividend: Perbill,
		pub reputation: Reputation,
		pub reputation_at: Epoch,
		pub stays_away_until: Option<Epoch>,
		pub leaving: Option<Leaving>,
		pub seated_until: Option<Epoch>,
		pub slashes: BoundedVec<SlashId, ConstU32<MAX_SLASHES_PER_NODE>>,
	}

	#[derive(Encode, Decode)]
	pub struct Vote<AccountId> {
		pub node: AccountId,
		pub days: u32,
		pub unlocks_at: u64,
		pub shares: Balance,
		pub weighed_shares: Balance,
		pub weight: Balance,
	}
}

/// From version 1 to 2: nodes that stay away keep no seat, votes count from now on as if they came in the first epoch, and
/// the present assets of all nodes count at once.
///
/// It changes all nodes and votes in one block.
pub type V1ToV2<T> = VersionedMigration<1, 2, WeighNodes<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration of [`V1ToV2`] without the check of versions.
pub struct WeighNodes<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for WeighNodes<T> {
	fn on_runtime_upgrade() -> Weight {
		let mut changed: u64 = 0;
		Nodes::<T>::translate::<v1::Node, _>(|_, node| {
			changed = changed.saturating_add(1);
			let v1::Node {
				roles,
				keys,
				keys_count_from,
				next_keys,
				past_keys,
				network_id,
				deposit,
				dividend,
				reputation,
				reputation_at,
				stays_away_until,
				leaving,
				seated_until,
				slashes,
			} = node;
			Some(Node {
				roles,
				keys,
				keys_count_from,
				next_keys,
				past_keys,
				network_id,
				deposit,
				dividend,
				reputation,
				reputation_at,
				stays_away_until,
				// The cause is not recorded. Until it is over, such a node loses its seats as before.
				removed_until: stays_away_until,
				leaving,
				seated_until,
				slashes,
			})
		});
		Votes::<T>::translate::<v1::Vote<T::AccountId>, _>(|_, _, vote| {
			changed = changed.saturating_add(1);
			let v1::Vote { node, days, unlocks_at, shares, weighed_shares, weight } = vote;
			Some(Vote { node, days, unlocks_at, shares, weighed_shares, weight, since: 0, past: None })
		});
		// The draw of the epoch before may still be made.
		let from = T::Clock::epoch().saturating_sub(2);
		for controller in Nodes::<T>::iter_keys().collect::<alloc::vec::Vec<_>>() {
			Pallet::<T>::weigh_from(&controller, from);
		}
		let nodes = changed.saturating_mul(4);
		T::DbWeight::get().reads_writes(nodes, nodes)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{mock::*, tests::ledger::*};
	use codec::{Decode, DecodeAll, Encode};
	use frame_support::{
		storage::unhashed,
		traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion},
	};
	use tp_core::TOP;
	use tp_sortition::Role;

	/// Replaces a record by its encoding in version 1, without the fields that it lacks.
	fn rewrite<New: Decode>(key: &[u8], old: impl FnOnce(New) -> Vec<u8>) {
		let new = New::decode_all(&mut &unhashed::get_raw(key).unwrap()[..]).unwrap();
		unhashed::put_raw(key, &old(new));
	}

	#[test]
	fn nodes_and_votes_of_version_1_are_kept_and_weigh_at_once() {
		with_nodes([1, 2], || {
			end_epochs(5);
			let id = vote(10, 1, 1_000 * TOP, 600);
			let (nodes, votes) = ([1, 2].map(node), Votes::<Test>::get(account(10), id).unwrap());
			for number in [1, 2] {
				rewrite(&Nodes::<Test>::hashed_key_for(account(number)), |node: Node| {
					let Node { roles, keys, keys_count_from, next_keys, past_keys, network_id, deposit, .. } = node;
					let Node { dividend, reputation, reputation_at, leaving, seated_until, .. } =
						crate::tests::ledger::node(number);
					let (stays_away_until, slashes) = (Some(7), Default::default());
					v1::Node {
						roles,
						keys,
						keys_count_from,
						next_keys,
						past_keys,
						network_id,
						deposit,
						dividend,
						reputation,
						reputation_at,
						stays_away_until,
						leaving,
						seated_until,
						slashes,
					}
					.encode()
				});
			}
			rewrite(&Votes::<Test>::hashed_key_for(account(10), id), |vote: Vote<AccountId>| {
				let Vote { node, days, unlocks_at, shares, weighed_shares, weight, .. } = vote;
				v1::Vote { node, days, unlocks_at, shares, weighed_shares, weight }.encode()
			});
			assert!(Weighed::<Test>::clear(100, None).maybe_cursor.is_none());
			Fields::<Test>::kill();
			StorageVersion::new(1).put::<Stake>();

			V1ToV2::<Test>::on_runtime_upgrade();
			assert_eq!(Stake::on_chain_storage_version(), 2);
			for (number, before) in (1..).zip(nodes) {
				let expected = Node { stays_away_until: Some(7), removed_until: Some(7), ..before };
				assert_eq!(node(number), expected);
			}
			assert_eq!(Votes::<Test>::get(account(10), id), Some(Vote { since: 0, past: None, ..votes }));
			let deposit = PARAMETERS.least_deposits.validator;
			assert_eq!([1, 2].map(|node| weighs(node, Role::Validator)), [deposit + 1_000 * TOP, deposit]);
			assert_eq!(field(Role::Validator), 2 * deposit + 1_000 * TOP);
		});
	}
}
