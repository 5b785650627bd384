#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod accounts;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod config_preludes;
mod executor;
pub mod migrations;
#[cfg(test)]
mod mock;
mod place;
#[cfg(test)]
mod tests;
pub mod weights;

pub use accounts::{AccountQuotas, LatticeAccounts};
pub use executor::{HostExecutor, RuntimeExecutor, UnitExecutor};
pub use pallet::*;
pub use place::{GenesisChain, GenesisTables, Residents, ShardPlace};
pub use weights::{UnitCosts, WeightInfo};

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::lattice";

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{sync::Arc, vec::Vec};
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
	use tp_core::{lives::AccountLives, AccountId, Balance, ChainTag, Hash, Nonce, TableRange};
	use tp_lattice::{
		Account, AccountData, BlockRecord, Context, Domain, InherentError, Lives, Outcome, PoolContext, Reason,
		RemoteLanes, Room, RulesVersion, TableId, INHERENT_IDENTIFIER,
	};
	use tp_quota::QuotaMeter;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(3);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config(with_default)]
	pub trait Config:
		frame_system::Config<AccountId = AccountId, Nonce = Nonce, AccountData = AccountData, Hash = Hash>
	{
		/// The balances of accounts: their existential deposit, and their sum, which burnt dust reduces. Plug in
		/// `pallet-balances` with [`LatticeAccounts`] as its store.
		#[pallet::no_default]
		type Currency: Unbalanced<AccountId, Balance = Balance>;
		/// The ledger, which first heads bind.
		#[pallet::no_default]
		type Chain: Get<ChainTag>;
		/// The first nonces of accounts, and the tombstones of accounts that ended. Plug in `pallet-lives`. With `()` (the
		/// default) accounts begin with the nonce 0, so an account that ends must never sign extrinsics again.
		type Lives: AccountLives<AccountId>;
		/// The tables of this ledger: all of them (the default), or those of its shard. Plug in [`GenesisTables`] if the genesis
		/// says which.
		type Tables: Get<RangeInclusive<u8>>;
		/// The block's time. Plug in `pallet-timestamp`.
		#[pallet::no_default]
		type Time: UnixTime;
		/// The meter of use. Plug in `pallet-quota`. `()` (the default) means that nothing is metered.
		type Quota: QuotaMeter;
		/// The most bytes of a block's batch, which bound the work of a block. The default is 2 MiB.
		type MaxBatchBytes: Get<u32>;
		/// The most that the units of a block should cost together, in picoseconds of reference time. Authors keep to it:
		/// replicas do not vote for a block that takes them longer than they wait. The default is 1.5 s.
		type MaxBatchCompute: Get<u64>;
		/// Applies batches. Plug in [`HostExecutor`] (the default), or [`RuntimeExecutor`] for nodes without the host
		/// function, which is many times slower.
		type Executor: UnitExecutor;
		/// What is issued and belongs to no account, such as the values of messages on their way. Plug in
		/// `pallet_mailbox::OutsideAccounts` on a ledger with a mailbox. The default is 0. Invariants alone read it.
		type OutsideAccounts: Get<Balance>;
		/// The ways to the other shards of the zone. Plug in `pallet-mailbox`, which must not have sent to them in the block before
		/// the units are applied, except in `on_initialize`. With `()` (the default) units that pay accounts of other shards are
		/// refused.
		type Remote: RemoteLanes;
		/// Whether the ledger takes no units at present. Plug in `pallet_beacon::Paused` on a shard with a zone. The default is that it always
		/// takes some.
		type Paused: Get<bool>;
		/// The weights of the pallet. Plug in [`weights::SubstrateWeight`] (the default). `()` is not implemented.
		type WeightInfo: WeightInfo;
	}

	/// The domain for which units are signed.
	#[pallet::storage]
	pub type SigningDomain<T: Config> = StorageValue<_, Domain, OptionQuery>;

	/// The newest link of each table's chain.
	#[pallet::storage]
	pub type TableHeads<T: Config> = StorageValue<_, tp_lattice::TableHeads, ValueQuery>;

	/// The effects of this block's units. Nodes read it at [`tp_lattice::storage::block_record_key`].
	#[pallet::storage]
	#[pallet::unbounded]
	pub type LastBlock<T: Config> = StorageValue<_, BlockRecord, OptionQuery>;

	/// The place of the ledger among the shards of its zone. `None` is [`ShardPlace::ONLY`].
	#[pallet::storage]
	pub type Place<T: Config> = StorageValue<_, ShardPlace, OptionQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Hash of the main chain's genesis block.
		pub main_genesis: Hash,
		/// The zone that this ledger belongs to.
		pub zone: u16,
		/// The number of the shard, counted over the whole life of the zone.
		pub incarnation: u32,
		/// The tables of the shard: by default all. Only a ledger with [`GenesisTables`] keeps to them.
		pub tables: TableRange,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			SigningDomain::<T>::put(Domain::new(&self.main_genesis, self.zone));
			let Self { zone, incarnation, tables, .. } = *self;
			assert!(tables.first <= tables.last, "the genesis gives the shard no table: {tables:?}");
			let place = ShardPlace { zone, incarnation, tables };
			// Not stored otherwise, so that the genesis of a single shard is what it was before shards had places.
			if place != ShardPlace::ONLY {
				Place::<T>::put(place);
				accounts::begin_chains_again::<T>();
			}
		}
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The block has applied a batch already.
		AppliedBefore,
		/// The bytes are not a batch.
		Undecodable,
		/// The batch has more bytes than a block may apply.
		TooLarge,
		/// The units use more than the cap of a block's free use.
		FreeUse,
		/// The ledger has no signing domain: its genesis or a migration must set it.
		NoDomain,
		/// The ledger takes no units at present: [`Config::Paused`].
		Paused,
		/// A payment that was debited cannot be sent: [`Config::Remote`] told more room than there is.
		NotSent,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Returns the weight of `on_finalize` too.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			LastBlock::<T>::kill();
			T::WeightInfo::block()
		}

		/// Commits to the effects of the block's units in the header, also if there are none.
		fn on_finalize(_: BlockNumberFor<T>) {
			let digest = match LastBlock::<T>::get() {
				Some(BlockRecord { outcome, .. }) => {
					let heads = TableHeads::<T>::get();
					let changed: Vec<_> =
						outcome.tables.iter().map(|block| (block.table, heads.get(block.table))).collect();
					outcome.digest(&changed)
				},
				None => Outcome::default().digest(&[]),
			};
			frame_system::Pallet::<T>::deposit_log(digest.item());
		}

		/// Checks the name and the indices by which nodes find units and their effects.
		#[cfg(feature = "std")]
		fn integrity_test() {
			use codec::Encode;
			let index = <Self as PalletInfoAccess>::index();
			let [pallet, call] = tp_lattice::APPLY_CALL;
			assert_eq!(index, usize::from(pallet), "the index of pallet-lattice must be {pallet}");
			assert_eq!(Call::<T>::apply { batch: Vec::new() }.encode()[0], call, "the index of `apply` is fixed");
			let record_key = tp_lattice::storage::block_record_key();
			assert_eq!(LastBlock::<T>::hashed_key(), record_key, "pallet-lattice must be named `Lattice`");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Applies the block's units: an encoded [`tp_lattice::Batch`]. Only the author can call it, once a block.
		///
		/// Each operation that pays an account of another shard sends one message, in the order of the batch. So the k-th message
		/// that the mailbox sends in this call (its event `Sent`) is that of the k-th such operation of units that applied.
		#[pallet::call_index(0)]
		#[pallet::weight((Pallet::<T>::weight_at_most(batch.len() as u32), DispatchClass::Mandatory))]
		pub fn apply(origin: OriginFor<T>, batch: Vec<u8>) -> DispatchResultWithPostInfo {
			ensure_none(origin)?;
			ensure!(!LastBlock::<T>::exists(), Error::<T>::AppliedBefore);
			ensure!(!T::Paused::get(), Error::<T>::Paused);
			ensure!(batch.len() <= T::MaxBatchBytes::get() as usize, Error::<T>::TooLarge);
			let number = frame_system::Pallet::<T>::block_number().saturated_into();
			let room = T::Remote::room();
			let context = Self::context(number).ok_or(Error::<T>::NoDomain)?;
			let context = Context { room: room.map(Arc::new), ..context };
			let outcome = T::Executor::apply(&batch, &context).map_err(|_| Error::<T>::Undecodable)?;
			ensure!(T::Quota::use_free(outcome.free), Error::<T>::FreeUse);
			for payment in &outcome.remote {
				// The error undoes all of the call, and the block is invalid: no value is lost.
				T::Remote::send(payment).map_err(|_| Error::<T>::NotSent)?;
			}
			let messages = outcome.remote.len() as u64;
			let mut heads = TableHeads::<T>::get();
			let record = BlockRecord::new(outcome, |table| heads.get(table));
			heads.set(record.heads(context.number));
			TableHeads::<T>::put(heads);
			let outcome = &record.outcome;
			if outcome.dust > 0 {
				let issued = T::Currency::total_issuance();
				T::Currency::set_total_issuance(issued.saturating_sub(outcome.dust));
			}
			let credits = outcome.tables.iter().map(|table| table.credits).fold(0, u32::saturating_add);
			let wrong = outcome.refused.iter().filter(|(_, reason)| *reason == Reason::Signature).count() as u32;
			let credited = credits.saturating_add(messages as u32);
			let weight = UnitCosts::of::<T::WeightInfo>()
				.applied(outcome.units, credited, wrong)
				.saturating_add(T::Remote::room_weight())
				.saturating_add(Self::paused_weight())
				.saturating_add(T::Remote::message_weight().saturating_mul(messages));
			LastBlock::<T>::put(record);
			Ok(Some(weight).into())
		}
	}

	impl<T: Config> Pallet<T> {
		/// Returns the most that a batch of this many bytes can weigh.
		pub(crate) fn weight_at_most(bytes: u32) -> Weight {
			let units = UnitCosts::of::<T::WeightInfo>().at_most(bytes);
			let messages = weights::messages_at_most::<T::Remote>(bytes);
			units.saturating_add(messages).saturating_add(Self::paused_weight())
		}

		/// The weight of the look at [`Config::Paused`].
		fn paused_weight() -> Weight {
			T::DbWeight::get().reads(1)
		}

		/// Whether the next block takes no units.
		pub fn is_paused() -> bool {
			T::Paused::get()
		}

		/// Returns the room that payments to other shards have now. `None` if the zone has no other shard.
		pub fn room() -> Option<Room> {
			T::Remote::room()
		}

		/// Returns the context, besides the accounts and the room, in which the units of a block are validated. `None` if the
		/// ledger has no signing domain.
		pub fn context(number: u32) -> Option<Context> {
			let costs = UnitCosts::of::<T::WeightInfo>();
			Some(Context {
				domain: SigningDomain::<T>::get()?,
				number,
				now: u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX),
				tables: T::Tables::get(),
				existential_deposit: T::Currency::minimum_balance(),
				quota: T::Quota::rules(),
				compute_per_unit: costs.unit.ref_time(),
				compute_per_operation: costs.operation.ref_time(),
				lives: T::Lives::base().map(|base| Lives { chain: T::Chain::get(), base }),
				room: None,
				version: RulesVersion::default(),
			})
		}

		/// Returns the context in which the units of the next block are validated, or `None` if the ledger takes none.
		pub fn pool_context() -> Option<PoolContext> {
			let number = frame_system::Pallet::<T>::block_number().saturated_into::<u32>().saturating_add(1);
			Some(PoolContext {
				context: Self::context(number)?,
				max_batch_bytes: T::MaxBatchBytes::get(),
				max_batch_compute: T::MaxBatchCompute::get(),
				is_paused: false,
			})
		}

		/// Whether an account lives in the tables of this ledger. Units of others are refused, and those to others leave through
		/// [`Config::Remote`]. No call must create another: the runtime's account store or its call filter sees to that.
		pub fn is_resident(id: &AccountId) -> bool {
			T::Tables::get().contains(&TableId::of(id).0)
		}

		/// Returns an account, or `None` if it does not exist.
		pub fn account(id: &AccountId) -> Option<Account> {
			executor::account::<T>(id)
		}

		/// Checks that the sum of all balances equals the issuance, that no account exists on dust, and that all lie in the
		/// tables of the ledger. Called after each test, and by `try-runtime`.
		#[cfg(any(feature = "std", feature = "try-runtime"))]
		pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_sum()?;
			ensure!(Self::dust().is_empty(), "an account holds dust");
			let has_strangers = frame_system::Account::<T>::iter_keys().any(|id| !Self::is_resident(&id));
			ensure!(!has_strangers, "an account lives in another shard");
			Ok(())
		}

		/// Checks that the sum of all balances equals the issuance.
		#[cfg(any(feature = "std", feature = "try-runtime"))]
		pub fn do_try_sum() -> Result<(), sp_runtime::TryRuntimeError> {
			let balances = frame_system::Account::<T>::iter_values()
				.map(|account| account.data.free.saturating_add(account.data.reserved));
			let sum = balances.fold(0, Balance::saturating_add);
			let sum = sum.saturating_add(T::OutsideAccounts::get());
			ensure!(sum == T::Currency::total_issuance(), "the sum of balances is not the issuance");
			Ok(())
		}

		/// Returns the accounts that exist with less than the existential deposit and nothing held. An upgrade that raises the
		/// deposit leaves accounts that met the smaller one; nothing else makes such accounts.
		#[cfg(any(feature = "std", feature = "try-runtime"))]
		pub fn dust() -> Vec<AccountId> {
			let ed = T::Currency::minimum_balance();
			let is_dust =
				|data: &AccountData| data.free > 0 && data.free < ed && data.reserved == 0 && data.frozen == 0;
			frame_system::Account::<T>::iter()
				.filter_map(|(id, account)| is_dust(&account.data).then_some(id))
				.collect()
		}
	}

	#[pallet::inherent]
	impl<T: Config> ProvideInherent for Pallet<T> {
		type Call = Call<T>;
		type Error = InherentError;
		const INHERENT_IDENTIFIER: InherentIdentifier = INHERENT_IDENTIFIER;

		fn create_inherent(data: &InherentData) -> Option<Self::Call> {
			match data.get_data::<Vec<u8>>(&INHERENT_IDENTIFIER) {
				Ok(batch) => {
					batch.filter(|batch| !batch.is_empty() && !T::Paused::get()).map(|batch| Call::apply { batch })
				},
				Err(error) => {
					log::error!(target: LOG_TARGET, "the author's units do not decode: {error:?}");
					None
				},
			}
		}

		/// Accepts every batch. If its outcome is not what the header commits to, the whole block is invalid.
		fn check_inherent(_: &Self::Call, _: &InherentData) -> Result<(), Self::Error> {
			Ok(())
		}

		fn is_inherent(call: &Self::Call) -> bool {
			matches!(call, Call::apply { .. })
		}
	}
}
