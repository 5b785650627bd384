//! The search for wrong signatures in a batch.

use super::{
	equation::{sum, Term},
	schemes::Scheme,
};
use core::ops::Range;

/// What a sum costs by itself, in signatures: it doubles a point 256 times, however few points it adds.
const SUM: usize = 3;

/// What a signature that is found to be right adds to the search, in signatures. It spares a single verification, which costs as
/// much as five of a sum.
const SPARED: usize = 2;

/// What is known of a signature after the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
	/// It is right.
	Right,
	/// It is wrong.
	Wrong,
	/// It is in a part that has a wrong one.
	Unknown,
}

/// Finds the wrong terms.
///
/// The search may add up as many signatures again as the batch has, and [`SPARED`] more for each that it has found to be right.
/// So it finds few wrong ones wherever they are, and gives up soon on many.
pub(super) fn search<'a, S: Scheme + 'a>(terms: impl Iterator<Item = &'a Term<S>>) -> Vec<Found> {
	let terms: Vec<_> = terms.collect();
	let mut search = Search { found: vec![Found::Unknown; terms.len()], left: terms.len(), terms };
	let all = 0..search.terms.len();
	let whole = sum(&search.terms);
	search.examine(all, whole);
	search.found
}

struct Search<'a, S: Scheme> {
	terms: Vec<&'a Term<S>>,
	found: Vec<Found>,
	/// Signatures that may still be added up again.
	left: usize,
}

impl<S: Scheme> Search<'_, S> {
	/// Takes note of a part that is right, and searches the halves of another. The depth is the logarithm of the batch.
	fn examine(&mut self, part: Range<usize>, whole: S::Point) {
		if !self.is_settled(&part, &whole) {
			self.split(part, whole);
		}
	}

	/// Returns whether a part is right, or is one wrong signature.
	fn is_settled(&mut self, part: &Range<usize>, sum: &S::Point) -> bool {
		if S::is_zero(sum) {
			self.left += SPARED * part.len();
			self.found[part.clone()].fill(Found::Right);
			return true;
		}
		if part.len() == 1 {
			self.found[part.start] = Found::Wrong;
		}
		part.len() == 1
	}

	/// Searches the halves of a part that has a wrong one. The second half's sum is what the first half's leaves of the whole.
	fn split(&mut self, part: Range<usize>, whole: S::Point) {
		let middle = part.start + part.len() / 2;
		let (first, second) = (part.start..middle, middle..part.end);
		let Some(left) = self.left.checked_sub(first.len() + SUM) else { return };
		self.left = left;
		let of_first = sum(&self.terms[first.clone()]);
		let of_second = whole - of_first;
		// Both before the search goes deeper, since what is right pays for that.
		let (is_first, is_second) = (self.is_settled(&first, &of_first), self.is_settled(&second, &of_second));
		if !is_first {
			self.split(first, of_first);
		}
		if !is_second {
			self.split(second, of_second);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::{super::schemes::Ed25519, *};
	use sp_core::{ed25519, Pair};

	/// Returns terms, of which those at some places are wrong.
	fn terms(count: u8, wrong: impl Fn(usize) -> bool) -> Vec<Term<Ed25519>> {
		(0..count)
			.map(|number| {
				let pair = ed25519::Pair::from_seed(&[number; 32]);
				let (key, signature) = (pair.public().0, pair.sign(b"signed"));
				let message: &[u8] = if wrong(number.into()) { b"other" } else { b"signed" };
				let point = Ed25519::decompress(&key).unwrap();
				Term::new(&signature.into(), message, &key, point, &mut rand::thread_rng()).unwrap()
			})
			.collect()
	}

	#[test]
	fn few_wrong_ones_are_found_and_many_end_the_search() {
		for places in [vec![], vec![0], vec![99], vec![57, 58], vec![3, 40, 77]] {
			let expected = |at| if places.contains(&at) { Found::Wrong } else { Found::Right };
			let found = search(terms(100, |at| places.contains(&at)).iter());
			assert_eq!(found, (0..100).map(expected).collect::<Vec<_>>(), "{places:?}");
		}
		let found = search(terms(100, |_| true).iter());
		let unknown = found.iter().filter(|found| **found == Found::Unknown).count();
		assert!(unknown > 80 && !found.contains(&Found::Right), "{unknown} are left");
	}
}
