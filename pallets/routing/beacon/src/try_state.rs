//! Invariants of the state between two blocks.

use crate::*;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use tp_beacon::{
	bounds::{KEPT_EPOCHS, MAX_HANDOVER, MAX_HELD, MAX_SOURCES},
	Source,
};
use tp_core::ChainTag;
use tp_pbft::{Epoch, MAX_MEMBERS};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants. Called after each test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let list = SourceList::<T>::get();
		ensure!(list.len() <= MAX_SOURCES, "there are too many neighbours");
		ensure!(list.windows(2).all(|pair| pair[0] < pair[1]), "neighbours ascend, each once");
		ensure!(Sources::<T>::iter_keys().count() == list.len(), "the list has every neighbour");
		for chain in list {
			let source = Sources::<T>::get(chain).ok_or("each neighbour of the list is kept")?;
			Self::try_source(chain, &source)?;
		}
		let own = Self::drawn_epoch();
		for (chain, epoch, members) in Committees::<T>::iter() {
			let (first, newest) = match (Sources::<T>::get(chain), own) {
				(Some(source), _) => span_of(&source)?,
				(None, Some((own, present))) if own == chain => (present + 1, present),
				(None, _) => return Err("each committee belongs to a neighbour, or is this ledger's".into()),
			};
			ensure!(first <= epoch && epoch <= newest + MAX_HANDOVER as Epoch, "a committee is of a reachable epoch");
			ensure!(!members.is_empty() && members.len() <= MAX_MEMBERS as usize, "a committee has 1 to 128 members");
		}
		Unsealed::<T>::get().check()?;
		ensure!(!Updated::<T>::exists(), "the mark of the inherent does not outlive its block");
		Ok(())
	}

	fn try_source(chain: ChainTag, source: &Source) -> Result<(), TryRuntimeError> {
		ensure!(source.ledger.chain == chain, "a neighbour is kept under its own tag");
		ensure!((1..=KEPT_EPOCHS).contains(&source.spans.len()), "few epochs are kept");
		let follows = |pair: &[tp_beacon::Span]| {
			let next = |number: u32| number.checked_add(1);
			pair[0].epoch + 1 == pair[1].epoch && pair[0].last.and_then(next) == Some(pair[1].first)
		};
		ensure!(source.spans.windows(2).all(follows), "epochs follow each other without a gap");
		ensure!(source.spans.last().is_some_and(|span| span.last.is_none()), "the newest epoch has no end yet");
		for span in &source.spans {
			ensure!(Committees::<T>::contains_key(chain, span.epoch), "the committee of each kept epoch is known");
		}
		ensure!(source.headers.len() <= MAX_HELD, "few headers are held");
		ensure!(source.headers.windows(2).all(|pair| pair[0].number < pair[1].number), "held headers ascend");
		Ok(())
	}
}

fn span_of(source: &Source) -> Result<(Epoch, Epoch), TryRuntimeError> {
	let (first, last) = source.spans.first().zip(source.spans.last()).ok_or("a neighbour has an epoch")?;
	Ok((first.epoch, last.epoch))
}
