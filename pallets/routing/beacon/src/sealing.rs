//! How far the zone has sealed this ledger, if it is a shard.

use crate::{store::Stored, *};
use core::marker::PhantomData;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use sp_runtime::traits::{SaturatedConversion, Zero};
use tp_beacon::{Beacon, SealedHead, SealedHeadError};
use tp_core::{BlockNumber, ChainTag};
use tp_stake::OwnEpoch;

/// Whether the ledger takes no units: its zone has not sealed it for too long.
pub struct Paused<T>(PhantomData<T>);

impl<T: Config> Get<bool> for Paused<T> {
	fn get() -> bool {
		IsPaused::<T>::get()
	}
}

impl<T: Config> Pallet<T> {
	/// Returns this ledger and its zone, if it is a shard that follows one.
	fn own_zone() -> Option<(ChainTag, ChainTag)> {
		match T::Own::own_epoch() {
			Some((own @ ChainTag::Shard { zone, .. }, _)) => {
				let zone = ChainTag::Zone(zone);
				Sources::<T>::contains_key(zone).then_some((own, zone))
			},
			_ => None,
		}
	}

	fn number() -> BlockNumber {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// Takes what the zone has sealed of this ledger.
	pub(crate) fn take_sealed(sealed: &SealedHead) -> DispatchResult {
		let (own, zone) = Self::own_zone().ok_or(Error::<T>::NotSealed)?;
		ensure!(sealed.by == zone, Error::<T>::NotSealed);
		let proven = Beacon::new(&mut Stored::<T>(PhantomData)).sealed(own, sealed);
		let (height, hash) = proven.map_err(|error| match error {
			SealedHeadError::NotHeld { .. } => Error::<T>::AnchorNotHeld,
			SealedHeadError::Path(_) => Error::BadHeadPath,
			SealedHeadError::OtherLedger(_) => Error::NotSealed,
		})?;
		let newest = Self::number().saturating_sub(1);
		// Hashes of old blocks are not kept. The committee of this ledger has certified both blocks then.
		let known =
			frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::from(height));
		let is_own = known.as_ref().iter().all(Zero::is_zero) || known.as_ref() == hash.as_bytes();
		ensure!(height <= newest && is_own, Error::<T>::SealedOther);
		let mut unsealed = Unsealed::<T>::get();
		ensure!(unsealed.seal(height, newest), Error::<T>::SealedBefore);
		Unsealed::<T>::put(unsealed);
		Ok(())
	}

	/// Notes the block at its end, and whether the next one takes units.
	pub(crate) fn note_block() {
		if Self::own_zone().is_none() {
			// A shard that follows no zone any more waits for none.
			if IsPaused::<T>::take() {
				let sealed = Unsealed::<T>::take().sealed();
				Self::deposit_event(Event::Resumed { sealed });
			}
			return;
		}
		let mut unsealed = Unsealed::<T>::get();
		unsealed.note(Self::number(), T::Now::get());
		Unsealed::<T>::put(&unsealed);
		let (is_late, was_late) = (unsealed.is_late(), IsPaused::<T>::get());
		if is_late == was_late {
			return;
		}
		IsPaused::<T>::put(is_late);
		let sealed = unsealed.sealed();
		Self::deposit_event(if is_late { Event::Paused { sealed } } else { Event::Resumed { sealed } });
	}
}
