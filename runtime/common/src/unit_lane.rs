//! The unit lane of a ledger.

/// Configures system, balances, quotas and the lattice for the `Runtime` of the calling crate, which has these pallets
/// under their usual names. Balances and quotas are parts of the lattice's account record, beside the unit head.
#[macro_export]
macro_rules! unit_lane {
	() => {
		frame_support::parameter_types! {
			pub const Version: sp_version::RuntimeVersion = VERSION;
		}

		#[frame_support::derive_impl(top_runtime_common::preludes::System<Runtime> as frame_system::DefaultConfig)]
		impl frame_system::Config for Runtime {
			type Block = Block;
			type AccountData = tp_lattice::AccountData;
			type OnKilledAccount = Lives;
			// The accounts first, since no other migration could read them. Their quotas take the rules of that before.
			type SingleBlockMigrations = (
				pallet_quota::migrations::V0ToV1<Runtime>,
				pallet_lattice::migrations::V1ToV2<Runtime>,
				pallet_committee::migrations::V0ToV1<Runtime>,
			);
			type Version = Version;
		}

		#[frame_support::derive_impl(top_runtime_common::preludes::Balances<Runtime> as pallet_balances::DefaultConfig)]
		impl pallet_balances::Config for Runtime {
			type AccountStore = pallet_lattice::LatticeAccounts<Runtime, Quota>;
		}

		#[frame_support::derive_impl(pallet_quota::config_preludes::LedgerDefaultConfig<Runtime>)]
		impl pallet_quota::Config for Runtime {
			type Currency = Balances;
			type Store = pallet_lattice::AccountQuotas<Runtime>;
			type Lives = Lives;
			type Time = $crate::BlockTime<Runtime>;
			type WeightInfo = pallet_quota::weights::InAccounts<Runtime>;
		}

		#[frame_support::derive_impl(pallet_lattice::config_preludes::LedgerDefaultConfig<Runtime>)]
		impl pallet_lattice::Config for Runtime {
			type Currency = Balances;
			type Chain = <Runtime as pallet_committee::Config>::Chain;
			type Lives = Lives;
			type Time = $crate::BlockTime<Runtime>;
			type Quota = Quota;
		}
	};
}

/// Implements the runtime APIs of [`runtime_apis!`](crate::runtime_apis), and the one by which the node opens the unit
/// lane: pool, gossip, index and the `lattice_*` methods.
#[macro_export]
macro_rules! unit_lane_apis {
	($($own:tt)*) => {
		$crate::runtime_apis! {
			$($own)*

			impl tp_lattice::LatticeApi<Block> for Runtime {
				fn domain() -> Option<tp_lattice::Domain> {
					pallet_lattice::SigningDomain::<Runtime>::get()
				}

				fn pool_context() -> Option<tp_lattice::PoolContext> {
					Lattice::pool_context()
				}

				fn account(id: AccountId) -> Option<tp_lattice::Account> {
					Lattice::account(&id)
				}

				fn table_head(table: tp_lattice::TableId) -> tp_lattice::TableHead {
					pallet_lattice::TableHeads::<Runtime>::get(table)
				}

				fn block_record() -> Option<tp_lattice::BlockRecord> {
					pallet_lattice::LastBlock::<Runtime>::get()
				}
			}
		}
	};
}
