//! The runtime APIs of every ledger.

/// Implements the runtime APIs of all ledgers for the `Runtime` of the calling crate, and further APIs that the caller
/// passes in the form of `sp_api::impl_runtime_apis!`.
///
/// `routing;` before them adds the APIs of a ledger with the pallets `Beacon` and `Mailbox`.
///
/// The crate has called `ledger_runtime!`. It has `genesis::get_preset` and `genesis::preset_names`, and `benches` if it is
/// built with benchmarks.
#[macro_export]
macro_rules! runtime_apis {
	(routing; $($own:tt)*) => {
		$crate::runtime_apis! {
			impl tp_routing::MailboxApi<Block> for Runtime {
				fn mailbox() -> tp_routing::MailboxReport {
					Mailbox::report()
				}
			}

			impl tp_routing::BeaconApi<Block> for Runtime {
				fn neighbours() -> tp_routing::BeaconReport {
					Beacon::report()
				}

				fn committees() -> tp_routing::CommitteesReport {
					Beacon::committees_report()
				}
			}

			$($own)*
		}
	};
	($($own:tt)*) => {
		sp_api::impl_runtime_apis! {
			$($own)*

			impl sp_api::Core<Block> for Runtime {
				fn version() -> sp_version::RuntimeVersion {
					VERSION
				}

				fn execute_block(block: <Block as sp_runtime::traits::Block>::LazyBlock) {
					Executive::execute_block(block);
				}

				fn initialize_block(header: &<Block as sp_runtime::traits::Block>::Header) -> sp_runtime::ExtrinsicInclusionMode {
					Executive::initialize_block(header)
				}
			}

			impl sp_api::Metadata<Block> for Runtime {
				fn metadata() -> sp_core::OpaqueMetadata {
					sp_core::OpaqueMetadata::new(Runtime::metadata().into())
				}

				fn metadata_at_version(version: u32) -> Option<sp_core::OpaqueMetadata> {
					Runtime::metadata_at_version(version)
				}

				fn metadata_versions() -> alloc::vec::Vec<u32> {
					Runtime::metadata_versions()
				}
			}

			impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
				fn execute_view_function(
					id: frame_support::view_functions::ViewFunctionId,
					input: alloc::vec::Vec<u8>,
				) -> Result<alloc::vec::Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
					Runtime::execute_view_function(id, input)
				}
			}

			impl sp_block_builder::BlockBuilder<Block> for Runtime {
				fn apply_extrinsic(extrinsic: <Block as sp_runtime::traits::Block>::Extrinsic) -> sp_runtime::ApplyExtrinsicResult {
					Executive::apply_extrinsic(extrinsic)
				}

				fn finalize_block() -> <Block as sp_runtime::traits::Block>::Header {
					Executive::finalize_block()
				}

				fn inherent_extrinsics(data: sp_inherents::InherentData) -> alloc::vec::Vec<<Block as sp_runtime::traits::Block>::Extrinsic> {
					pallets::create_inherents(&data)
				}

				fn check_inherents(
					block: <Block as sp_runtime::traits::Block>::LazyBlock,
					data: sp_inherents::InherentData,
				) -> sp_inherents::CheckInherentsResult {
					pallets::check_inherents(&block, &data)
				}
			}

			impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
				fn validate_transaction(
					source: sp_runtime::transaction_validity::TransactionSource,
					transaction: <Block as sp_runtime::traits::Block>::Extrinsic,
					block_hash: <Block as sp_runtime::traits::Block>::Hash,
				) -> sp_runtime::transaction_validity::TransactionValidity {
					$crate::residents::check::<Runtime>(&transaction)?;
					let waiting = $crate::waiting::Waiting::of::<Runtime>(&transaction);
					let validity = $crate::mortality::validate::<Runtime>(transaction, |transaction| {
						Executive::validate_transaction(source, transaction, block_hash)
					})?;
					waiting.map_or(Ok(()), |waiting| waiting.check::<Runtime>())?;
					Ok(validity)
				}
			}

			impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
				fn offchain_worker(header: &<Block as sp_runtime::traits::Block>::Header) {
					Executive::offchain_worker(header)
				}
			}

			impl sp_session::SessionKeys<Block> for Runtime {
				fn generate_session_keys(owner: alloc::vec::Vec<u8>, seed: Option<alloc::vec::Vec<u8>>) -> sp_session::OpaqueGeneratedSessionKeys {
					SessionKeys::generate(&owner, seed).into()
				}

				fn decode_session_keys(encoded: alloc::vec::Vec<u8>) -> Option<alloc::vec::Vec<(alloc::vec::Vec<u8>, sp_core::crypto::KeyTypeId)>> {
					SessionKeys::decode_into_raw_public_keys(&encoded)
				}
			}

			impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
				fn account_nonce(account: AccountId) -> Nonce {
					Lives::account_nonce(&account)
				}
			}

			impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
				fn query_info(
					uxt: <Block as sp_runtime::traits::Block>::Extrinsic,
					len: u32,
				) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
					TransactionPayment::query_info(uxt, len)
				}

				fn query_fee_details(
					uxt: <Block as sp_runtime::traits::Block>::Extrinsic,
					len: u32,
				) -> pallet_transaction_payment::FeeDetails<Balance> {
					TransactionPayment::query_fee_details(uxt, len)
				}

				fn query_weight_to_fee(weight: frame_support::weights::Weight) -> Balance {
					TransactionPayment::weight_to_fee(weight)
				}

				fn query_length_to_fee(length: u32) -> Balance {
					TransactionPayment::length_to_fee(length)
				}
			}

			impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall>
				for Runtime
			{
				fn query_call_info(
					call: RuntimeCall,
					len: u32,
				) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
					TransactionPayment::query_call_info(call, len)
				}

				fn query_call_fee_details(call: RuntimeCall, len: u32) -> pallet_transaction_payment::FeeDetails<Balance> {
					TransactionPayment::query_call_fee_details(call, len)
				}

				fn query_weight_to_fee(weight: frame_support::weights::Weight) -> Balance {
					TransactionPayment::weight_to_fee(weight)
				}

				fn query_length_to_fee(length: u32) -> Balance {
					TransactionPayment::length_to_fee(length)
				}
			}

			impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
				fn build_state(config: alloc::vec::Vec<u8>) -> sp_genesis_builder::Result {
					frame_support::genesis_builder_helper::build_state::<RuntimeGenesisConfig>(config)?;
					Committee::ensure_committee().map_err(Into::into)
				}

				fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<alloc::vec::Vec<u8>> {
					frame_support::genesis_builder_helper::get_preset::<RuntimeGenesisConfig>(id, genesis::get_preset)
				}

				fn preset_names() -> alloc::vec::Vec<sp_genesis_builder::PresetId> {
					genesis::preset_names()
				}
			}

			impl tp_pbft::PbftApi<Block> for Runtime {
				fn committee() -> tp_pbft::Committee {
					Committee::committee()
				}

				fn config() -> tp_pbft::PbftConfig {
					Committee::config()
				}
			}

			impl tp_pbft::ContactsApi<Block> for Runtime {
				fn contacts() -> tp_pbft::Contacts {
					Committee::contacts()
				}
			}

			impl tp_quota::QuotaApi<Block, AccountId> for Runtime {
				fn quota(account: AccountId) -> Option<tp_quota::QuotaReport> {
					Quota::report(&account)
				}

				fn regrows_at(account: AccountId, cost: tp_quota::Usage) -> Option<u64> {
					Quota::regrows_at(&account, cost)
				}

				fn accepted_at(transaction: <Block as sp_runtime::traits::Block>::Extrinsic) -> Option<u64> {
					use codec::Encode;
					use frame_support::dispatch::GetDispatchInfo;
					let sender = $crate::signer(&transaction)?;
					let before = $crate::waiting::counted_before::<Runtime>(&transaction);
					Quota::accepted_at(&sender, &transaction.get_dispatch_info(), transaction.encoded_size(), before)
				}
			}

			#[cfg(feature = "runtime-benchmarks")]
			impl frame_benchmarking::Benchmark<Block> for Runtime {
				fn benchmark_metadata(
					extra: bool,
				) -> (alloc::vec::Vec<frame_benchmarking::BenchmarkList>, alloc::vec::Vec<frame_support::traits::StorageInfo>) {
					use benches::*;
					use frame_benchmarking::{baseline::Pallet as BaselineBench, BenchmarkList};
					use frame_support::traits::StorageInfoTrait;

					let mut list = alloc::vec::Vec::<BenchmarkList>::new();
					list_benchmarks!(list, extra);
					(list, AllPalletsWithSystem::storage_info())
				}

				#[allow(non_local_definitions)]
				fn dispatch_benchmark(
					config: frame_benchmarking::BenchmarkConfig,
				) -> Result<alloc::vec::Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
					use benches::*;
					use frame_benchmarking::{baseline::Pallet as BaselineBench, BenchmarkBatch};
					use frame_support::traits::WhitelistedStorageKeys;

					impl frame_benchmarking::baseline::Config for Runtime {}

					let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
					let mut batches = alloc::vec::Vec::<BenchmarkBatch>::new();
					let params = (&config, &whitelist);
					add_benchmarks!(params, batches);
					Ok(batches)
				}
			}

			#[cfg(feature = "try-runtime")]
			impl frame_try_runtime::TryRuntime<Block> for Runtime {
				fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (frame_support::weights::Weight, frame_support::weights::Weight) {
					let weight = Executive::try_runtime_upgrade(checks).expect("the checks of a migration hold; qed");
					(weight, $crate::limits::MAX_BLOCK_WEIGHT)
				}

				fn execute_block(
					block: <Block as sp_runtime::traits::Block>::LazyBlock,
					state_root_check: bool,
					signature_check: bool,
					select: frame_try_runtime::TryStateSelect,
				) -> frame_support::weights::Weight {
					Executive::try_execute_block(block, state_root_check, signature_check, select)
						.expect("a block of the ledger executes; qed")
				}
			}

		}
	};
}
