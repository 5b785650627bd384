//! Invariants of the state between two calls.

use crate::*;
use alloc::collections::BTreeMap;
use frame_support::{
	ensure,
	traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::TryRuntimeError;
use tp_core::Balance;
use tp_sortition::Role;
use tp_stake::EpochClock;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants. Called after each test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let parameters = CurrentParameters::<T>::get();
		ensure!(parameters.check(T::Currency::minimum_balance()).is_ok(), "the parameters are sound");
		ensure!(EpochsOver::<T>::get() <= T::Clock::epoch(), "no epoch is over before its end");
		Self::try_nodes()?;
		Self::try_owners()?;
		Self::try_votes()?;
		Self::try_weighed()?;
		Self::try_slashes()?;
		Self::try_holds()
	}

	fn try_nodes() -> Result<(), TryRuntimeError> {
		for (controller, node) in Nodes::<T>::iter() {
			ensure!(node.roles.is_valid(), "a node offers roles that exist");
			ensure!(!node.network_id.is_empty(), "a node has a network id");
			ensure!(
				node.reputation_at <= EpochsOver::<T>::get().saturating_add(1),
				"reputation covers past epochs alone"
			);
			for role in Role::ALL {
				let offers = node.roles.contains(role) && node.leaving.is_none();
				ensure!(Offers::<T>::contains_key(role, &controller) == offers, "offers are those of the node");
			}
			for id in &node.slashes {
				let is_own = Slashes::<T>::get(id).is_some_and(|slash| slash.node == controller);
				ensure!(is_own, "a node's slashes are slashes of it");
			}
		}
		for controller in NextDividends::<T>::iter_keys() {
			ensure!(Nodes::<T>::contains_key(&controller), "only nodes have a dividend that follows");
		}
		for (controller, record) in Addresses::<T>::iter() {
			ensure!(Nodes::<T>::contains_key(&controller), "only nodes have addresses");
			ensure!(record.is_well_formed(), "a record has addresses of the right form");
		}
		for (_, controller, ()) in Offers::<T>::iter() {
			ensure!(Nodes::<T>::contains_key(&controller), "only nodes offer roles");
		}
		Ok(())
	}

	fn try_owners() -> Result<(), TryRuntimeError> {
		let mut keys = 0;
		for (controller, node) in Nodes::<T>::iter() {
			for key in node.all_keys() {
				ensure!(PbftOwner::<T>::get(&key.pbft) == Some(controller.clone()), "a vote key is its node's");
				ensure!(VrfOwner::<T>::get(&key.vrf) == Some(controller.clone()), "a VRF key is its node's");
			}
			let mut pbft: alloc::vec::Vec<_> = node.all_keys().map(|keys| keys.pbft.clone()).collect();
			pbft.sort();
			pbft.dedup();
			keys += pbft.len();
		}
		ensure!(PbftOwner::<T>::iter().count() == keys, "a remembered vote key is one of its node");
		for (key, owner) in VrfOwner::<T>::iter() {
			let is_own = Nodes::<T>::get(owner).is_some_and(|node| node.has_vrf(&key));
			ensure!(is_own, "a remembered VRF key is one of its node");
		}
		Ok(())
	}

	fn try_votes() -> Result<(), TryRuntimeError> {
		let mut sums = BTreeMap::<T::AccountId, Pool>::new();
		let mut weights = BTreeMap::<(T::AccountId, T::AccountId), Balance>::new();
		for (holder, id, vote) in Votes::<T>::iter() {
			ensure!(id < NextVote::<T>::get(), "votes have numbers that were given");
			ensure!(vote.shares > 0, "a vote is a part of its pool");
			ensure!((MIN_DAYS..=MAX_DAYS).contains(&vote.days), "the length of a lock is in range");
			ensure!(vote.past.as_ref().is_none_or(|past| past.from <= past.until), "a past has an epoch");
			ensure!(!LeavingVotes::<T>::contains_key(&holder, id), "a vote has not left");
			let sum = sums.entry(vote.node.clone()).or_default();
			sum.shares += vote.shares;
			sum.weighed_shares += vote.weighed_shares;
			sum.weight += vote.weight;
			*weights.entry((holder, vote.node)).or_default() += vote.weight;
		}
		let pools = Pools::<T>::iter().map(|(node, pool)| (node, pool, true));
		let past = PastPools::<T>::iter().map(|(node, pool)| (node, pool, false));
		for (node, pool, is_node) in pools.chain(past) {
			ensure!(Nodes::<T>::contains_key(&node) == is_node, "the pools of removed nodes are separate");
			let sum = sums.remove(&node).ok_or("a pool has votes")?;
			ensure!(Pool { tokens: pool.tokens, ..sum } == pool, "a pool is the sum of its votes");
			let price_is_bounded = pool.tokens.saturating_mul(MAX_SHARES_PER_TOKEN) >= pool.shares;
			ensure!(pool.is_worthless() || price_is_bounded, "the price of a share is bounded, or zero");
		}
		ensure!(sums.is_empty(), "a vote is in a pool");
		for (holder, node, weight) in Weights::<T>::iter() {
			ensure!(weights.remove(&(holder, node)) == Some(weight), "a weight is the sum of its votes'");
		}
		ensure!(weights.values().all(|weight| *weight == 0), "each weight that is not zero is recorded");
		Ok(())
	}

	/// Checks that what all nodes weigh is the sum of what each weighs, and no more than their assets.
	fn try_weighed() -> Result<(), TryRuntimeError> {
		let mut sums = BTreeMap::<Role, Balance>::new();
		for (controller, timeline) in Weighed::<T>::iter() {
			let node = Nodes::<T>::get(&controller).ok_or("only nodes weigh")?;
			let assets = Self::assets_of(&node, &Self::pool(&controller));
			ensure!(timeline.now().sum() <= assets, "the parts of all roles are at most the assets");
			for role in Role::ALL {
				*sums.entry(role).or_default() += timeline.now().of(role);
			}
		}
		let fields = Fields::<T>::get().now();
		for role in Role::ALL {
			let sum = sums.get(&role).copied().unwrap_or_default();
			ensure!(fields.of(role) == sum, "what all nodes weigh is the sum");
		}
		Ok(())
	}

	fn try_slashes() -> Result<(), TryRuntimeError> {
		let numbers = FirstSlash::<T>::get()..NextSlash::<T>::get();
		for (id, slash) in Slashes::<T>::iter() {
			ensure!(numbers.contains(&id), "pending slashes have numbers between the first and the next");
			let is_known = Nodes::<T>::get(&slash.node).is_some_and(|node| node.slashes.contains(&id));
			ensure!(is_known, "a node lists its slashes");
		}
		for (node, awaited) in AwaitedRests::<T>::iter() {
			ensure!(Nodes::<T>::contains_key(&node), "only nodes await the rest of a slash");
			ensure!(awaited > 0, "an entry is not zero");
		}
		Ok(())
	}

	fn try_holds() -> Result<(), TryRuntimeError> {
		let votes_account = Self::votes_account();
		let pools = Pools::<T>::iter_values().chain(PastPools::<T>::iter_values());
		let leaving = LeavingVotes::<T>::iter_values().map(|vote| vote.amount).sum::<Balance>();
		let tokens = pools.map(|pool| pool.tokens).sum::<Balance>() + leaving;
		for who in frame_system::Account::<T>::iter_keys() {
			let deposit = Nodes::<T>::get(&who).map_or(0, |node| node.deposit);
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &who);
			ensure!(held == deposit, "each hold for a deposit is a node's deposit");
			let votes = if who == votes_account { tokens } else { 0 };
			let held = T::Currency::balance_on_hold(&HoldReason::Vote.into(), &who);
			ensure!(held == votes, "holds for votes equal the pools");
		}
		let is_there = frame_system::Account::<T>::contains_key(&votes_account);
		ensure!(tokens == 0 || is_there, "the account of all votes exists");
		Ok(())
	}
}
