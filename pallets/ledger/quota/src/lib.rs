#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod burst;
pub mod config_preludes;
mod extension;
mod filter;
mod meter;
pub mod migrations;
#[cfg(test)]
mod mock;
mod rules;
mod sponsors;
mod store;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod weights;

pub use extension::{ChargeQuota, QUOTA_USED, TIP_REFUSED};
pub use filter::StateLeft;
pub use pallet::*;
pub use rules::{InvalidRules, ShareRules, MIN_FREE};
pub use sponsors::Sponsorship;
pub use store::{StoredQuotas, WithQuotas};
pub use weights::WeightInfo;

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use core::marker::PhantomData;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Mutate, MutateHold},
			tokens::Precision,
			Contains, UnixTime,
		},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::Zero;
	use tp_core::{lives::AccountLives, Balance};
	use tp_quota::{FreeBucket, Quota, QuotaMeter, QuotaRules, QuotaStore, Usage};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config {
		/// The runtime's hold reasons. Plug in `RuntimeHoldReason`; the preludes inject it.
		#[pallet::no_default_bounds]
		type RuntimeHoldReason: From<HoldReason>;
		/// Holds the balance that accounts lock for a larger share. Plug in `pallet-balances` with a balance of 128 bits.
		#[pallet::no_default]
		type Currency: Mutate<Self::AccountId>
			+ MutateHold<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;
		/// Keeps the quotas of accounts. Plug in [`StoredQuotas`] (the default), which `frame_system::Config` needs too, or
		/// `pallet_lattice::AccountQuotas` on a ledger with the lattice.
		#[pallet::no_default_bounds]
		type Store: QuotaStore<Self::AccountId>;
		/// Sets the nonce of an account that its first sponsor creates. Plug in `pallet-lives`. With `()` (the default) it
		/// is 0.
		type Lives: AccountLives<Self::AccountId>;
		/// The accounts of this ledger: others are neither sponsored nor invited, and their transactions are refused. Plug in
		/// `pallet_lattice::Residents` on a shard. The default is `Everything`.
		type Residents: Contains<Self::AccountId>;
		/// The block's time, over which use fades. Plug in `pallet-timestamp`.
		#[pallet::no_default]
		type Time: UnixTime;
		/// The rules of a ledger whose genesis sets none. [`Config::AdminOrigin`] can set others later. The default is
		/// [`config_preludes::SHARES`].
		type DefaultRules: Get<ShareRules>;
		/// The origin that sets rules. Plug in `EnsureRoot<AccountId>` (the default), or a council.
		#[pallet::no_default_bounds]
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// The weights of calls, hooks and the extension. Plug in [`weights::SubstrateWeight`] (the default), or
		/// [`weights::InAccounts`] if [`Config::Store`] keeps quotas in accounts. `()` is not implemented.
		type WeightInfo: WeightInfo;
	}

	/// The sizes of shares, without the burst.
	#[pallet::storage]
	pub type Rules<T: Config> = StorageValue<_, ShareRules, ValueQuery, T::DefaultRules>;

	/// The burst in this block, in percent of the shares: more while blocks have room. See `burst.rs`.
	#[pallet::storage]
	pub type LentPercent<T> = StorageValue<_, u32, ValueQuery, MaxBurstPercent>;

	/// The use of this block that no stake covers. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type FreeUsed<T> = StorageValue<_, Usage, ValueQuery>;

	/// The free use that time has not made up for yet: together it is at most what the ledger carries for good.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type FreeTaken<T> = StorageValue<_, FreeBucket, ValueQuery>;

	/// The sender of the extrinsic that runs, which pays for new state. Empty between extrinsics.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type Payer<T: Config> = StorageValue<_, T::AccountId, OptionQuery>;

	/// Whether the extrinsic that runs has no state left for another account: [`StateLeft`] refuses its further calls. Empty
	/// between extrinsics.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type NoStateLeft<T> = StorageValue<_, bool, ValueQuery>;

	/// Quotas of accounts, if [`Config::Store`] is [`StoredQuotas`]. An account without an entry has used nothing.
	#[pallet::storage]
	pub type Quotas<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Quota>;

	/// Balance that sponsors have held for accounts, by account and by sponsor.
	///
	/// Nothing iterates over the entries of an account, and each is backed by the existential deposit at least. So only
	/// that cost bounds their number: an attacker could use up a fixed bound to keep other sponsors away.
	#[pallet::storage]
	pub type Sponsorships<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, T::AccountId, Sponsorship>;

	/// The part of an account's stake that belongs to sponsors. While an account has an entry, it has one `sufficients`
	/// reference.
	#[pallet::storage]
	pub type Sponsored<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Balance, ValueQuery>;

	/// The burst of a new ledger, whose blocks are empty.
	pub struct MaxBurstPercent;
	impl Get<u32> for MaxBurstPercent {
		fn get() -> u32 {
			QuotaRules::MAX_BURST_PERCENT
		}
	}

	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Locked for a larger share.
		Stake,
		/// Locked for the larger share of another account.
		Sponsorship,
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account locked balance for a larger share.
		Locked { who: T::AccountId, amount: Balance },
		/// An account got locked balance back.
		Unlocked { who: T::AccountId, amount: Balance },
		/// Shares have other sizes.
		RulesSet { rules: ShareRules },
		/// A sponsor locked balance for the larger share of an account.
		Sponsored { who: T::AccountId, sponsor: T::AccountId, amount: Balance },
		/// A sponsor's balance no longer counts for an account. The sponsor can withdraw it from `free_at` on.
		Unsponsored { who: T::AccountId, sponsor: T::AccountId, amount: Balance, free_at: u64 },
		/// A sponsor got its balance back.
		SponsorshipWithdrawn { who: T::AccountId, sponsor: T::AccountId, amount: Balance },
		/// An account paid the deposit of a new account.
		Invited { who: T::AccountId, by: T::AccountId, balance: Balance },
		/// An extrinsic has created accounts or paid other ledgers, and its sender's share, or the cap of free use, has no room
		/// for another time. Its further calls are refused with `System::CallFiltered`.
		NoStateLeft { who: T::AccountId },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The amount is 0.
		NoAmount,
		/// The account does not exist.
		NoAccount,
		/// The account has locked less than the amount.
		NotLocked,
		/// The account has used more than the rest of its stake allows: use must fade first.
		InUse,
		/// The rules allow no free use of a block, or too little over time.
		NoFreeUse,
		/// The free share would not suffice to set other rules.
		FreeShareTooSmall,
		/// Stake gives a share, but the rules do not say how much stake.
		NoStakeUnit,
		/// An account cannot sponsor itself: call `lock` instead.
		OwnSponsor,
		/// A sponsor must lock the existential deposit or more, or nothing.
		SponsorshipTooSmall,
		/// The sender sponsors the account with less than the amount, or not at all.
		NotSponsored,
		/// The sender has taken back nothing of what it locked for the account.
		NothingLeaves,
		/// What was used with the balance may not have faded yet: it stays held for a day after it was taken back.
		StillHeld,
		/// The invited account exists already.
		AccountExists,
		/// An invitation must pay the existential deposit or more.
		DepositTooSmall,
		/// The account lives in another shard: only residents of that shard can sponsor or invite it.
		Elsewhere,
	}

	impl<T> From<InvalidRules> for Error<T> {
		fn from(invalid: InvalidRules) -> Self {
			match invalid {
				InvalidRules::NoFreeUse => Self::NoFreeUse,
				InvalidRules::FreeShareTooSmall => Self::FreeShareTooSmall,
				InvalidRules::NoStakeUnit => Self::NoStakeUnit,
			}
		}
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Rules other than [`Config::DefaultRules`].
		pub rules: Option<ShareRules>,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Some(rules) = &self.rules {
				if let Err(invalid) = rules.check() {
					panic!("the genesis sets invalid rules of quotas: {invalid}");
				}
				Rules::<T>::put(rules);
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Returns the weight of `on_finalize` too. The item is empty here, unless another runtime ended the parent block.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			FreeUsed::<T>::kill();
			T::WeightInfo::block()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			FreeUsed::<T>::kill();
			let before = LentPercent::<T>::get();
			let after = burst::next(before, burst::fullness::<T>());
			if after != before {
				LentPercent::<T>::put(after);
			}
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			assert_eq!(T::DefaultRules::get().check(), Ok(()), "`DefaultRules` must be valid");
			let rules = T::DefaultRules::get();
			let rate = rules.free_rate();
			assert!(rules.free.fits(&tp_quota::FreeBucket::size(rate)), "an hour of free use must hold a free share");
			sp_io::TestExternalities::default().execute_with(|| {
				let call = frame_system::Call::remark { remark: Default::default() }.into();
				NoStateLeft::<T>::put(true);
				assert!(
					!T::BaseCallFilter::contains(&call),
					"`frame_system::Config::BaseCallFilter` needs `StateLeft`"
				);
			});
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Locks balance of the sender for a larger share, from now on.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::lock())]
		pub fn lock(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(!amount.is_zero(), Error::<T>::NoAmount);
			T::Currency::hold(&HoldReason::Stake.into(), &who, amount)?;
			let mut quota = T::Store::quota(&who).ok_or(Error::<T>::NoAccount)?;
			quota.locked = quota.locked.saturating_add(amount);
			T::Store::set_quota(&who, quota);
			Self::deposit_event(Event::Locked { who, amount });
			Ok(())
		}

		/// Releases locked balance of the sender. Its use stays counted as free use and must fit the free share, so that stake
		/// which one account used today serves no other account today.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::unlock())]
		pub fn unlock(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(!amount.is_zero(), Error::<T>::NoAmount);
			let mut quota = T::Store::quota(&who).ok_or(Error::<T>::NoAccount)?;
			let own = quota.locked.saturating_sub(Sponsored::<T>::get(&who));
			ensure!(amount <= own, Error::<T>::NotLocked);
			let rules = Self::rules_of(&who);
			let released = quota.release(Self::now(), Self::balance(&who), amount, &rules);
			let free = released.map_err(|_| Error::<T>::InUse)?;
			ensure!(Self::use_free(free), Error::<T>::InUse);
			T::Currency::release(&HoldReason::Stake.into(), &who, amount, Precision::Exact)?;
			T::Store::set_quota(&who, quota);
			Self::deposit_event(Event::Unlocked { who, amount });
			Ok(())
		}

		/// Sets the sizes of shares, from now on.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_rules())]
		pub fn set_rules(origin: OriginFor<T>, rules: ShareRules) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			rules.check().map_err(Error::<T>::from)?;
			Rules::<T>::put(rules);
			Self::deposit_event(Event::RulesSet { rules });
			Ok(())
		}

		/// Locks balance of the sender for the larger share of another account, from now on. If the account does not exist,
		/// this creates it, without balance and without a free share. It exists while it has sponsors.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::sponsor())]
		pub fn sponsor(origin: OriginFor<T>, who: T::AccountId, amount: Balance) -> DispatchResult {
			Self::do_sponsor(ensure_signed(origin)?, who, amount)
		}

		/// Takes back balance that the sender locked for another account. That account's share is smaller at once, also if
		/// it is in use. The sender can withdraw the balance a day later; to take back more starts the day again.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::unsponsor())]
		pub fn unsponsor(origin: OriginFor<T>, who: T::AccountId, amount: Balance) -> DispatchResult {
			Self::do_unsponsor(ensure_signed(origin)?, who, amount)
		}

		/// Releases all balance that the sender took back from an account at least a day ago.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::withdraw_sponsorship())]
		pub fn withdraw_sponsorship(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			Self::do_withdraw_sponsorship(ensure_signed(origin)?, who)
		}

		/// Pays the deposit of an account that does not exist, and locks `amount` for its larger share unless that is 0.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::invite())]
		pub fn invite(origin: OriginFor<T>, who: T::AccountId, balance: Balance, amount: Balance) -> DispatchResult {
			Self::do_invite(ensure_signed(origin)?, who, balance, amount)
		}
	}
}
