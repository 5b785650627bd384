//! The bound of the state that one extrinsic creates.
//!
//! A call cannot be refused when it creates an account: `pallet-balances` ignores errors of its store when it pays. What an
//! extrinsic will create is not known before it runs either: it may make thousands of calls by `pallet-utility`. So the first
//! account that leaves no room for another one ends it: the calls that it has not made yet are refused.

use crate::{Config, NoStateLeft};
use core::marker::PhantomData;
use frame_support::traits::Contains;

/// The filter of calls, for `frame_system::Config::BaseCallFilter`.
///
/// It refuses the further calls of an extrinsic once it has created accounts, and its sender's share, or the cap of free use
/// over time, has no room for another one. Root passes it, as it passes every filter.
pub struct StateLeft<T>(PhantomData<T>);

impl<T: Config> Contains<T::RuntimeCall> for StateLeft<T> {
	fn contains(_: &T::RuntimeCall) -> bool {
		!NoStateLeft::<T>::get()
	}
}
