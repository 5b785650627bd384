//! What the node may ask of the runtime.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::*;

top_runtime_common::runtime_apis! {
	impl tp_stake::api::StakeApi<Block> for Runtime {
		fn node(controller: AccountId) -> Option<tp_stake::NodeInfo> {
			ComprehensiveStake::node_info(&controller)
		}

		fn node_by_key(key: tp_pbft::PbftId) -> Option<AccountId> {
			<ComprehensiveStake as tp_stake::Nodes>::owner(&key)
		}

		fn assignments(node: AccountId) -> Vec<tp_stake::Assignment> {
			ShardAssignment::assignments(&node)
		}

		fn committee(chain: tp_core::ChainTag, epoch: tp_pbft::Epoch) -> Option<Vec<tp_stake::Seat>> {
			<ShardAssignment as tp_stake::Committees>::committee(chain, epoch)
		}

		// What a claim pays now that names all nodes for which the account has votes. What waits to be shared between nodes
		// and their voters, for some blocks after an epoch's end, is not in it: see `Rewards::claimable`.
		fn claimable(account: AccountId) -> Balance {
			let nodes: Vec<AccountId> = pallet_comprehensive_stake::Weights::<Runtime>::iter_key_prefix(&account).collect();
			Rewards::claimable_with(&account, &nodes)
		}
	}

	impl tp_stake::api::DutiesApi<Block> for Runtime {
		fn duties(key: tp_pbft::PbftId) -> Option<tp_stake::Duties> {
			duties::of(&key)
		}

		fn ticket_transaction(ticket: tp_sortition::Ticket) -> <Block as sp_runtime::traits::Block>::Extrinsic {
			unsigned(pallet_shard_assignment::Call::submit_ticket { ticket })
		}

		fn commitment_transaction(
			commitment: tp_power::Commitment,
			signature: tp_pbft::PbftSignature,
		) -> <Block as sp_runtime::traits::Block>::Extrinsic {
			unsigned(pallet_computing_power::Call::commit { commitment, signature })
		}

		fn reveal_transaction(
			reveal: tp_power::Reveal,
			signature: tp_pbft::PbftSignature,
		) -> <Block as sp_runtime::traits::Block>::Extrinsic {
			unsigned(pallet_computing_power::Call::reveal { reveal, signature })
		}

		fn report_transaction(
			chain: tp_core::ChainTag,
			evidence: tp_pbft::Evidence,
			reporter: Option<tp_stake::Reporter>,
		) -> <Block as sp_runtime::traits::Block>::Extrinsic {
			unsigned(pallet_offences::Call::report { chain, evidence, reporter })
		}
	}
}

/// A transaction that nobody signs, and that is valid by what is in it.
fn unsigned(call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
	<Runtime as frame_system::offchain::CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(
		call.into(),
	)
}
