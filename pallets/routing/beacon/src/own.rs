//! Neighbours that begin to be followed, committees that become known, and what of them concerns this ledger itself.

use crate::{store::Stored, *};
use alloc::vec::Vec;
use core::marker::PhantomData;
use frame_support::{ensure, pallet_prelude::DispatchResult, weights::Weight};
use tp_beacon::{Beacon, Registration};
use tp_core::ChainTag;
use tp_pbft::{Epoch, EpochActivity, Member, NodeAddresses, PbftId};
use tp_routing::CommitteesReport;
use tp_stake::{Election, OwnEpoch, ReportParticipation};

impl<T: Config> Pallet<T> {
	/// Begins to follow a ledger.
	pub(crate) fn follow(registration: Registration) -> DispatchResult {
		let chain = registration.ledger.chain;
		ensure!(T::Own::own_epoch().is_none_or(|(own, _)| own != chain), Error::<T>::OwnLedger);
		Self::beacon(|beacon| beacon.register(registration)).map_err(Error::<T>::from)?;
		Self::deposit_event(Event::Registered { chain });
		Ok(())
	}

	/// Takes a later committee of a neighbour, or of this ledger itself.
	pub(crate) fn note_committee(chain: ChainTag, epoch: Epoch, members: Vec<Member>) -> DispatchResult {
		let noted = match Self::drawn_epoch() {
			Some((own, present)) if own == chain => {
				Self::beacon(|beacon| beacon.announce_own(own, present, epoch, members))
			},
			_ => Self::beacon(|beacon| beacon.announce(chain, epoch, members)),
		};
		noted.map_err(Error::<T>::from)?;
		Self::deposit_event(Event::Announced { chain, epoch });
		Ok(())
	}

	/// Returns this ledger and its present epoch, if the main chain draws its committees.
	pub(crate) fn drawn_epoch() -> Option<(ChainTag, Epoch)> {
		T::Own::own_epoch().filter(|_| IsDrawn::<T>::get())
	}

	/// Returns a later committee of this ledger, if it is announced.
	fn own_committee(epoch: Epoch) -> Option<Vec<Member>> {
		let (own, _) = Self::drawn_epoch()?;
		Beacon::new(&mut Stored::<T>(PhantomData)).own(own, epoch)
	}

	/// Returns how far the committees of ledgers are known, as routers read it.
	pub fn committees_report() -> CommitteesReport {
		// The newest known epoch after a begun one.
		let known = |chain: ChainTag, begun: Epoch| {
			let next = |epoch: &Epoch| epoch.checked_add(1);
			let later = core::iter::successors(next(&begun), next);
			let last = later.take_while(|epoch| Committees::<T>::contains_key(chain, epoch)).last();
			(chain, last.unwrap_or(begun))
		};
		let sources = SourceList::<T>::get().into_iter().filter_map(Sources::<T>::get);
		let newest = |source: tp_beacon::Source| {
			(source.authority == tp_beacon::Authority::MainChain).then_some(())?;
			Some(known(source.ledger.chain, source.spans.last()?.epoch))
		};
		CommitteesReport {
			own: Self::drawn_epoch().map(|(own, present)| known(own, present).1),
			neighbours: sources.filter_map(newest).collect(),
		}
	}
}

/// Names the committees of a ledger as the main chain draws them, if its genesis says so.
impl<T: Config> Election for Pallet<T> {
	/// Returns the announced committee. Without one the members stay, which only another ruler of the ledger's epochs asks for.
	fn next_committee(epoch: Epoch, present: &[Member], named: Option<Vec<Member>>) -> Vec<Member> {
		let announced = Self::own_committee(epoch);
		if let Some((own, _)) = Self::drawn_epoch() {
			Beacon::new(&mut Stored::<T>(PhantomData)).begin_own(own, epoch);
		}
		<() as Election>::next_committee(epoch, present, named.or(announced))
	}

	fn weight() -> Weight {
		T::WeightInfo::announce()
	}

	fn epoch_ended(activity: &EpochActivity, _: &[Member]) {
		if Self::drawn_epoch().is_some() {
			T::Reports::report(activity);
		}
	}

	fn epoch_ended_weight() -> Weight {
		T::Reports::weight()
	}

	fn drawn(epoch: Epoch) -> Option<Vec<Member>> {
		Self::own_committee(epoch)
	}

	fn addresses(_: &PbftId) -> Option<NodeAddresses> {
		None
	}

	fn follows(epoch: Epoch) -> Option<bool> {
		let (own, _) = Self::drawn_epoch()?;
		Some(epoch.checked_add(1).is_some_and(|next| Committees::<T>::contains_key(own, next)))
	}
}
