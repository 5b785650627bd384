//! What the benchmarks of the election's pallets need from other pallets.

/// Declares `BenchmarkHelper`, which sets up committees, nodes and votes for the benchmarks, for a `Runtime` that has the
/// pallets of election under their usual names.
#[macro_export]
macro_rules! election_benchmark_helper {
	() => {
		/// Sets up other pallets for a benchmark.
		pub struct BenchmarkHelper;

		/// Registers a node with all roles, whose keys are valid from the first epoch on.
		fn register_node(node: AccountId, keys: tp_stake::NodeKeys) -> AccountId {
			let deposit = 2_000_000 * tp_core::TOP;
			<Balances as frame_support::traits::fungible::Mutate<_>>::set_balance(&node, 2 * deposit);
			ComprehensiveStake::add_genesis_node(pallet_comprehensive_stake::GenesisNode {
				controller: node.clone(),
				roles: tp_sortition::Roles::of(&tp_sortition::Role::ALL),
				keys,
				network_id: alloc::vec![1],
				deposit,
				dividend: sp_runtime::Perbill::from_percent(10),
				votes: alloc::vec![],
			});
			node
		}

		/// Returns keys that differ by their seed, and belong to no secret.
		fn keys_of(seed: &[u8; 32]) -> tp_stake::NodeKeys {
			let vote = <sp_core::ed25519::Public as sp_core::crypto::UncheckedFrom<_>>::unchecked_from(*seed);
			tp_stake::NodeKeys {
				pbft: tp_pbft::PbftId::from(vote),
				vrf: tp_pbft::VrfId::from(
					<sp_core::sr25519::Public as sp_core::crypto::UncheckedFrom<_>>::unchecked_from(*seed),
				),
			}
		}

		impl pallet_computing_power::BenchmarkHelper<AccountId> for BenchmarkHelper {
			fn register(keys: tp_stake::NodeKeys) -> AccountId {
				register_node(frame_benchmarking::account("node", 0, 0), keys)
			}

			fn close_tickets(candidate: &AccountId) {
				pallet_shard_assignment::Ticketed::<Runtime>::insert(tp_sortition::Role::Validator, candidate, ());
				// Later than any block of a benchmark.
				pallet_committee::LastHeight::<Runtime>::put(tp_pbft::Height::MAX);
			}
		}

		impl pallet_shard_assignment::BenchmarkHelper<AccountId> for BenchmarkHelper {
			fn register(index: u32, keys: tp_stake::NodeKeys) -> AccountId {
				register_node(frame_benchmarking::account("node", index, 1), keys)
			}
		}

		impl pallet_offences::BenchmarkHelper<AccountId> for BenchmarkHelper {
			fn make_committee(members: alloc::vec::Vec<tp_pbft::Member>) -> tp_pbft::Domain {
				let seats = (0..).zip(members).map(|(index, member)| {
					let keys = tp_stake::NodeKeys { pbft: member.key.clone(), vrf: member.vrf.clone() };
					let node = register_node(frame_benchmarking::account("member", index, 2), keys);
					tp_stake::Seat { node: Some(node), member, since: 0 }
				});
				let seats: alloc::vec::Vec<tp_stake::Seat> = seats.collect();
				ShardAssignment::set_committee(
					tp_core::ChainTag::Main,
					<Committee as tp_stake::EpochClock>::epoch(),
					&seats,
				);
				tp_pbft::Domain { chain: tp_core::ChainTag::Main, genesis: System::block_hash(0) }
			}

			fn make_node(keys: tp_stake::NodeKeys) -> AccountId {
				register_node(frame_benchmarking::account("reporter", 0, 3), keys)
			}

			fn set_epoch(epoch: tp_pbft::Epoch) {
				pallet_committee::CurrentCommittee::<Runtime>::mutate(|committee| {
					if let Some(committee) = committee {
						committee.epoch = epoch;
					}
				});
			}
		}

		impl pallet_rewards::BenchmarkHelper<AccountId> for BenchmarkHelper {
			fn make_votes(holder: &AccountId, nodes: u32) -> alloc::vec::Vec<AccountId> {
				<Balances as frame_support::traits::fungible::Mutate<_>>::set_balance(holder, 1_000_000 * tp_core::TOP);
				let votes = (0..nodes).map(|index| {
					let node: AccountId = frame_benchmarking::account("voted", index, 4);
					let seed = frame_support::Hashable::blake2_256(&node);
					register_node(node.clone(), keys_of(&seed));
					let origin = RuntimeOrigin::signed(holder.clone());
					ComprehensiveStake::vote(origin, node.clone(), 10 * tp_core::TOP, 30)
						.expect("the holder has enough to vote with; qed");
					node
				});
				votes.collect()
			}

			fn set_time(now_ms: u64) {
				pallet_timestamp::Now::<Runtime>::put(now_ms);
			}
		}
	};
}
