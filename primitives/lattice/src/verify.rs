//! Verification of the signatures of units: many together, with the verdicts of single verification.
//!
//! ```text
//! units ── by scheme ── batches ──▶ one equation ──holds──▶ all are right
//!                                       │ does not
//!                                       ▼
//!                           search by halves ──▶ each unit that it finds, alone
//! ```
//!
//! A signature is over the bare payload or over the wrapped one, and nothing in it says which. A batch takes each over the
//! form that its account signed last, so units of both forms share an equation. A unit of the other form counts as wrong
//! there, and is verified alone.
//!
//! **Cost of wrong signatures.** One in a batch costs the sum of one more batch, because the search adds up one half and
//! subtracts it from the whole. The search adds up three times the batch at most, and a batch of wrong ones alone once. Such
//! a batch costs what single verification over both forms does, and a third more. `examples/signatures.rs` measures each case.
//!
//! **Same verdicts.** Single verification accepts by the same equation: ed25519 by the rules of ZIP 215, with the cofactor
//! and with any encoding of a point; sr25519 over a group of prime order. An equation with random factors holds for
//! a wrong signature with a probability of 2^-128. `tests/batches.rs` compares the two.
//!
//! Nothing here may call a host function: the lattice's host functions call it, and host functions do not nest.

mod equation;
mod memory;
mod schemes;
mod search;

pub use memory::KnownSigners;

use crate::{unit::wrapped, Domain, SignatureKind, Unit};
use core::borrow::Borrow;
use equation::Term;
use memory::Remembered;
use schemes::{Ed25519, Scheme, Sr25519};
use search::{search, Found};

/// The most signatures of one equation. The library sums 190 points and more, of 95 signatures, in a way that gains with
/// their number. More signatures would gain little, and would make a lone unit wait for longer.
const BATCH: usize = 256;

/// Tells for each unit whether its signature is right, as [`Unit::is_signed`] does, without knowing the accounts.
pub fn verify_signatures<U: Borrow<Unit>>(domain: &Domain, units: &[U]) -> Vec<bool> {
	verify(domain, units, None)
}

impl KnownSigners {
	/// Tells for each unit whether its signature is right, as [`Unit::is_signed`] does. Remembers the accounts of units with a
	/// right signature.
	pub fn verify<U: Borrow<Unit>>(&self, domain: &Domain, units: &[U]) -> Vec<bool> {
		verify(domain, units, Some(self))
	}
}

/// A unit whose signature is to be verified.
struct Signed<'a> {
	/// Its place among all.
	at: usize,
	unit: &'a Unit,
	key: &'a [u8; 32],
	payload: [u8; 32],
}

impl Signed<'_> {
	/// Calls `run` with the bytes that a form signs.
	fn message<R>(&self, is_wrapped: bool, run: impl FnOnce(&[u8]) -> R) -> R {
		match is_wrapped {
			true => run(&wrapped(&self.payload)),
			false => run(&self.payload),
		}
	}

	/// Verifies the signature alone, over one form.
	fn is_right<S: Scheme>(&self, is_wrapped: bool) -> bool {
		self.message(is_wrapped, |message| S::is_right(&self.unit.signature, message, self.key))
	}
}

fn verify<U: Borrow<Unit>>(domain: &Domain, units: &[U], known: Option<&KnownSigners>) -> Vec<bool> {
	let mut verdicts = vec![false; units.len()];
	let (mut ed25519, mut sr25519) = (Vec::new(), Vec::new());
	for (at, unit) in units.iter().map(Borrow::borrow).enumerate() {
		let signed =
			|unit| Signed { at, unit, key: unit.body.account.as_ref(), payload: unit.body.signing_payload(domain) };
		match unit.signature_kind() {
			Some(SignatureKind::Ed25519) => ed25519.push(signed(unit)),
			Some(SignatureKind::Sr25519) => sr25519.push(signed(unit)),
			None => {},
		}
	}
	parts(&ed25519).for_each(|batch| verify_batch::<Ed25519>(batch, known, &mut verdicts));
	parts(&sr25519).for_each(|batch| verify_batch::<Sr25519>(batch, known, &mut verdicts));
	verdicts
}

/// Splits signatures into batches of about the same size: a small one would cost more for each.
fn parts<'a, 'b>(all: &'b [Signed<'a>]) -> impl Iterator<Item = &'b [Signed<'a>]> {
	let batches = all.len().div_ceil(BATCH).max(1);
	all.chunks(all.len().div_ceil(batches).max(1))
}

/// A signature of a batch: its term of the equation, over the form that its account signed last.
struct Candidate<'a, 'b, S: Scheme> {
	signed: &'b Signed<'a>,
	is_wrapped: bool,
	term: Term<S>,
}

fn verify_batch<S: Remembered>(batch: &[Signed], known: Option<&KnownSigners>, verdicts: &mut [bool]) {
	let is_wrapped = |signed: &Signed| known.is_some_and(|known| known.is_wrapped(signed.key));
	let mut right = Vec::new();
	if let [signed] = batch {
		let expected = is_wrapped(signed);
		let form = [expected, !expected].into_iter().find(|form| signed.is_right::<S>(*form));
		right.extend(form.map(|form| (signed.key, form, None)));
		verdicts[signed.at] = form.is_some();
	} else {
		let candidates = candidates::<S>(batch, known);
		let found = search(candidates.iter().map(|candidate| &candidate.term));
		for (Candidate { signed, is_wrapped, term }, found) in candidates.iter().zip(found) {
			let expected = || signed.is_right::<S>(*is_wrapped);
			let form = match found {
				Found::Right => Some(*is_wrapped),
				Found::Unknown if expected() => Some(*is_wrapped),
				Found::Unknown | Found::Wrong => signed.is_right::<S>(!is_wrapped).then_some(!is_wrapped),
			};
			right.extend(form.map(|form| (signed.key, form, Some(term.key()))));
			verdicts[signed.at] = form.is_some();
		}
	}
	if let Some(known) = known {
		known.learn::<S>(right);
	}
}

/// Returns the signatures that can be right. The others have no term: no verification accepts them, over any form.
fn candidates<'a, 'b, S: Remembered>(
	batch: &'b [Signed<'a>],
	known: Option<&KnownSigners>,
) -> Vec<Candidate<'a, 'b, S>> {
	let mut keys = match known {
		Some(known) => known.keys::<S>(batch.iter().map(|signed| signed.key)),
		None => vec![None; batch.len()],
	}
	.into_iter();
	let mut random = rand::thread_rng();
	let candidate = |signed: &'b Signed<'a>| {
		let key = keys.next().flatten().or_else(|| S::decompress(signed.key))?;
		let is_wrapped = known.is_some_and(|known| known.is_wrapped(signed.key));
		let signature = &signed.unit.signature;
		let term = signed.message(is_wrapped, |message| Term::new(signature, message, signed.key, key, &mut random))?;
		Some(Candidate { signed, is_wrapped, term })
	};
	batch.iter().filter_map(candidate).collect()
}
