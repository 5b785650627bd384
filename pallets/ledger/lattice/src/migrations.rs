//! Migrations of the storage, for `SingleBlockMigrations` of a runtime.

use crate::*;
use alloc::vec::Vec;
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	storage_alias,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
	Identity,
};
use frame_system::{Account as Accounts, AccountInfo};
use tp_lattice::{Account, PreviousAccount, TableHead, TableId};
use tp_quota::{Quota, QuotaMeter};

/// From version 1 to 2: accounts have quotas that meter state, stake and balance.
///
/// Balances, heads and references stay, also those of an account below a new existential deposit: its holder can send all
/// of it, or receive what is missing. To remove it would take it from its holder, and to top it up would need issue.
///
/// It changes all accounts in one block, which has room for some 30,000 of them. A ledger with more makes one block that
/// exceeds its weight. It reads the rules of [`Config::Quota`], so run the migration of `pallet-quota` before it. No
/// migration before it may read an account.
pub type V1ToV2<T> = VersionedMigration<1, 2, MeterAccounts<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration of [`V1ToV2`] without the check of versions.
pub struct MeterAccounts<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for MeterAccounts<T> {
	fn on_runtime_upgrade() -> Weight {
		// Its format has changed too, and the block that begins removes it anyway.
		LastBlock::<T>::kill();
		let rules = T::Quota::rules().unwrap_or_default();
		let mut changed: u64 = 0;
		Accounts::<T>::translate::<PreviousAccount, _>(|_, account| {
			changed = changed.saturating_add(1);
			let Account { nonce, consumers, providers, sufficients, mut data } = account.into();
			// Earlier rules counted all use together, which the conversion takes for free use.
			let Quota { free, charged_at, locked, .. } = data.quota;
			data.quota = Quota::of_earlier_use(free, charged_at, locked, &rules);
			Some(AccountInfo { nonce, consumers, providers, sufficients, data })
		});
		// The rules, what is taken, the burst and the time; an iteration reads a key more than it finds.
		T::DbWeight::get().reads_writes(changed.saturating_add(5), changed.saturating_add(1))
	}
}

/// From version 2 to 3: the newest links of all tables are one value. It reads and removes at most 256 links.
pub type V2ToV3<T> = VersionedMigration<2, 3, JoinHeads<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration of [`V2ToV3`] without the check of versions.
pub struct JoinHeads<T>(PhantomData<T>);

/// The storage of version 2.
pub(crate) mod v2 {
	use super::*;

	#[storage_alias]
	pub type TableHeads<T: Config> = StorageMap<Pallet<T>, Identity, TableId, TableHead>;
}

impl<T: Config> UncheckedOnRuntimeUpgrade for JoinHeads<T> {
	fn on_runtime_upgrade() -> Weight {
		// The value has the prefix of the map as its key: it is written when the map is empty.
		let heads: Vec<_> = v2::TableHeads::<T>::drain().collect();
		let links = heads.len() as u64;
		TableHeads::<T>::put(heads.into_iter().collect::<tp_lattice::TableHeads>());
		// The iteration reads a key more than it finds.
		T::DbWeight::get().reads_writes(links.saturating_add(1), links.saturating_add(1))
	}
}
