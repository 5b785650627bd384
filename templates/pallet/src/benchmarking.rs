//! Benchmarks of the calls.

use crate::*;
use alloc::vec;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{Consideration, Footprint, Get},
	BoundedVec,
};
use frame_system::RawOrigin;

/// A record of the given length.
fn data<T: Config>(length: u32) -> RecordData<T> {
	BoundedVec::truncate_from(vec![7; length as usize])
}

/// Gives an account what the deposit of the longest record takes.
fn funded<T: Config>() -> T::AccountId {
	let who = whitelisted_caller::<T::AccountId>();
	T::Consideration::ensure_successful(&who, Footprint::from_parts(1, T::MaxLength::get() as usize));
	who
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// The worst case replaces a record: the deposit changes, and the old record is read.
	#[benchmark]
	fn set_record(n: Linear<1, { T::MaxLength::get() }>) -> Result<(), BenchmarkError> {
		let who = funded::<T>();
		Pallet::<T>::set_record(RawOrigin::Signed(who.clone()).into(), data::<T>(T::MaxLength::get()))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), data::<T>(n));

		assert!(Records::<T>::contains_key(who));
		Ok(())
	}

	#[benchmark]
	fn remove_record() -> Result<(), BenchmarkError> {
		let who = funded::<T>();
		Pallet::<T>::set_record(RawOrigin::Signed(who.clone()).into(), data::<T>(T::MaxLength::get()))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Records::<T>::contains_key(who));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ledger(), crate::mock::Test);
}
