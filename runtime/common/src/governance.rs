//! Governance by referenda, on which all holders vote: tracks, and the configuration of the pallets.
//!
//! ```text
//! Referenda ── polls ──▶ ConvictionVoting ── balance and stake of voters
//!     │
//!     ├─ track root ─────────────▶ root: upgrades, payments of the treasury, the council, parameters beyond its bounds
//!     └─ track whitelisted_caller ▶ Whitelist: what the council has whitelisted, with root, in hours in place of days
//! ```
//!
//! All of them count slots of chain time (`pallet-time-slots`).

use alloc::borrow::Cow;
use core::marker::PhantomData;
use frame_support::traits::{CallerTrait, OriginTrait};
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_referenda::{Curve, Track, TrackInfo, TracksInfo};
use pallet_time_slots::{Span, DAY, HOUR};
use sp_core::Get;
use sp_runtime::str_array;
use tp_core::{Balance, TOP};

/// The deposit with a proposal. It is returned, unless the referendum is killed or rejected.
pub const SUBMISSION_DEPOSIT: Balance = 1_000 * TOP;

/// The track of root. Its referenda change anything.
pub const ROOT: u16 = 0;
/// The track of what the council has whitelisted: five of its seven members call it urgent and sound.
pub const WHITELISTED: u16 = 1;

/// At its beginning a proposal needs four fifths of the votes, at its end more than half.
const APPROVAL: Curve = Curve::make_reciprocal(4, 28, percent(80), percent(50), percent(100));
/// At its beginning a proposal needs half of all tokens, at its end a twentieth: an attacker must not wait for a quiet month.
const ROOT_SUPPORT: Curve = Curve::make_linear(28, 28, percent(5), percent(50));
/// The same for what the council has whitelisted: a fifth after a day, a fiftieth at its end.
const WHITELISTED_SUPPORT: Curve = Curve::make_reciprocal(1, 28, percent(20), percent(2), percent(50));

const fn percent(percent: u128) -> sp_runtime::FixedI64 {
	sp_runtime::FixedI64::from_rational(percent, 100)
}

/// The tracks of referenda. Their spans follow the pace of the chain.
pub struct Tracks<T>(PhantomData<T>);

impl<T> Tracks<T>
where
	T: pallet_time_slots::Config,
{
	/// A referendum about anything: two hours to prepare, four weeks to decide, a day to confirm, and a day until it is
	/// enacted.
	fn root() -> TrackInfo<Balance, BlockNumberFor<T>> {
		TrackInfo {
			name: str_array("root"),
			max_deciding: 1,
			decision_deposit: 1_000_000 * TOP,
			prepare_period: Span::<T, { 2 * HOUR }>::get(),
			decision_period: Span::<T, { 28 * DAY }>::get(),
			confirm_period: Span::<T, DAY>::get(),
			min_enactment_period: Span::<T, DAY>::get(),
			min_approval: APPROVAL,
			min_support: ROOT_SUPPORT,
		}
	}

	/// A referendum about a whitelisted call: half an hour to prepare, ten minutes to confirm, and ten until it is enacted.
	fn whitelisted() -> TrackInfo<Balance, BlockNumberFor<T>> {
		TrackInfo {
			name: str_array("whitelisted_caller"),
			max_deciding: 20,
			decision_deposit: 100_000 * TOP,
			prepare_period: Span::<T, 30>::get(),
			decision_period: Span::<T, { 28 * DAY }>::get(),
			confirm_period: Span::<T, 10>::get(),
			min_enactment_period: Span::<T, 10>::get(),
			min_approval: APPROVAL,
			min_support: WHITELISTED_SUPPORT,
		}
	}
}

impl<T> TracksInfo<Balance, BlockNumberFor<T>> for Tracks<T>
where
	T: pallet_time_slots::Config,
	<T::RuntimeOrigin as OriginTrait>::PalletsOrigin:
		CallerTrait<T::AccountId> + TryInto<crate::origins::Origin> + Clone,
{
	type Id = u16;
	type RuntimeOrigin = <T::RuntimeOrigin as OriginTrait>::PalletsOrigin;

	fn tracks() -> impl Iterator<Item = Cow<'static, Track<u16, Balance, BlockNumberFor<T>>>> {
		let tracks = [Track { id: ROOT, info: Self::root() }, Track { id: WHITELISTED, info: Self::whitelisted() }];
		tracks.into_iter().map(Cow::Owned)
	}

	fn track_for(origin: &Self::RuntimeOrigin) -> Result<u16, ()> {
		if let Some(frame_system::RawOrigin::Root) = origin.as_system_ref() {
			return Ok(ROOT);
		}
		match origin.clone().try_into() {
			Ok(crate::origins::Origin::WhitelistedCaller) => Ok(WHITELISTED),
			Err(_) => Err(()),
		}
	}
}

