//! The list of candidates of a role: the smallest keys of all tickets, in pages.
//!
//! A summary names the last candidate of each page. So a ticket costs the summary and at most one page, for a list of any
//! length.
//!
//! **Invariants**
//! - All pages but the last are full, and none is empty.
//! - The list holds the smallest keys of all tickets that came, in any order. While it is full, the last of all
//!   candidates makes room for a smaller key.
//! - `Ticketed` names exactly the candidates while tickets are open.

use crate::{
	types::{count, length, Candidate, Page, PageSummary, Pages, PAGE},
	*,
};
use alloc::vec::Vec;
use tp_sortition::{most_candidates, Key, Role};

/// Where a candidate goes in a list.
pub(crate) enum Place {
	/// To the end of the last page, or into a new page with this number.
	End { page: u32 },
	/// In place of the last candidate, which is in this page.
	InsteadOfLast { page: u32 },
}

impl<T: Config> Pallet<T> {
	/// Returns the number of candidates of a role in the present epoch: 2 × openings + 32.
	pub(crate) fn most_candidates(role: Role) -> u32 {
		most_candidates(OpenSeats::<T>::get(role)).min(MAX_CANDIDATES)
	}

	/// Returns where a candidate goes, or `None` if the list is full of smaller keys.
	pub(crate) fn place_of(role: Role, candidate: &Candidate<T::AccountId>) -> Option<Place> {
		let pages = Summaries::<T>::get(role);
		let held = pages.iter().fold(0u32, |held, page| held.saturating_add(page.count));
		if held < Self::most_candidates(role) {
			let last = count(pages.len()).saturating_sub(1);
			let is_full = pages.last().is_none_or(|page| page.count >= PAGE);
			return Some(Place::End { page: if is_full { count(pages.len()) } else { last } });
		}
		let (page, last) = (0..).zip(pages.iter()).max_by(|(_, a), (_, b)| a.last.cmp(&b.last))?;
		(*candidate < last.last).then_some(Place::InsteadOfLast { page })
	}

	/// Puts a candidate on the list.
	pub(crate) fn enlist(role: Role, candidate: Candidate<T::AccountId>, place: Place) {
		let (number, drops) = match place {
			Place::End { page } => (page, false),
			Place::InsteadOfLast { page } => (page, true),
		};
		Ticketed::<T>::insert(role, &candidate.node, ());
		let mut page = CandidatePages::<T>::get(role, number);
		if drops {
			let last = (0..page.len()).max_by(|a, b| page[*a].cmp(&page[*b]));
			if let Some(last) = last {
				Ticketed::<T>::remove(role, &page.swap_remove(last).node);
			}
		}
		// There is room: `place_of` found a page that is not full, or a candidate that goes.
		if page.try_push(candidate).is_err() {
			log::error!(target: LOG_TARGET, "page {number} of the candidates for {role:?} is full");
		}
		Self::summarize(role, number, &page);
		CandidatePages::<T>::insert(role, number, page);
	}

	/// Replaces the candidates of a page by the remaining ones.
	///
	/// The page may become empty, so it must not be used while tickets are open.
	pub(crate) fn replace_page(role: Role, number: u32, candidates: Vec<Candidate<T::AccountId>>) {
		CandidatePages::<T>::insert(role, number, Page::truncate_from(candidates));
	}

	fn summarize(role: Role, number: u32, page: &Page<T::AccountId>) {
		let Some(last) = page.iter().max().cloned() else { return };
		let summary = PageSummary { count: count(page.len()), last };
		Summaries::<T>::mutate(role, |pages| match pages.get_mut(length(number)) {
			Some(page) => *page = summary,
			None => {
				if pages.try_push(summary).is_err() {
					log::error!(target: LOG_TARGET, "the candidates for {role:?} take more than {MAX_PAGES} pages");
				}
			},
		});
	}

	/// Returns the number of pages of a role.
	pub(crate) fn pages_of(role: Role) -> u32 {
		count(Summaries::<T>::decode_len(role).unwrap_or_default())
	}

	/// Returns the last candidate of a list that is full.
	pub(crate) fn last_of_full_list(role: Role) -> Option<Key> {
		let pages = Summaries::<T>::get(role);
		let held = pages.iter().fold(0u32, |held, page| held.saturating_add(page.count));
		let last = pages.iter().map(|page| &page.last).max()?;
		(held >= Self::most_candidates(role)).then_some(last.key)
	}

	/// Returns the list of a role, in the order in which it is stored.
	pub(crate) fn candidates(role: Role) -> Vec<Candidate<T::AccountId>> {
		(0..Self::pages_of(role)).flat_map(|page| CandidatePages::<T>::get(role, page)).collect()
	}

	/// Replaces the list by candidates in a given order, for the next steps of a deal.
	pub(crate) fn store_candidates(role: Role, candidates: Vec<Candidate<T::AccountId>>) {
		for page in count(candidates.len().div_ceil(length(PAGE)))..Self::pages_of(role) {
			CandidatePages::<T>::remove(role, page);
		}
		let mut summaries = Pages::<T::AccountId>::new();
		for (number, chunk) in (0..MAX_PAGES).zip(candidates.chunks(length(PAGE))) {
			let page = Page::truncate_from(chunk.to_vec());
			let Some(last) = page.iter().max().cloned() else { continue };
			if summaries.try_push(PageSummary { count: count(page.len()), last }).is_ok() {
				CandidatePages::<T>::insert(role, number, page);
			}
		}
		match summaries.is_empty() {
			true => Summaries::<T>::remove(role),
			false => Summaries::<T>::insert(role, summaries),
		}
	}
}
