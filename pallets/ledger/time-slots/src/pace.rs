//! How fast governance goes: slots, and spans of them.

use crate::pallet::{Config, CurrentPace};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::traits::SaturatedConversion;

/// The minutes of an hour.
pub const HOUR: u32 = 60;
/// The minutes of a day.
pub const DAY: u32 = 24 * HOUR;

/// Length of a slot, and slots of a day. A network for development has days of a few slots.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pace {
	/// The time of a slot, in milliseconds.
	pub slot_ms: u32,
	/// The slots that [`Span`] takes for a day.
	pub day_slots: u32,
}

impl Pace {
	/// Slots of 6 s, and days that are days. Polkadot.js Apps assumes blocks of 6 s on a chain that does not say otherwise,
	/// so it shows these spans in their time.
	pub const NETWORK: Self = Self { slot_ms: 6_000, day_slots: 14_400 };

	/// Returns whether a slot takes time, and a day has slots.
	pub const fn is_valid(&self) -> bool {
		self.slot_ms > 0 && self.day_slots > 0
	}

	/// Returns the slots of a number of minutes: rounded up, and at least one.
	pub fn slots(&self, minutes: u32) -> u64 {
		let slots = u64::from(minutes).saturating_mul(self.day_slots.into()).div_ceil(DAY.into());
		slots.max(1)
	}
}

/// A number of minutes in slots, for the configuration of a pallet that counts slots.
///
/// It reads the pace of the chain. So do metadata that contain it: their constants are those of the chain whose state they
/// are read from.
pub struct Span<T, const MINUTES: u32>(PhantomData<T>);

impl<T: Config, const MINUTES: u32> Get<BlockNumberFor<T>> for Span<T, MINUTES> {
	fn get() -> BlockNumberFor<T> {
		CurrentPace::<T>::get().slots(MINUTES).saturated_into()
	}
}
