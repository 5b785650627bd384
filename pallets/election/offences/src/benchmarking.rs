//! Benchmarks of the weights. `scripts/weights.sh` runs them.
//!
//! The host's keystore creates the keys, so that the runtime can sign as members do.

use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	pallet_prelude::{Authorize, TransactionSource},
	traits::Get,
	BoundedBTreeSet, Hashable,
};
use frame_system::RawOrigin;
#[cfg(test)]
use pallet_testkit::{CommitteeTable, CurrentEpoch, Registered, Registry};
use sp_core::{crypto::UncheckedFrom, sr25519, H256};
use sp_runtime::RuntimeAppPublic;
use tp_core::ChainTag;
use tp_pbft::{
	view_change_payload, Domain, Epoch, Evidence, HiddenCommit, Member, MemberIndex, MessageKind, PbftId,
	PbftSignature, PreparedCertificate, ShownCertificate, SignedPayload, Slot, VrfId, MAX_MEMBERS,
};
#[cfg(test)]
use tp_stake::Seat;
use tp_stake::{EpochClock, NodeKeys, Reporter};

/// Creates the state that the benchmarks need.
pub trait BenchmarkHelper<AccountId> {
	/// Creates a committee of the present epoch with these members. Each seat belongs to a node.
	fn make_committee(members: Vec<Member>) -> Domain;
	/// Registers a node whose keys are valid in the present epoch.
	fn make_node(keys: NodeKeys) -> AccountId;
	/// Sets the present epoch.
	fn set_epoch(epoch: Epoch);
}

/// The helper of the mock runtime, on the doubles of the testkit.
#[cfg(test)]
pub struct TestHelper;

#[cfg(test)]
impl BenchmarkHelper<u64> for TestHelper {
	fn make_committee(members: Vec<Member>) -> Domain {
		let chain = ChainTag::Zone(1);
		let seats: Vec<_> = members.into_iter().map(|member| Seat { node: Some(0), member, since: 0 }).collect();
		CommitteeTable::set(chain, CurrentEpoch::get(), &seats);
		Registry::register(&0u64, Registered::new(pallet_testkit::keys(0)));
		Domain { chain, genesis: pallet_testkit::genesis_hash_of(chain) }
	}
	fn make_node(keys: NodeKeys) -> u64 {
		Registry::register(&1u64, Registered::new(keys));
		1
	}
	fn set_epoch(epoch: Epoch) {
		CurrentEpoch::set(epoch);
	}
}

/// Returns a member whose vote key is in the keystore. Its VRF key only has to be unique.
fn member(at: u32) -> Member {
	let vrf = VrfId::from(sr25519::Public::unchecked_from(at.blake2_256()));
	Member { key: PbftId::generate_pair(None), vrf, weight: 1 }
}

fn sign(key: &PbftId, message: &[u8]) -> PbftSignature {
	key.sign(&message).expect("the keystore made the key; qed")
}

/// A report: ledger, evidence, reporter.
type Report<T> = (ChainTag, Evidence, Option<Reporter<<T as frame_system::Config>::AccountId>>);

/// Returns the costliest report: of a hidden Commit, whose view change shows the largest certificate.
fn report<T: Config>() -> Report<T> {
	let members: Vec<_> = (0..MAX_MEMBERS).map(member).collect();
	let accused = members.last().expect("MAX_MEMBERS is positive; qed").key.clone();
	let domain = T::BenchmarkHelper::make_committee(members);
	let epoch = T::Clock::epoch();
	let slot = |kind, view| Slot { epoch, height: 1, view, kind };
	let signed = |kind, view, payload: H256| {
		let signature = sign(&accused, &slot(kind, view).signing_payload(&domain, &payload));
		SignedPayload { payload, signature }
	};
	let last = MemberIndex::try_from(MAX_MEMBERS - 1).expect("an index names any member; qed");
	let commit = signed(MessageKind::Commit, 1, H256::repeat_byte(1));
	let votes = (0..=last).map(|member| (member, commit.signature.clone())).collect();
	let prepared = slot(MessageKind::Prepare, 0);
	let prepared = PreparedCertificate::from_votes(prepared, commit.payload, MAX_MEMBERS as usize, votes);
	let shown = ShownCertificate::try_from(Some(prepared).encode()).expect("it is the largest that fits; qed");
	let SignedPayload { signature, .. } = signed(MessageKind::ViewChange, 2, view_change_payload(&shown));
	let key = accused.clone();
	let hidden =
		HiddenCommit { epoch, height: 1, member: last, key, committed: 1, commit, requested: 2, shown, signature };
	let evidence = Evidence::from(hidden);
	let Member { key, vrf, .. } = member(MAX_MEMBERS);
	let node = T::BenchmarkHelper::make_node(NodeKeys { pbft: key.clone(), vrf });
	let signature = sign(&key, &Reporter::payload(&domain, &evidence, &node));
	(domain.chain, evidence, Some(Reporter { node, signature }))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn report() {
		let (chain, evidence, reporter) = super::report::<T>();
		let epoch = evidence.epoch();

		#[extrinsic_call]
		_(RawOrigin::Authorized, chain, evidence, reporter);

		assert_eq!(Reported::<T>::get(epoch, chain).len(), 1);
	}

	#[benchmark]
	fn authorize_report() -> Result<(), BenchmarkError> {
		let (chain, evidence, reporter) = super::report::<T>();
		let call = Call::<T>::report { chain, evidence, reporter };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call can be authorized")??;
		}

		Ok(())
	}

	#[benchmark]
	fn prune(n: Linear<1, PRUNED_PER_BLOCK>) {
		let oldest = OldestKept::<T>::get();
		for shard in 0..n {
			let offences = (0..MAX_MEMBERS)
				.filter_map(|member| MemberIndex::try_from(member).ok())
				.flat_map(|member| OffenceKind::ALL.map(|kind| Offence { kind, member }));
			let offences = BoundedBTreeSet::try_from(offences.collect::<alloc::collections::BTreeSet<_>>());
			let offences = offences.expect("as many as the bound; qed");
			Reported::<T>::insert(oldest, ChainTag::Shard { zone: 0, incarnation: shard }, offences);
		}
		T::BenchmarkHelper::set_epoch(oldest + T::EvidenceEpochs::get() + 1);

		#[block]
		{
			Pallet::<T>::prune();
		}

		assert_eq!(Reported::<T>::iter_prefix(oldest).count(), 0);
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::without_committees(), crate::mock::Test);
}
