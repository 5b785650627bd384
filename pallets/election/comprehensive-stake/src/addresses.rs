//! The addresses that nodes publish: checks before a record enters a pool or a block, and again when it is applied.
//!
//! **Invariant:** what reads only state comes before the signatures, because the transactions have no fee.

use crate::*;
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Zero;
use tp_pbft::{PbftId, Publication, PUBLICATION_INTERVAL_MS, PUBLICATION_TOLERANCE_MS};
use tp_stake::{EpochClock, Published};

/// Blocks for which a pool keeps a record.
const LONGEVITY: TransactionLongevity = 64;

impl<T: Config> Pallet<T> {
	/// Lets a transaction with a valid record pass without a signer.
	///
	/// The tag names the vote key alone, so a pool keeps one transaction of a node.
	pub(crate) fn authorize_publication(
		publication: &Publication,
	) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
		Self::check_publication(publication).map_err(refusal::<T>)?;
		let validity = ValidTransaction::with_tag_prefix("NodeAddresses")
			.and_provides(&publication.key)
			.longevity(LONGEVITY)
			.propagate(true)
			.build()?;
		Ok((validity, Weight::zero()))
	}

	/// Checks a record, from cheap to expensive checks. Returns the node.
	pub(crate) fn check_publication(publication: &Publication) -> Result<T::AccountId, Error<T>> {
		let Publication { key, record, .. } = publication;
		ensure!(record.is_well_formed(), Error::WrongAddress);
		ensure!(record.made_at.abs_diff(Self::now()) <= PUBLICATION_TOLERANCE_MS, Error::WrongTime);
		let node = Self::node_of_valid_key(key).ok_or(Error::KeyNotValid)?;
		if let Some(last) = Addresses::<T>::get(&node) {
			let earliest = last.made_at.saturating_add(PUBLICATION_INTERVAL_MS);
			ensure!(record.made_at >= earliest, Error::PublishedTooSoon);
		}
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		ensure!(publication.is_signed(&genesis), Error::WrongPublication);
		Ok(node)
	}

	/// Returns the node with a vote key that is valid in the present epoch.
	fn node_of_valid_key(key: &PbftId) -> Option<T::AccountId> {
		let node = PbftOwner::<T>::get(key)?;
		let record = Nodes::<T>::get(&node)?;
		let (valid, _) = record.keys_at(T::Clock::epoch())?;
		(valid.pbft == *key).then_some(node)
	}

	/// Returns what the node with a valid vote key has published, for `AddressesApi`.
	pub fn published(key: &PbftId) -> Option<Published> {
		let node = Self::node_of_valid_key(key)?;
		Some(Published { record: Addresses::<T>::get(node), now: Self::now() })
	}
}

/// Converts an error into the verdict for a pool: never valid, or not valid any more.
fn refusal<T: Config>(error: Error<T>) -> InvalidTransaction {
	match error {
		Error::WrongTime | Error::PublishedTooSoon => InvalidTransaction::Stale,
		Error::KeyNotValid => InvalidTransaction::BadSigner,
		_ => InvalidTransaction::BadProof,
	}
}
