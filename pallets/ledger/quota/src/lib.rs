//! Quotas in place of fees: what accounts may use, and the stake that gives them more.
//!
//! ```text
//! extrinsic ──▶ ChargeQuota: validate (share?) ─ prepare (charge; free use of the block?) ─ post_dispatch (refund)
//! unit ───────▶ pallet-lattice: rules(), use_free()         │
//!                                                           ▼
//! lock, unlock ──▶ hold on the balance ──▶ Quota of the account (QuotaStore) ◀── use fades over a day
//! sponsor, unsponsor ──▶ hold on the sponsor's balance ──▶ Quota of the account that it is for, see sponsors.rs
//! on_finalize ──▶ fullness of the block ──▶ LentPercent of the next
//! ```
//!
//! The arithmetic is `tp_lattice::Quota`. Every signed extrinsic is charged, of whatever class, and whether or not its
//! call pays a fee elsewhere: a quota is about what a block can hold, and whoever may send a class for nothing can fill
//! blocks with calls that fail. What sends itself, inherents and authorized calls, is not charged.
//!
//! Splitting one owner into many accounts wins nothing. New accounts begin with their free share used; and all free use
//! of a block together, which is what no stake covers, has a cap.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod extension;
mod lent;
#[cfg(test)]
mod mock;
mod rules;
mod sponsors;
mod store;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod weights;

