//! The state of the beacon in the pallet's storage.

use crate::*;
use alloc::vec::Vec;
use core::marker::PhantomData;
use sp_core::H256;
use tp_beacon::{Anchors, Beacon, Source, Store};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{root_of, Anchor, Head};
use tp_pbft::{Epoch, Member};
use tp_stake::DrawnCommittees;

/// The storage of the pallet, as the state machine reads and writes it.
pub(crate) struct Stored<T>(pub(crate) PhantomData<T>);

impl<T: Config> Store for Stored<T> {
	fn source(&self, chain: ChainTag) -> Option<Source> {
		Sources::<T>::get(chain)
	}

	fn set_source(&mut self, chain: ChainTag, source: Option<Source>) {
		let is_known = Sources::<T>::contains_key(chain);
		if is_known != source.is_some() {
			// The bound is checked where a source is registered.
			SourceList::<T>::mutate(|list| match list.binary_search(&chain) {
				Ok(at) => drop(list.remove(at)),
				Err(at) => list.insert(at, chain),
			});
		}
		Sources::<T>::set(chain, source);
	}

	fn sources(&self) -> Vec<ChainTag> {
		SourceList::<T>::get()
	}

	fn members(&self, chain: ChainTag, epoch: Epoch) -> Option<Vec<Member>> {
		Committees::<T>::get(chain, epoch).or_else(|| T::Drawn::in_force(chain, epoch))
	}

	fn set_members(&mut self, chain: ChainTag, epoch: Epoch, members: Option<Vec<Member>>) {
		Committees::<T>::set(chain, epoch, members);
	}
}

impl<T: Config> Pallet<T> {
	/// Returns the newest heads of all neighbours, ascending. Nodes of a zone prove them below its header.
	pub fn heads() -> Vec<Head> {
		Beacon::new(&mut Stored::<T>(PhantomData)).heads()
	}
}

impl<T: Config> Anchors for Pallet<T> {
	fn anchor(chain: ChainTag, number: BlockNumber) -> Option<Anchor> {
		Beacon::new(&mut Stored::<T>(PhantomData)).anchor(chain, number)
	}

	fn newest(chain: ChainTag) -> Option<Anchor> {
		Beacon::new(&mut Stored::<T>(PhantomData)).newest(chain)
	}

	fn heads_root() -> H256 {
		root_of(Self::heads())
	}
}
