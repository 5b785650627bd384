//! The unit lane of a ledger.

/// Configures system, balances, quotas and the lattice for the `Runtime` of the calling crate, which has these pallets
/// under their usual names. Balances and quotas are parts of the lattice's account record, beside the unit head. The genesis
/// says which tables the ledger has.
///
/// With `mailbox;`, payments to accounts of other tables leave through the pallet `Mailbox`, by units and by `Balances`, and no call
/// creates such accounts: the runtime's `pallet_mailbox::Config` has `Derivation = Derived`. Without it, payments to them are refused.
#[macro_export]
macro_rules! unit_lane {
	() => {
		/// Refuses transfers to accounts of other shards, in batches and by proxies too: they would create a second account there.
		pub struct PaysResidents;

		impl frame_support::traits::Contains<RuntimeCall> for PaysResidents {
			fn contains(call: &RuntimeCall) -> bool {
				use pallet_balances::Call;
				use sp_runtime::MultiAddress;
				let RuntimeCall::Balances(call) = call else { return true };
				match call {
					Call::transfer_allow_death { dest: MultiAddress::Id(account), .. }
					| Call::transfer_keep_alive { dest: MultiAddress::Id(account), .. }
					| Call::transfer_all { dest: MultiAddress::Id(account), .. }
					| Call::force_transfer { dest: MultiAddress::Id(account), .. }
					| Call::force_set_balance { who: MultiAddress::Id(account), .. } => Lattice::is_resident(account),
					_ => true,
				}
			}
		}

		$crate::unit_lane! {
			filter: PaysResidents,
			accounts: pallet_lattice::LatticeAccounts<Runtime, Quota>,
			outside_accounts: frame_support::traits::ConstU128<0>,
			remote: (),
			paused: frame_support::traits::ConstBool<false>,
		}
	};
	(mailbox;) => {
		$crate::derived_accounts!();
		$crate::unit_lane! {
			filter: pallet_mailbox::NoteDerived<Runtime>,
			accounts: pallet_mailbox::RoutedAccounts<Runtime, pallet_lattice::LatticeAccounts<Runtime, Quota>>,
			outside_accounts: pallet_mailbox::OutsideAccounts<Runtime>,
			remote: Mailbox,
			paused: pallet_beacon::Paused<Runtime>,
		}
	};
	(filter: $filter:ty, accounts: $accounts:ty, outside_accounts: $outside:ty, remote: $remote:ty, paused: $paused:ty,) => {
		frame_support::parameter_types! {
			pub const Version: sp_version::RuntimeVersion = VERSION;
		}

		#[frame_support::derive_impl(top_runtime_common::preludes::System<Runtime> as frame_system::DefaultConfig)]
		impl frame_system::Config for Runtime {
			type Block = Block;
			type BaseCallFilter = frame_support::traits::InsideBoth<pallet_quota::StateLeft<Runtime>, $filter>;
			type AccountData = tp_lattice::AccountData;
			type OnKilledAccount = Lives;
			// The accounts first, since no other migration could read them. Their quotas take the rules of that before.
			type SingleBlockMigrations = (
				pallet_quota::migrations::V0ToV1<Runtime>,
				pallet_lattice::migrations::V1ToV2<Runtime>,
				pallet_lattice::migrations::V2ToV3<Runtime>,
				pallet_committee::migrations::V0ToV1<Runtime>,
			);
			type Version = Version;
		}

		#[frame_support::derive_impl(top_runtime_common::preludes::Balances<Runtime> as pallet_balances::DefaultConfig)]
		impl pallet_balances::Config for Runtime {
			type AccountStore = $accounts;
		}

		#[frame_support::derive_impl(pallet_quota::config_preludes::LedgerDefaultConfig<Runtime>)]
		impl pallet_quota::Config for Runtime {
			type Currency = Balances;
			type Store = pallet_lattice::AccountQuotas<Runtime>;
			type Lives = Lives;
			type Residents = pallet_lattice::Residents<Runtime>;
			type Time = $crate::BlockTime<Runtime>;
			type WeightInfo = pallet_quota::weights::InAccounts<Runtime>;
		}

		#[frame_support::derive_impl(pallet_lattice::config_preludes::LedgerDefaultConfig<Runtime>)]
		impl pallet_lattice::Config for Runtime {
			type Currency = Balances;
			type Chain = <Runtime as pallet_committee::Config>::Chain;
			type Tables = pallet_lattice::GenesisTables<Runtime>;
			type Lives = Lives;
			type Time = $crate::BlockTime<Runtime>;
			type Quota = Quota;
			type OutsideAccounts = $outside;
			type Remote = $remote;
			type Paused = $paused;
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

			#[api_version(4)]
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
					pallet_lattice::TableHeads::<Runtime>::get().get(table)
				}

				fn block_record() -> Option<tp_lattice::BlockRecord> {
					pallet_lattice::LastBlock::<Runtime>::get()
				}

				fn room() -> Option<tp_lattice::Room> {
					Lattice::room()
				}

				fn is_paused() -> bool {
					Lattice::is_paused()
				}
			}
		}
	};
}
