//! News of neighbours: what of it a block takes, and what its author chooses.

use crate::{store::Stored, *};
use core::{marker::PhantomData, slice::from_ref};
use frame_support::{ensure, pallet_prelude::DispatchResult, storage::with_storage_layer, traits::Contains};
use tp_beacon::{
	bounds::{MAX_UPDATE_ANNOUNCEMENTS, MAX_UPDATE_CONFLICTS, MAX_UPDATE_HEADERS, MAX_UPDATE_REGISTRATIONS},
	Announcement, Beacon, Conflict, Held, NamedHeader, Registration, Update,
};
use tp_core::ChainTag;
use tp_pbft::check_signature;
use tp_stake::OwnEpoch;

impl<T: Config> Pallet<T> {
	/// Takes all of an update. The caller undoes what was taken if a part is refused.
	pub(crate) fn take(update: Update) -> DispatchResult {
		Self::check_size(&update)?;
		let Update { registrations, announcements, handovers, headers, conflicts, sealed } = update;
		registrations.into_iter().try_for_each(Self::take_registration)?;
		announcements.iter().try_for_each(Self::take_announcement)?;
		handovers.iter().try_for_each(Self::take_handover)?;
		headers.iter().try_for_each(Self::take_header)?;
		conflicts.iter().try_for_each(Self::take_conflict)?;
		// Below a header that may have come with it.
		sealed.iter().try_for_each(|sealed| Self::take_sealed(sealed))
	}

	/// Returns the parts of an update that a block can take, in their order.
	///
	/// They stay in the state, so that what is created after this sees them. Builders of blocks roll back what the creation of
	/// inherents has changed.
	pub(crate) fn choose(update: Update) -> Update {
		let Update { mut registrations, mut announcements, mut handovers, mut headers, mut conflicts, sealed } = update;
		registrations.truncate(MAX_UPDATE_REGISTRATIONS);
		registrations.retain(|one| with_storage_layer(|| Self::take_registration(one.clone())).is_ok());
		announcements.truncate(MAX_UPDATE_ANNOUNCEMENTS);
		announcements.retain(|announcement| with_storage_layer(|| Self::take_announcement(announcement)).is_ok());
		handovers.truncate(MAX_UPDATE_HEADERS);
		handovers.retain(|named| with_storage_layer(|| Self::take_handover(named)).is_ok());
		headers.truncate(MAX_UPDATE_HEADERS - handovers.len());
		headers.retain(|named| with_storage_layer(|| Self::take_header(named)).is_ok());
		conflicts.truncate(MAX_UPDATE_CONFLICTS);
		conflicts.retain(|pair| with_storage_layer(|| Self::take_conflict(pair)).is_ok());
		let sealed = sealed.filter(|sealed| with_storage_layer(|| Self::take_sealed(sealed)).is_ok());
		Update { registrations, announcements, handovers, headers, conflicts, sealed }
	}

	fn check_size(update: &Update) -> Result<(), Error<T>> {
		ensure!(update.handovers.len() + update.headers.len() <= MAX_UPDATE_HEADERS, Error::TooManyHeaders);
		ensure!(update.conflicts.len() <= MAX_UPDATE_CONFLICTS, Error::TooManyConflicts);
		ensure!(update.announcements.len() <= MAX_UPDATE_ANNOUNCEMENTS, Error::TooManyAnnouncements);
		ensure!(update.registrations.len() <= MAX_UPDATE_REGISTRATIONS, Error::TooManyRegistrations);
		Ok(())
	}

	fn take_registration(registration: Registration) -> DispatchResult {
		ensure!(T::AuthorsRegister::contains(&registration.ledger.chain), Error::<T>::AuthorsDoNotRegister);
		Self::follow(registration)
	}

	fn take_announcement(announcement: &Announcement) -> DispatchResult {
		let Announcement { chain, epoch, by, .. } = *announcement;
		ensure!(Self::announces(by), Error::<T>::ForeignAnnouncement);
		let members = Beacon::new(&mut Stored::<T>(PhantomData)).prove(announcement).map_err(Error::<T>::from)?;
		// Nothing would change.
		ensure!(Committees::<T>::get(chain, epoch).as_ref() != Some(&members), Error::<T>::KnownCommittee);
		Self::note_committee(chain, epoch, members)
	}

	/// Whether committees that are proved below headers of a ledger are taken: those of the main chain, and for a shard those of its
	/// zone. Any other zone could name a main chain that is not there, and with it all committees.
	fn announces(by: ChainTag) -> bool {
		match T::Own::own_epoch() {
			Some((ChainTag::Shard { zone, .. }, _)) => by == ChainTag::Zone(zone) || by == ChainTag::Main,
			_ => by == ChainTag::Main,
		}
	}

	fn take_handover(named: &NamedHeader) -> DispatchResult {
		let NamedHeader { chain, signed } = named;
		Self::check_news(named)?;
		let mut store = Stored::<T>(PhantomData);
		let followed = Beacon::new(&mut store).follow(*chain, from_ref(signed), check_signature);
		followed.map_err(|refused| Error::<T>::from(refused.error))?;
		Self::note_head(named);
		Ok(())
	}

	fn take_header(named: &NamedHeader) -> DispatchResult {
		let NamedHeader { chain, signed } = named;
		Self::check_news(named)?;
		let mut store = Stored::<T>(PhantomData);
		match Beacon::new(&mut store).import(*chain, signed, check_signature).map_err(Error::<T>::from)? {
			Held::Newest => Self::note_head(named),
			Held::Known => return Err(Error::<T>::KnownHeader.into()),
			Held::Conflict(conflict) => Self::note_conflict(conflict),
		}
		Ok(())
	}

	fn take_conflict(pair: &[NamedHeader; 2]) -> DispatchResult {
		let [first, second] = pair;
		ensure!(first.chain == second.chain, Error::<T>::NoConflict);
		let mut store = Stored::<T>(PhantomData);
		let pair = [&first.signed, &second.signed];
		let conflict = Beacon::new(&mut store).report(first.chain, pair, check_signature).map_err(Error::<T>::from)?;
		Self::note_conflict(conflict);
		Ok(())
	}

	/// Refuses a header that is held, before its signatures are checked.
	fn check_news(named: &NamedHeader) -> Result<(), Error<T>> {
		let header = &named.signed.header;
		let source = Sources::<T>::get(named.chain).ok_or(Error::UnknownSource)?;
		let is_held = source.header(header.number).is_some_and(|held| held.hash == header.hash());
		ensure!(!is_held, Error::KnownHeader);
		Ok(())
	}

	fn note_head(named: &NamedHeader) {
		let header = &named.signed.header;
		Self::deposit_event(Event::NewHead { chain: named.chain, number: header.number, hash: header.hash() });
	}

	fn note_conflict(conflict: Conflict) {
		let Conflict { chain, number, freezes, .. } = conflict;
		Self::deposit_event(Event::Conflicting { conflict });
		// A source that is frozen already stays frozen at its first conflict.
		if freezes && Sources::<T>::get(chain).is_some_and(|source| source.frozen_at == Some(number)) {
			Self::deposit_event(Event::Frozen { chain, number });
		}
	}
}