pub use extension::{ChargeQuota, QUOTA_USED, TIP_REFUSED};
pub use pallet::*;
pub use rules::{InvalidRules, ShareRules, LEAST_FREE};
pub use sponsors::Sponsorship;
pub use store::{begin_chain, AccountQuotas, QuotaStore, StoredQuotas};
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
			UnixTime,
		},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::{SaturatedConversion, Zero};
	use tp_core::Balance;
	use tp_lattice::{Quota, QuotaMeter, QuotaReport, QuotaRules, Usage};

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// Why balances are held.
		type RuntimeHoldReason: From<HoldReason>;
		/// Where stake is held.
		type Currency: Mutate<Self::AccountId>
			+ MutateHold<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;
		/// Where quotas are.
		type Store: QuotaStore<Self::AccountId>;
		/// The block's time.
		type Time: UnixTime;
		/// The rules of a ledger whose genesis says nothing else.
		type DefaultRules: Get<ShareRules>;
		/// Who sets the rules.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// What the pallet's work costs.
		type WeightInfo: WeightInfo;
	}

	/// How large shares are, before anything is lent.
	#[pallet::storage]
	pub type Rules<T: Config> = StorageValue<_, ShareRules, ValueQuery, T::DefaultRules>;

	/// What shares are worth in this block: more while blocks are far from full. See [`lent`].
	#[pallet::storage]
	pub type LentPercent<T> = StorageValue<_, u32, ValueQuery, MaxLentPercent>;

	/// What accounts used in this block and no stake covers. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type FreeUsed<T> = StorageValue<_, Usage, ValueQuery>;

	/// Quotas of accounts, where [`Config::Store`] is [`StoredQuotas`]. An account without one has used nothing.
	#[pallet::storage]
	pub type Quotas<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Quota>;

	/// What sponsors have held for accounts: by account, and by sponsor. Nothing goes through all of an account's, and each
	/// is backed by the existential deposit at least. So nothing bounds their number but what that costs: a bound
	/// could be used up by one who wants to keep an account from having other sponsors.
	#[pallet::storage]
	pub type Sponsorships<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, T::AccountId, Sponsorship>;

	/// What counts as an account's stake and is its sponsors'. The account has one `sufficients` reference while it is here.
	#[pallet::storage]
	pub type Sponsored<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Balance, ValueQuery>;

	/// A ledger begins empty.
	pub struct MaxLentPercent;
	impl Get<u32> for MaxLentPercent {
		fn get() -> u32 {
			QuotaRules::MAX_LENT_PERCENT
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
		/// An account has its balance back.
		Unlocked { who: T::AccountId, amount: Balance },
		/// Shares are of another size.
		RulesSet { rules: ShareRules },
		/// An account has a larger share by balance that another locked.
		Sponsored { who: T::AccountId, sponsor: T::AccountId, amount: Balance },
		/// An account no longer has the share that another's balance gave it. The balance can be withdrawn later.
		Unsponsored { who: T::AccountId, sponsor: T::AccountId, amount: Balance, free_at: u64 },
		/// A sponsor has its balance back.
		SponsorshipWithdrawn { who: T::AccountId, sponsor: T::AccountId, amount: Balance },
		/// An account exists because another paid its deposit.
		Invited { who: T::AccountId, by: T::AccountId, balance: Balance },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// Nothing is to be locked or unlocked.
		NoAmount,
		/// The account does not exist.
		NoAccount,
		/// The account has locked less.
		NotLocked,
		/// The account has used more than the rest of its stake gives it: use must fade first.
		InUse,
		/// The rules allow no free use of a block.
		NoFreeUse,
		/// The free share would not even suffice to set other rules.
		FreeShareTooSmall,
		/// Stake gives a share, but it is not said how much stake.
		NoStakeUnit,
		/// Nobody is its own sponsor: to lock balance for oneself is another call.
		OwnSponsor,
		/// A sponsor locks the existential deposit at least, or nothing.
		SponsorshipTooSmall,
		/// The sender sponsors the account with less, or not at all.
		NotSponsored,
		/// The sender has taken back nothing of what it locked for the account.
		NothingLeaves,
		/// What may have been used with the balance has not faded yet: it is held for a day after it was taken back.
		StillHeld,
		/// Who is invited exists already.
		AccountExists,
		/// An invitation pays the existential deposit at least.
		DepositTooSmall,
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
		/// Other rules than the runtime's own.
		pub rules: Option<ShareRules>,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Some(rules) = &self.rules {
				if let Err(invalid) = rules.check() {
					panic!("the genesis sets rules of quotas that no ledger can have: {invalid}");
				}
				Rules::<T>::put(rules);
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// For `on_finalize`. Nothing is left here of the block before, unless its runtime was another.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			FreeUsed::<T>::kill();
			T::WeightInfo::block()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			FreeUsed::<T>::kill();
			let before = LentPercent::<T>::get();
			let after = lent::next(before, lent::fullness::<T>());
			if after != before {
				LentPercent::<T>::put(after);
			}
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			assert_eq!(T::DefaultRules::get().check(), Ok(()), "the runtime's own rules are sound");
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

		/// Gives the sender locked balance back. What it has used stays counted, and must fit what is left of its share:
		/// stake that one account has used today serves no other account today.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::unlock())]
		pub fn unlock(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(!amount.is_zero(), Error::<T>::NoAmount);
			let mut quota = T::Store::quota(&who).ok_or(Error::<T>::NoAccount)?;
			let own = quota.locked.saturating_sub(Sponsored::<T>::get(&who));
			ensure!(amount <= own, Error::<T>::NotLocked);
			quota.locked = quota.locked.saturating_sub(amount);
			let share = Self::current_rules().share(quota.locked);
			ensure!(quota.used_at(Self::now()).fits(&share), Error::<T>::InUse);
			T::Currency::release(&HoldReason::Stake.into(), &who, amount, Precision::Exact)?;
			T::Store::set_quota(&who, quota);
			Self::deposit_event(Event::Unlocked { who, amount });
			Ok(())
		}

		/// Sets how large shares are, from now on.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_rules())]
		pub fn set_rules(origin: OriginFor<T>, rules: ShareRules) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			rules.check().map_err(Error::<T>::from)?;
			Rules::<T>::put(rules);
			Self::deposit_event(Event::RulesSet { rules });
			Ok(())
		}

		/// Locks balance of the sender for the larger share of another account, from now on. The account need not exist: it
		/// does from now on, without balance and without a free share, as long as it has sponsors.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::sponsor())]
		pub fn sponsor(origin: OriginFor<T>, who: T::AccountId, amount: Balance) -> DispatchResult {
			Self::do_sponsor(ensure_signed(origin)?, who, amount)
		}

		/// Takes balance back that the sender locked for another account, whose share is smaller from now on, whatever it has
		/// used. The balance can be withdrawn a day later; to take back more begins that day anew.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::unsponsor())]
		pub fn unsponsor(origin: OriginFor<T>, who: T::AccountId, amount: Balance) -> DispatchResult {
			Self::do_unsponsor(ensure_signed(origin)?, who, amount)
		}

		/// Gives the sender all balance back that it took back from an account at least a day ago.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::withdraw_sponsorship())]
		pub fn withdraw_sponsorship(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			Self::do_withdraw_sponsorship(ensure_signed(origin)?, who)
		}

		/// Pays the deposit of an account that does not exist, the existential deposit or more, and locks `amount` for its
		/// larger share, if that is not 0.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::invite())]
		pub fn invite(origin: OriginFor<T>, who: T::AccountId, balance: Balance, amount: Balance) -> DispatchResult {
			Self::do_invite(ensure_signed(origin)?, who, balance, amount)
		}
	}

	impl<T: Config> Pallet<T> {
		/// The shares of this block.
		pub fn current_rules() -> QuotaRules {
			Rules::<T>::get().in_block(LentPercent::<T>::get(), Self::capacity())
		}

		/// What a block holds.
		pub fn capacity() -> Usage {
			let length = T::BlockLength::get();
			let bytes = DispatchClass::all().iter().map(|class| *length.max.get(*class)).max();
			Usage { compute: T::BlockWeights::get().max_block.ref_time(), bytes: bytes.unwrap_or_default().into() }
		}

		/// The block's time in milliseconds since 1970; before it is set, that of the block before.
		pub fn now() -> u64 {
			u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX)
		}

		/// What an account has used, and may use; `None` if it does not exist.
		pub fn report(who: &T::AccountId) -> Option<QuotaReport> {
			let (quota, rules) = (T::Store::quota(who)?, Self::rules_of(who));
			Some(QuotaReport {
				used: quota.used_at(Self::now()),
				share: rules.share(quota.locked),
				locked: quota.locked,
				lent_percent: rules.lent_percent,
				sponsored: Sponsored::<T>::get(who),
			})
		}

		/// When an account's share allows so much, in milliseconds since 1970: now, or later. `None` if never, or if there is no
		/// such account.
		pub fn regrows_at(who: &T::AccountId, cost: Usage) -> Option<u64> {
			let (mut quota, now) = (T::Store::quota(who)?, Self::now());
			match quota.charge(now, cost, &Self::rules_of(who)) {
				Ok(_) => Some(now),
				Err(later) => later,
			}
		}

		/// Takes back free use of this block.
		pub(crate) fn give_back_free(unused: Usage) {
			FreeUsed::<T>::mutate(|used| *used = used.saturating_sub(unused));
		}
	}

	impl<T: Config> QuotaMeter for Pallet<T> {
		fn rules() -> Option<QuotaRules> {
			Some(Self::current_rules())
		}

		fn use_free(used: Usage) -> bool {
			if used == Usage::default() {
				return true;
			}
			let all = FreeUsed::<T>::get().saturating_add(used);
			let fits = all.fits(&Self::current_rules().block_free);
			if fits {
				FreeUsed::<T>::put(all);
			}
			fits
		}

		/// The accounts of the genesis have used nothing; whoever comes later begins with its free share used.
		fn new_account() -> Quota {
			let number: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
			match number {
				0 => Quota::default(),
				_ => Quota { used: Rules::<T>::get().free, at: Self::now(), locked: 0 },
			}
		}
	}
}
