//! Benchmarks of the weights, run by `scripts/weights.sh`.
//!
//! The host's keystore creates the keys, so that the runtime can sign as members do.

use crate::{types::check_members, *};
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{traits::EnsureOrigin, Hashable};
use frame_system::RawOrigin;
use sp_core::{crypto::UncheckedFrom, sr25519, H256};
use sp_runtime::RuntimeAppPublic;
use tp_pbft::{Certificate, Height, Member, MemberIndex, MessageKind, Pace, PbftId, Seed, Slot, VrfId};

const PACE: Pace = Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };

/// Creates members whose vote keys are in the keystore. Their VRF keys only have to differ.
fn members(count: u32) -> Vec<Member> {
	(0..count)
		.map(|at| Member {
			key: PbftId::generate_pair(None),
			vrf: VrfId::from(sr25519::Public::unchecked_from(at.blake2_256())),
			weight: 1,
		})
		.collect()
}

/// Starts a ledger with these members whose next block is at `height`.
fn start<T: Config>(members: Vec<Member>, height: Height) {
	let members = check_members(members).expect("they differ; qed");
	Pallet::<T>::initialize(members, Seed::default(), u64::MAX, 1, PACE);
	frame_system::Pallet::<T>::set_block_number(height.into());
}

fn sign(member: &Member, message: &[u8]) -> tp_pbft::PbftSignature {
	member.key.sign(&message).expect("the keystore made the key; qed")
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn block(n: Linear<1, 128>) {
		start::<T>(members(n), 2);
		LastAuthorship::<T>::put(Authorship { author: 0, view: 0, output: Default::default() });

		#[block]
		{
			CurrentActivity::<T>::mutate(|activity| {
				let activity = activity.as_mut().expect("just started; qed");
				activity.blocks += 1;
				activity.members[0].authored += 1;
			});
			LastAuthorship::<T>::put(Authorship { author: 0, view: 0, output: Default::default() });
			Pallet::<T>::advance_seed();
			Pallet::<T>::close_tickets(2);
			Pallet::<T>::advance_epoch(2);
		}
	}

	#[benchmark]
	fn later_view(n: Linear<1, 128>) {
		start::<T>(members(n), 2);

		#[block]
		{
			let order = Pallet::<T>::committee().primaries();
			assert_eq!(types::turns_lost(&order, n).count(), order.len());
		}
	}

	#[benchmark]
	fn end_epoch(n: Linear<1, 128>) {
		start::<T>(members(n), 2);
		LastHeight::<T>::put(2);
		LastAuthorship::<T>::put(Authorship { author: 0, view: 0, output: Default::default() });

		#[block]
		{
			Pallet::<T>::advance_epoch(2);
		}

		assert_eq!(Pallet::<T>::committee().epoch, 1);
	}

	#[benchmark]
	fn note_parent(s: Linear<1, 128>) {
		let members = members(s);
		start::<T>(members.clone(), 3);
		LastAuthorship::<T>::put(Authorship { author: 0, view: 0, output: Default::default() });
		let slot = Slot { epoch: 0, height: 2, view: 0, kind: MessageKind::Commit };
		let hash = frame_system::Pallet::<T>::parent_hash();
		let message = slot.signing_payload(&Pallet::<T>::domain(), &hash);
		let votes = (0..).zip(&members).map(|(index, member): (MemberIndex, _)| (index, sign(member, &message)));
		let certificate = Certificate::from_votes(slot, hash, members.len(), votes.collect());

		#[extrinsic_call]
		_(RawOrigin::None, certificate);

		assert!(ParentProved::<T>::get());
	}

	#[benchmark]
	fn set_next_committee(n: Linear<1, 128>) -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let members = members(n);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, members);

		assert!(QueuedCommittee::<T>::exists());
		Ok(())
	}

	#[benchmark]
	fn set_pace() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, PACE);

		assert_eq!(CurrentPace::<T>::get(), Some(PACE));
		Ok(())
	}

	#[benchmark]
	fn set_epoch_length() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 7);

		assert_eq!(QueuedEpochMs::<T>::get(), Some(7));
		Ok(())
	}
}
