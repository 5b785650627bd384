//! A runtime that only declares the runtime APIs of TOP's ledgers. All have those of PBFT and the SDK, some have the
//! lattice's, and the main chain has the duties of nodes. It gives the client its API type, so that client code links
//! no runtime. Nothing here is ever called.

// The macros generate items without docs, and nothing is called.
#![allow(missing_docs, dead_code)]

use pallet_transaction_payment_rpc_runtime_api::{FeeDetails, RuntimeDispatchInfo};
use sp_runtime::{
	traits::Block as BlockT,
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use tp_core::{AccountId, Balance, Block, ChainTag, Nonce};
use tp_lattice::{Account, BlockRecord, PoolContext, Room, TableHead, TableId};
use tp_pbft::{Committee, Contacts, Evidence, PbftConfig, PbftId, PbftSignature, Publication};
use tp_power::{Commitment, Reveal};
use tp_sortition::Ticket;
use tp_stake::{Duties, Published, Reporter};

/// Any runtime.
pub struct Runtime;

/// Message of the bodies, which are never called.
const DECLARED_ONLY: &str = "the client calls the runtime's code, not this declaration; qed";

sp_api::impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> sp_version::RuntimeVersion {
			unreachable!("{DECLARED_ONLY}")
		}
		fn execute_block(_: <Block as BlockT>::LazyBlock) {
			unreachable!("{DECLARED_ONLY}")
		}
		fn initialize_block(_: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> sp_core::OpaqueMetadata {
			unreachable!("{DECLARED_ONLY}")
		}
		fn metadata_at_version(_: u32) -> Option<sp_core::OpaqueMetadata> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn metadata_versions() -> Vec<u32> {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(_: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			unreachable!("{DECLARED_ONLY}")
		}
		fn finalize_block() -> <Block as BlockT>::Header {
			unreachable!("{DECLARED_ONLY}")
		}
		fn inherent_extrinsics(_: sp_inherents::InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn check_inherents(
			_: <Block as BlockT>::LazyBlock,
			_: sp_inherents::InherentData,
		) -> sp_inherents::CheckInherentsResult {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			_: TransactionSource,
			_: <Block as BlockT>::Extrinsic,
			_: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(_: &<Block as BlockT>::Header) {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(_: Vec<u8>, _: Option<Vec<u8>>) -> sp_session::OpaqueGeneratedSessionKeys {
			unreachable!("{DECLARED_ONLY}")
		}
		fn decode_session_keys(_: Vec<u8>) -> Option<Vec<(Vec<u8>, sp_core::crypto::KeyTypeId)>> {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(_: AccountId) -> Nonce {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
		fn query_info(_: <Block as BlockT>::Extrinsic, _: u32) -> RuntimeDispatchInfo<Balance> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn query_fee_details(_: <Block as BlockT>::Extrinsic, _: u32) -> FeeDetails<Balance> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn query_weight_to_fee(_: sp_weights::Weight) -> Balance {
			unreachable!("{DECLARED_ONLY}")
		}
		fn query_length_to_fee(_: u32) -> Balance {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(_: Vec<u8>) -> sp_genesis_builder::Result {
			unreachable!("{DECLARED_ONLY}")
		}
		fn get_preset(_: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl tp_quota::QuotaApi<Block, AccountId> for Runtime {
		fn quota(_: AccountId) -> Option<tp_quota::QuotaReport> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn regrows_at(_: AccountId, _: tp_quota::Usage) -> Option<u64> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn accepted_at(_: <Block as BlockT>::Extrinsic) -> Option<u64> {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl tp_pbft::PbftApi<Block> for Runtime {
		fn committee() -> Committee {
			unreachable!("{DECLARED_ONLY}")
		}
		fn config() -> PbftConfig {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl tp_pbft::ContactsApi<Block> for Runtime {
		fn contacts() -> Contacts {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl tp_stake::api::AddressesApi<Block> for Runtime {
		fn published(_: PbftId) -> Option<Published> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn publish_transaction(_: Publication) -> <Block as BlockT>::Extrinsic {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl tp_stake::api::DutiesApi<Block> for Runtime {
		fn duties(_: PbftId) -> Option<Duties> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn ticket_transaction(_: Ticket) -> <Block as BlockT>::Extrinsic {
			unreachable!("{DECLARED_ONLY}")
		}
		fn commitment_transaction(_: Commitment, _: PbftSignature) -> <Block as BlockT>::Extrinsic {
			unreachable!("{DECLARED_ONLY}")
		}
		fn reveal_transaction(_: Reveal, _: PbftSignature) -> <Block as BlockT>::Extrinsic {
			unreachable!("{DECLARED_ONLY}")
		}
		fn report_transaction(_: ChainTag, _: Evidence, _: Option<Reporter>) -> <Block as BlockT>::Extrinsic {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl tp_routing::MailboxApi<Block> for Runtime {
		fn mailbox() -> tp_routing::MailboxReport {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	impl tp_routing::BeaconApi<Block> for Runtime {
		fn neighbours() -> tp_routing::BeaconReport {
			unreachable!("{DECLARED_ONLY}")
		}

		fn committees() -> tp_routing::CommitteesReport {
			unreachable!("{DECLARED_ONLY}")
		}
	}

	#[api_version(4)]
	impl tp_lattice::LatticeApi<Block> for Runtime {
		fn domain() -> Option<tp_lattice::Domain> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn pool_context() -> Option<PoolContext> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn account(_: AccountId) -> Option<Account> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn table_head(_: TableId) -> TableHead {
			unreachable!("{DECLARED_ONLY}")
		}
		fn block_record() -> Option<BlockRecord> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn room() -> Option<Room> {
			unreachable!("{DECLARED_ONLY}")
		}
		fn is_paused() -> bool {
			unreachable!("{DECLARED_ONLY}")
		}
	}
}
