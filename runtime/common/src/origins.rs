//! The origins of referenda beside root.

// The macros generate items without docs.
#![allow(missing_docs)]

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	/// An origin that a referendum has.
	#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
	#[pallet::origin]
	pub enum Origin {
		/// A referendum about a call that the council has whitelisted. It dispatches that call with root.
		WhitelistedCaller,
	}
}

/// Lets a referendum about a whitelisted call pass.
pub struct EnsureWhitelistedCaller;

impl<O> frame_support::traits::EnsureOrigin<O> for EnsureWhitelistedCaller
where
	O: Into<Result<Origin, O>> + From<Origin>,
{
	type Success = ();

	fn try_origin(origin: O) -> Result<(), O> {
		let Origin::WhitelistedCaller = origin.into()?;
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<O, ()> {
		Ok(Origin::WhitelistedCaller.into())
	}
}
