//! Measures the weights: `scripts/weights.sh` runs it.

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::{
	dispatch::{DispatchInfo, PostDispatchInfo},
	traits::{
		fungible::{Inspect, InspectHold, Mutate},
		EnsureOrigin, Get, Hooks,
	},
	weights::Weight,
};
use frame_system::{pallet_prelude::*, Pallet as System, RawOrigin};
use sp_runtime::traits::{DispatchTransaction, Dispatchable};
use tp_core::Balance;
use tp_quota::{Quota, QuotaStore};

/// Returns an account with a balance that has used nothing.
fn funded<T: Config>(name: &'static str) -> T::AccountId {
	let who: T::AccountId = account(name, 0, 0);
	T::Currency::set_balance(&who, 1_000_000 * minimum::<T>());
	T::Store::set_quota(&who, Quota::default());
	who
}

/// Returns an account that does not exist.
fn absent<T: Config>() -> T::AccountId {
	account("absent", 0, 0)
}

fn minimum<T: Config>() -> Balance {
	T::Currency::minimum_balance().max(1)
}

fn held<T: Config>(reason: HoldReason, who: &T::AccountId) -> Balance {
	T::Currency::balance_on_hold(&reason.into(), who)
}

#[benchmarks(where
	T: Send + Sync,
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn block() {
		// Another value than an empty block leads to, so that the burst is written.
		LentPercent::<T>::put(200);
		let number: BlockNumberFor<T> = 1u32.into();

		#[block]
		{
			Pallet::<T>::on_initialize(number);
			Pallet::<T>::on_finalize(number);
		}

		assert_ne!(LentPercent::<T>::get(), 200);
	}

	#[benchmark]
	fn lock() {
		let who = funded::<T>("owner");

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), minimum::<T>());

		assert_eq!(held::<T>(HoldReason::Stake, &who), minimum::<T>());
	}

	#[benchmark]
	fn unlock() -> Result<(), BenchmarkError> {
		let who = funded::<T>("owner");
		Pallet::<T>::lock(RawOrigin::Signed(who.clone()).into(), minimum::<T>())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), minimum::<T>());

		assert_eq!(held::<T>(HoldReason::Stake, &who), 0);
		Ok(())
	}

	#[benchmark]
	fn set_rules() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, T::DefaultRules::get());

		assert!(Rules::<T>::exists());
		Ok(())
	}

	#[benchmark]
	fn sponsor() {
		let (giver, who) = (funded::<T>("sponsor"), absent::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(giver), who.clone(), minimum::<T>());

		assert_eq!(Sponsored::<T>::get(&who), minimum::<T>());
	}

	#[benchmark]
	fn unsponsor() -> Result<(), BenchmarkError> {
		let (giver, who) = (funded::<T>("sponsor"), absent::<T>());
		Pallet::<T>::do_sponsor(giver.clone(), who.clone(), minimum::<T>())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(giver), who.clone(), minimum::<T>());

		assert!(!System::<T>::account_exists(&who));
		Ok(())
	}

	#[benchmark]
	fn withdraw_sponsorship() -> Result<(), BenchmarkError> {
		let (giver, who) = (funded::<T>("sponsor"), absent::<T>());
		Pallet::<T>::do_sponsor(giver.clone(), who.clone(), minimum::<T>())?;
		Pallet::<T>::do_unsponsor(giver.clone(), who.clone(), minimum::<T>())?;
		Sponsorships::<T>::mutate(&who, &giver, |sponsorship| {
			if let Some(sponsorship) = sponsorship {
				sponsorship.free_at = 0;
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(giver.clone()), who);

		assert_eq!(held::<T>(HoldReason::Sponsorship, &giver), 0);
		Ok(())
	}

	#[benchmark]
	fn invite() {
		let (by, who) = (funded::<T>("sponsor"), absent::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(by), who.clone(), minimum::<T>(), minimum::<T>());

		assert_eq!(Sponsored::<T>::get(&who), minimum::<T>());
	}

	#[benchmark]
	fn charge() -> Result<(), BenchmarkError> {
		let who = funded::<T>("sender");
		let call: T::RuntimeCall = frame_system::Call::<T>::remark { remark: Default::default() }.into();
		let info = DispatchInfo { call_weight: Weight::from_parts(1_000_000, 0), ..Default::default() };
		let done = PostDispatchInfo { actual_weight: Some(Weight::zero()), ..Default::default() };
		let origin: T::RuntimeOrigin = RawOrigin::Signed(who.clone()).into();

		#[block]
		{
			ChargeQuota::<T>::from(0)
				.test_run(origin, &call, &info, 100, 0, |_| Ok(done))
				.map_err(|_| BenchmarkError::Stop("the sender has a free share"))?
				.map_err(|_| BenchmarkError::Stop("the call succeeds"))?;
		}

		assert_ne!(T::Store::quota(&who), Some(Quota::default()));
		Ok(())
	}
}
