//! The unit lane of a ledger.
//!
//! ```text
//! author's batch ─ inherent ─▶ apply ─▶ host: decode, verify, apply to System::Account ─▶ Outcome
//!                                                                                          │
//! header ◀── digest LATT ◀── on_finalize ◀── TableHeads, LastBlock, dust burnt ◀───────────┘
//! ```
//!
//! One call a block, of the mandatory class: a block either carries the outcome that every replica computes, or it is
//! no block. What units mean is in `tp-lattice`; the pallet keeps the tables' chains and tells the header.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

pub use pallet::*;
pub use weights::WeightInfo;

mod executor;
mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use executor::{HostExecutor, RuntimeExecutor, UnitExecutor};

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::lattice";

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use core::{marker::PhantomData, ops::RangeInclusive};
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Inspect, Unbalanced},
			UnixTime,
		},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::SaturatedConversion;
	use tp_core::{AccountId, Balance, Hash, Nonce};
	use tp_lattice::{
		Account, AccountData, BlockRecord, Context, Domain, InherentError, PoolContext, QuotaMeter, Reason, TableHead,
		TableId, INHERENT_IDENTIFIER,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId, Nonce = Nonce, AccountData = AccountData, Hash = Hash>
	{
		/// The balances of accounts: of them, only the sum is changed here, by what is burnt.
		type Currency: Unbalanced<AccountId, Balance = Balance>;
		/// The tables that this ledger has.
		type Tables: Get<RangeInclusive<u8>>;
		/// What an account needs to live.
		type ExistentialDeposit: Get<Balance>;
		/// The block's time.
		type Time: UnixTime;
		/// How much accounts may use.
		type Quota: QuotaMeter;
		/// Bytes that a block's units may have: they bound the work.
		type MaxBatchBytes: Get<u32>;
		/// What the units of a block should cost together, in picoseconds of reference time. Authors keep to it; a block that
		/// is slower to apply than replicas wait for is never voted for.
		type MaxBatchCompute: Get<u64>;
		/// Who applies units: the host, or (many times slower) the runtime itself.
		type Executor: UnitExecutor;
		/// What things cost.
		type WeightInfo: WeightInfo;
	}

	/// What units are signed for.
	#[pallet::storage]
	pub type SigningDomain<T: Config> = StorageValue<_, Domain, OptionQuery>;

	/// The newest link of each table's chain.
	#[pallet::storage]
	pub type TableHeads<T: Config> = StorageMap<_, Identity, TableId, TableHead, ValueQuery>;

	/// What this block's units did; nodes read it at [`tp_lattice::storage::block_record_key`].
	#[pallet::storage]
	#[pallet::unbounded]
	pub type LastBlock<T: Config> = StorageValue<_, BlockRecord, OptionQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Hash of the main chain's genesis block.
		pub main_genesis: Hash,
		/// The zone that this ledger belongs to.
		pub zone: u16,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			SigningDomain::<T>::put(Domain::new(&self.main_genesis, self.zone));
		}
	}

	#[pallet::error]
	pub enum Error<T> {
		/// A block applies one batch.
		AppliedBefore,
		/// The units are no batch.
		Undecodable,
		/// The batch is larger than a block may apply.
		TooLarge,
		/// The units use more than all free use of a block may be.
		FreeUse,
		/// The ledger does not know what its units are signed for: its genesis, or a migration, must say it.
		NoDomain,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			LastBlock::<T>::kill();
			T::WeightInfo::block()
		}

		/// The header says what its units did, also that there were none.
		fn on_finalize(_: BlockNumberFor<T>) {
			let record = LastBlock::<T>::get().unwrap_or_default();
			let number = frame_system::Pallet::<T>::block_number().saturated_into();
			frame_system::Pallet::<T>::deposit_log(record.outcome.digest(&record.heads(number)).item());
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Applies the block's units: an encoded [`tp_lattice::Batch`]. Once a block, by its author.
		#[pallet::call_index(0)]
		#[pallet::weight((T::WeightInfo::apply(batch.len() as u32), DispatchClass::Mandatory))]
		pub fn apply(origin: OriginFor<T>, batch: Vec<u8>) -> DispatchResultWithPostInfo {
			ensure_none(origin)?;
			ensure!(!LastBlock::<T>::exists(), Error::<T>::AppliedBefore);
			ensure!(batch.len() <= T::MaxBatchBytes::get() as usize, Error::<T>::TooLarge);
			let number = frame_system::Pallet::<T>::block_number().saturated_into();
			let context = Self::context(number).ok_or(Error::<T>::NoDomain)?;
			let outcome = T::Executor::apply(&batch, &context).map_err(|_| Error::<T>::Undecodable)?;
			ensure!(T::Quota::use_free(outcome.free), Error::<T>::FreeUse);
			let record = BlockRecord::new(outcome, TableHeads::<T>::get);
			for (table, head) in record.heads(context.number) {
				TableHeads::<T>::insert(table, head);
			}
			let outcome = &record.outcome;
			if outcome.dust > 0 {
				let issued = T::Currency::total_issuance();
				T::Currency::set_total_issuance(issued.saturating_sub(outcome.dust));
			}
			let credits = outcome.tables.iter().map(|table| table.credits).fold(0, u32::saturating_add);
			let wrong = outcome.refused.iter().filter(|(_, reason)| *reason == Reason::Signature).count() as u32;
			let weight = T::WeightInfo::applied(outcome.units, credits, wrong);
			LastBlock::<T>::put(record);
			Ok(Some(weight).into())
		}
	}

	impl<T: Config> Pallet<T> {
		/// What the units of a block are judged by, besides the accounts; `None` if they can be signed for nothing.
		pub fn context(number: u32) -> Option<Context> {
			let (compute_per_unit, compute_per_operation) = T::WeightInfo::unit();
			Some(Context {
				domain: SigningDomain::<T>::get()?,
				number,
				now: u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX),
				tables: T::Tables::get(),
				existential_deposit: T::ExistentialDeposit::get(),
				quota: T::Quota::rules(),
				compute_per_unit,
				compute_per_operation,
				free_without_deposit: false,
			})
		}

		/// What the units of the next block are judged by; `None` if the ledger takes none.
		pub fn pool_context() -> Option<PoolContext> {
			let number = frame_system::Pallet::<T>::block_number().saturated_into::<u32>().saturating_add(1);
			Some(PoolContext {
				context: Self::context(number)?,
				max_batch_bytes: T::MaxBatchBytes::get(),
				max_batch_compute: T::MaxBatchCompute::get(),
			})
		}

		/// An account; `None` if it does not exist.
		pub fn account(id: &AccountId) -> Option<Account> {
			executor::account::<T>(id)
		}

		/// Checks that the sum of all balances is what was issued.
		#[cfg(any(test, feature = "try-runtime"))]
		pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			let ed = T::ExistentialDeposit::get();
			let mut sum: Balance = 0;
			for (_, account) in frame_system::Account::<T>::iter() {
				sum = sum.saturating_add(account.data.free).saturating_add(account.data.reserved);
				let held = account.data.reserved > 0 || account.data.frozen > 0;
				ensure!(account.data.free >= ed || account.data.free == 0 || held, "an account of dust");
			}
			ensure!(sum == T::Currency::total_issuance(), "the balances are not what was issued");
			Ok(())
		}
	}

	#[pallet::inherent]
	impl<T: Config> ProvideInherent for Pallet<T> {
		type Call = Call<T>;
		type Error = InherentError;
		const INHERENT_IDENTIFIER: InherentIdentifier = INHERENT_IDENTIFIER;

		fn create_inherent(data: &InherentData) -> Option<Self::Call> {
			match data.get_data::<Vec<u8>>(&INHERENT_IDENTIFIER) {
				Ok(batch) => batch.filter(|batch| !batch.is_empty()).map(|batch| Call::apply { batch }),
				Err(error) => {
					log::error!(target: LOG_TARGET, "the author's units do not decode: {error:?}");
					None
				},
			}
		}

		/// Any batch will do: its outcome is what the block claims, or the block is none.
		fn check_inherent(_: &Self::Call, _: &InherentData) -> Result<(), Self::Error> {
			Ok(())
		}

		fn is_inherent(call: &Self::Call) -> bool {
			matches!(call, Call::apply { .. })
		}
	}
}