/// Declares a runtime as [`ledger_runtime!`](crate::ledger_runtime) does, with the pallets of governance by referenda.
#[macro_export]
macro_rules! governed_runtime {
	($(#[$($meta:tt)*])* pub struct Runtime; $($own:tt)*) => {
		$crate::ledger_runtime! {
			$(#[$($meta)*])*
			pub struct Runtime;

			#[runtime::pallet_index(21)]
			pub type TimeSlots = pallet_time_slots;
			#[runtime::pallet_index(22)]
			pub type Referenda = pallet_referenda;
			#[runtime::pallet_index(23)]
			pub type ConvictionVoting = pallet_conviction_voting;
			#[runtime::pallet_index(24)]
			pub type Treasury = pallet_treasury;
			#[runtime::pallet_index(25)]
			pub type Whitelist = pallet_whitelist;
			#[runtime::pallet_index(26)]
			pub type Origins = top_runtime_common::origins;

			$($own)*
		}
	};
}

/// Configures referenda, conviction voting, treasury and whitelist on slots of chain time, and the pallets of
/// [`wallet_pallets!`](crate::wallet_pallets) with the scheduler on these slots.
///
/// The `Runtime` of the calling crate comes from [`governed_runtime!`](crate::governed_runtime), has called
/// [`council!`](crate::council), and has the pallet `ComprehensiveStake`. Also declares `TreasuryAccount`.
#[macro_export]
macro_rules! governance {
	() => {
		$crate::wallet_pallets! {
			clock: TimeSlots,
			scheduler_weight: $crate::pallets::SlotsSchedulerWeight,
			keeps_tokens: [Referenda, ConvictionVoting, Treasury, Whitelist],
		}

		#[frame_support::derive_impl(pallet_time_slots::config_preludes::LedgerDefaultConfig)]
		impl pallet_time_slots::Config for Runtime {
			type Time = $crate::BlockTime<Runtime>;
		}

		impl $crate::origins::Config for Runtime {}

		frame_support::parameter_types! {
			pub const TreasuryId: frame_support::PalletId = frame_support::PalletId(*b"top/trsy");
			pub TreasuryAccount: AccountId = Treasury::account_id();
			pub const AllTokens: Balance = Balance::MAX;
		}

		impl pallet_treasury::Config for Runtime {
			type Currency = Balances;
			type RejectOrigin = frame_system::EnsureRoot<AccountId>;
			type RuntimeEvent = RuntimeEvent;
			type SpendPeriod = pallet_time_slots::Span<Runtime, { pallet_time_slots::DAY }>;
			// What is not spent stays.
			type Burn = ();
			type PalletId = TreasuryId;
			type BurnDestination = ();
			type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
			type SpendFunds = ();
			type MaxApprovals = frame_support::traits::ConstU32<32>;
			type SpendOrigin = frame_system::EnsureRootWithSuccess<AccountId, AllTokens>;
			type AssetKind = ();
			type Beneficiary = AccountId;
			type BeneficiaryLookup = <Runtime as frame_system::Config>::Lookup;
			type Paymaster = frame_support::traits::tokens::PayFromAccount<Balances, TreasuryAccount>;
			type BalanceConverter = frame_support::traits::tokens::UnityAssetBalanceConversion;
			type PayoutPeriod = pallet_time_slots::Span<Runtime, { 30 * pallet_time_slots::DAY }>;
			#[cfg(feature = "runtime-benchmarks")]
			type BenchmarkHelper = ();
			type BlockNumberProvider = TimeSlots;
		}

		impl pallet_whitelist::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type RuntimeCall = RuntimeCall;
			type WhitelistOrigin = RootOrCouncil;
			type DispatchWhitelistedOrigin = frame_support::traits::EitherOfDiverse<
				frame_system::EnsureRoot<AccountId>,
				$crate::origins::EnsureWhitelistedCaller,
			>;
			type Preimages = Preimage;
			type DeferredDispatchExpiration = pallet_time_slots::Span<Runtime, { 7 * pallet_time_slots::DAY }>;
			type BlockNumberProvider = TimeSlots;
			type WeightInfo = pallet_whitelist::weights::SubstrateWeight<Runtime>;
		}

		impl pallet_conviction_voting::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type WeightInfo = $crate::voice::StakeWeight<
				AccountId,
				pallet_conviction_voting::weights::SubstrateWeight<Runtime>,
				ComprehensiveStake,
			>;
			type Currency = $crate::voice::WithStake<Balances, ComprehensiveStake>;
			type Polls = Referenda;
			type MaxTurnout = frame_support::traits::tokens::currency::ActiveIssuanceOf<Balances, AccountId>;
			type MaxVotes = frame_support::traits::ConstU32<128>;
			// At least as long as the longest enactment: voters for a change are there when it comes.
			type VoteLockingPeriod = pallet_time_slots::Span<Runtime, { 7 * pallet_time_slots::DAY }>;
			type BlockNumberProvider = TimeSlots;
			type VotingHooks = ();
		}

		frame_support::parameter_types! {
			pub const SubmissionDeposit: Balance = $crate::governance::SUBMISSION_DEPOSIT;
		}

		impl pallet_referenda::Config for Runtime {
			type RuntimeCall = RuntimeCall;
			type RuntimeEvent = RuntimeEvent;
			type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
			type Scheduler = Scheduler;
			type Currency = Balances;
			type SubmitOrigin = frame_system::EnsureSigned<AccountId>;
			// The council cannot end a referendum: it could be about the council.
			type CancelOrigin = frame_system::EnsureRoot<AccountId>;
			type KillOrigin = frame_system::EnsureRoot<AccountId>;
			type Slash = Treasury;
			type Votes = Balance;
			type Tally = pallet_conviction_voting::TallyOf<Runtime>;
			type SubmissionDeposit = SubmissionDeposit;
			type MaxQueued = frame_support::traits::ConstU32<20>;
			type UndecidingTimeout = pallet_time_slots::Span<Runtime, { 14 * pallet_time_slots::DAY }>;
			type AlarmInterval = frame_support::traits::ConstU32<1>;
			type Tracks = $crate::governance::Tracks<Runtime>;
			type Preimages = Preimage;
			type BlockNumberProvider = TimeSlots;
		}
	};
}
