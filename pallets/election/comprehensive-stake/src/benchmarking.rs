//! Benchmarks of the weights, run by `scripts/weights.sh`.
//!
//! The host's keystore creates the keys, so that the runtime can prove possession as nodes do.

use crate::{nodes::Registration, *};
use alloc::vec::Vec;
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	pallet_prelude::*,
	traits::fungible::{Inspect, Mutate},
};
use frame_system::RawOrigin;
use sp_runtime::{Perbill, RuntimeAppPublic};
use tp_core::Balance;
use tp_pbft::{MemberActivity, PbftId, VrfId, MAX_MEMBERS};
use tp_sortition::{Role, Roles};
use tp_stake::{EpochClock, NodeKeys, Nodes as _, OnParticipation, Participation, Punish};

/// Creates an account that has enough for all calls.
fn rich<T: Config>(name: &'static str, number: u32) -> Result<T::AccountId, BenchmarkError> {
	let who: T::AccountId = account(name, number, 0);
	T::Currency::mint_into(&who, deposit::<T>().saturating_mul(10))?;
	Ok(who)
}

/// Returns a deposit that suffices for all roles.
fn deposit<T: Config>() -> Balance {
	let parameters = CurrentParameters::<T>::get();
	parameters.least_deposits.of_all(Roles::of(&Role::ALL)).max(parameters.least_vote)
}

fn network_id() -> NetworkId {
	NetworkId::truncate_from(alloc::vec![1; MAX_NETWORK_ID as usize])
}

fn new_keys() -> NodeKeys {
	NodeKeys { pbft: PbftId::generate_pair(None), vrf: VrfId::generate_pair(None) }
}

/// Creates keys, and the proof that an account has them.
fn proved_keys(owner: &impl Encode) -> (NodeKeys, Vec<u8>) {
	let mut keys = new_keys();
	let pbft = keys.pbft.generate_proof_of_possession(&owner.encode());
	let vrf = keys.vrf.generate_proof_of_possession(&owner.encode());
	let known = "the keystore made the key; qed";
	let proof = (pbft.expect(known), vrf.expect(known)).encode();
	(keys, proof)
}

/// Adds a node with all roles and valid keys.
fn add_node<T: Config>(number: u32) -> Result<T::AccountId, BenchmarkError> {
	let controller = rich::<T>("node", number)?;
	let registration = Registration {
		roles: Roles::of(&Role::ALL),
		keys: new_keys(),
		network_id: network_id(),
		deposit: deposit::<T>(),
		dividend: Perbill::from_percent(10),
	};
	Pallet::<T>::add_node(controller.clone(), registration, 0)?;
	Ok(controller)
}

/// Gives a node the maximum number of keys, of which the next change removes all but the present ones.
fn fill_keys<T: Config>(node: &T::AccountId) {
	Nodes::<T>::mutate_extant(node, |record| {
		while !record.past_keys.is_full() {
			let keys = new_keys();
			Pallet::<T>::own_keys(&keys, node);
			let past = PastKeys { keys, remembered_until: 0 };
			record.past_keys.try_push(past).expect("checked above; qed");
		}
		let keys = new_keys();
		Pallet::<T>::own_keys(&keys, node);
		record.next_keys = Some(NextKeys { keys, count_from: 0 });
	});
}

/// Adds a holder's vote for a node, with a lock that is over.
fn add_vote<T: Config>(node: &T::AccountId, number: u32) -> Result<(T::AccountId, VoteId), BenchmarkError> {
	let holder = rich::<T>("holder", number)?;
	let id = NextVote::<T>::get();
	let amount = CurrentParameters::<T>::get().least_vote.saturating_mul(2);
	Pallet::<T>::add_vote(holder.clone(), node.clone(), amount, 59, 0)?;
	Ok((holder, id))
}

