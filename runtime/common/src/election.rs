//! The runtime APIs of a ledger that elects committees.

/// Implements the runtime APIs of [`runtime_apis!`](crate::runtime_apis), and those of nodes and their duties, for a
/// `Runtime` that has the pallets of election under their usual names: `ComprehensiveStake`, `ComputingPower`,
/// `ShardAssignment`, `Offences` and `Rewards`.
#[macro_export]
macro_rules! election_apis {
	($($own:tt)*) => {
		$crate::runtime_apis! {
			$($own)*

			impl tp_stake::api::StakeApi<Block> for Runtime {
				fn node(controller: AccountId) -> Option<tp_stake::NodeInfo> {
					ComprehensiveStake::node_info(&controller)
				}

				fn node_by_key(key: tp_pbft::PbftId) -> Option<AccountId> {
					<ComprehensiveStake as tp_stake::Nodes>::owner(&key)
				}

				fn assignments(node: AccountId) -> alloc::vec::Vec<tp_stake::Assignment> {
					ShardAssignment::assignments(&node)
				}

				fn committee(
					chain: tp_core::ChainTag,
					epoch: tp_pbft::Epoch,
				) -> Option<alloc::vec::Vec<tp_stake::Seat>> {
					<ShardAssignment as tp_stake::Committees>::committee(chain, epoch)
				}

				// Assumes a claim that names all nodes for which the account has votes.
				fn claimable(account: AccountId) -> Balance {
					let nodes: alloc::vec::Vec<AccountId> =
						pallet_comprehensive_stake::Weights::<Runtime>::iter_key_prefix(&account).collect();
					Rewards::claimable_with(&account, &nodes)
				}
			}

			impl tp_stake::api::DutiesApi<Block> for Runtime {
				fn duties(key: tp_pbft::PbftId) -> Option<tp_stake::Duties> {
					use tp_stake::{EpochClock, Nodes};
					let node: AccountId = ComprehensiveStake::owner(&key)?;
					let epoch = Committee::epoch();
					// Of several keys of a node, only the key of this epoch has duties.
					let keys = ComprehensiveStake::keys_at(&node, epoch).filter(|keys| keys.pbft == key)?;
					Some(tp_stake::Duties {
						epoch,
						randomness: Committee::randomness(),
						last_height: Committee::last_height(),
						tickets: ShardAssignment::open_tickets(&node),
						power: ComputingPower::duty(&node, &keys),
						vrf: keys.vrf,
						node,
					})
				}

				fn ticket_transaction(ticket: tp_sortition::Ticket) -> UncheckedExtrinsic {
					$crate::authorized_transaction::<Runtime, RuntimeCall>(
						pallet_shard_assignment::Call::submit_ticket { ticket }.into(),
					)
				}

				fn commitment_transaction(
					commitment: tp_power::Commitment,
					signature: tp_pbft::PbftSignature,
				) -> UncheckedExtrinsic {
					$crate::authorized_transaction::<Runtime, RuntimeCall>(
						pallet_computing_power::Call::commit { commitment, signature }.into(),
					)
				}

				fn reveal_transaction(
					reveal: tp_power::Reveal,
					signature: tp_pbft::PbftSignature,
				) -> UncheckedExtrinsic {
					$crate::authorized_transaction::<Runtime, RuntimeCall>(
						pallet_computing_power::Call::reveal { reveal, signature }.into(),
					)
				}

				fn report_transaction(
					chain: tp_core::ChainTag,
					evidence: tp_pbft::Evidence,
					reporter: Option<tp_stake::Reporter>,
				) -> UncheckedExtrinsic {
					$crate::authorized_transaction::<Runtime, RuntimeCall>(
						pallet_offences::Call::report { chain, evidence, reporter }.into(),
					)
				}
			}

			impl tp_stake::api::AddressesApi<Block> for Runtime {
				fn published(key: tp_pbft::PbftId) -> Option<tp_stake::Published> {
					ComprehensiveStake::published(&key)
				}

				fn publish_transaction(publication: tp_pbft::Publication) -> UncheckedExtrinsic {
					$crate::authorized_transaction::<Runtime, RuntimeCall>(
						pallet_comprehensive_stake::Call::publish_addresses { publication }.into(),
					)
				}
			}
		}
	};
}

/// Returns an unsigned transaction, which is valid if its call authorizes itself.
pub fn authorized_transaction<Runtime, Call>(call: Call) -> Runtime::Extrinsic
where
	Runtime: frame_system::offchain::CreateAuthorizedTransaction<Call, RuntimeCall = Call>,
{
	Runtime::create_authorized_transaction(call)
}