/// Slashes a node's votes by a half, with no delay.
fn halve_votes<T: Config>(node: &T::AccountId) {
	let mut pool = Pallet::<T>::pool(node);
	pool.slash(Perbill::from_percent(50));
	Pallet::<T>::set_pool(node, pool);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		let controller = rich::<T>("node", 0)?;
		let (keys, proof) = proved_keys(&controller);
		let (deposit, dividend) = (deposit::<T>(), Perbill::from_percent(10));

		#[extrinsic_call]
		_(RawOrigin::Signed(controller.clone()), Roles::of(&Role::ALL), keys, proof, network_id(), deposit, dividend);

		assert!(Nodes::<T>::contains_key(&controller));
		Ok(())
	}

	#[benchmark]
	fn set_keys() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;
		fill_keys::<T>(&node);
		// There must be room for one more. `withdraw_deposit` measures the cost of removing keys.
		if T::Clock::epoch() == 0 {
			Nodes::<T>::mutate_extant(&node, |record| record.past_keys.clear());
		}
		let (keys, proof) = proved_keys(&node);

		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), keys.clone(), proof);

		assert_eq!(Pallet::<T>::owner(&keys.pbft), Some(node));
		Ok(())
	}

	#[benchmark]
	fn set_network_id() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(node), network_id());

		Ok(())
	}

	#[benchmark]
	fn set_dividend() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), Perbill::one());

		assert_eq!(NextDividends::<T>::get(&node).map(|next| next.dividend), Some(Perbill::one()));
		Ok(())
	}

	#[benchmark]
	fn add_deposit() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;
		let amount = deposit::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), amount);

		assert_eq!(Nodes::<T>::get(&node).map(|node| node.deposit), Some(2 * amount));
		Ok(())
	}

	#[benchmark]
	fn set_roles() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), Roles::of(&Role::ALL));

		assert!(Offers::<T>::contains_key(Role::Edge, &node));
		Ok(())
	}

	#[benchmark]
	fn leave() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()));

		assert!(Pallet::<T>::is_leaving(&node, T::Clock::epoch()));
		Ok(())
	}

	#[benchmark]
	fn return_to_service() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;
		Pallet::<T>::do_leave(node.clone())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()));

		assert!(!Pallet::<T>::is_leaving(&node, T::Clock::epoch()));
		Ok(())
	}

	#[benchmark]
	fn withdraw_deposit() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;
		fill_keys::<T>(&node);
		add_vote::<T>(&node, 0)?;
		Pallet::<T>::do_leave(node.clone())?;

		// All of the call but its checks: the epochs that they require cannot pass in a benchmark.
		#[block]
		{
			let record = Nodes::<T>::get(&node).expect("just added; qed");
			Pallet::<T>::remove_node(node.clone(), record)?;
		}

		assert!(!Nodes::<T>::contains_key(&node));
		Ok(())
	}

	#[benchmark]
	fn vote() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;
		add_vote::<T>(&node, 0)?;
		halve_votes::<T>(&node);
		let holder = rich::<T>("holder", 1)?;
		let amount = CurrentParameters::<T>::get().least_vote;

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), node.clone(), amount, 59);

		assert!(Weights::<T>::get(&holder, &node) > 0);
		Ok(())
	}

	#[benchmark]
	fn withdraw_vote() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;
		let (holder, id) = add_vote::<T>(&node, 0)?;
		add_vote::<T>(&node, 1)?;
		halve_votes::<T>(&node);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), id);

		assert!(!Votes::<T>::contains_key(&holder, id));
		Ok(())
	}

	#[benchmark]
	fn move_vote() -> Result<(), BenchmarkError> {
		let (from, to) = (add_node::<T>(0)?, add_node::<T>(1)?);
		let (holder, id) = add_vote::<T>(&from, 0)?;
		for (number, node) in [(1, &from), (2, &to)] {
			add_vote::<T>(node, number)?;
			halve_votes::<T>(node);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), id, to.clone());

		assert!(Weights::<T>::get(&holder, &to) > 0);
		Ok(())
	}

	#[benchmark]
	fn settle_vote() -> Result<(), BenchmarkError> {
		let node = add_node::<T>(0)?;
		let (holder, id) = add_vote::<T>(&node, 0)?;
		let before = Weights::<T>::get(&holder, &node);
		halve_votes::<T>(&node);
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), holder.clone(), id);

		assert!(Weights::<T>::get(&holder, &node) < before);
		Ok(())
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = Parameters { evidence_epochs: 7, ..Parameters::default() };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters);

		assert_eq!(CurrentParameters::<T>::get(), parameters);
		Ok(())
	}

	#[benchmark]
	fn cancel_slash() -> Result<(), BenchmarkError> {
		let origin = T::SlashCancelOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let node = add_node::<T>(0)?;
		let id = Pallet::<T>::slash(&node, 0, Perbill::one(), None).expect("the node exists; qed");

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id);

		assert!(!Slashes::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn on_participation(m: Linear<1, MAX_MEMBERS>) -> Result<(), BenchmarkError> {
		let mut members = Vec::new();
		for number in 0..m {
			let activity = MemberActivity { signed: 2 * MAX_MEMBERS - number, ..Default::default() };
			members.push((add_node::<T>(number)?, activity));
		}
		let participation =
			Participation { chain: tp_core::ChainTag::Main, epoch: 0, certified: 2 * MAX_MEMBERS, members };

		#[block]
		{
			Pallet::<T>::on_participation(&participation);
		}

		Ok(())
	}

	#[benchmark]
	fn on_epoch_end(s: Linear<0, MAX_SLASHES_PER_EPOCH>) -> Result<(), BenchmarkError> {
		let reporter = rich::<T>("reporter", 0)?;
		let before = T::Currency::balance(&reporter);
		for number in 0..s {
			let node = add_node::<T>(number)?;
			add_vote::<T>(&node, number)?;
			let slash = Pallet::<T>::slash(&node, 0, Perbill::from_percent(10), Some(reporter.clone()));
			assert!(slash.is_some());
		}
		let epoch = T::Clock::epoch().saturating_add(CurrentParameters::<T>::get().slash_delay_epochs);

		#[block]
		{
			Pallet::<T>::on_epoch_end(epoch);
		}

		assert_eq!(FirstSlash::<T>::get(), s);
		assert_eq!(s > 0, T::Currency::balance(&reporter) > before);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::ledger::bare(), crate::mock::Test);
}
