//! The equation of many signatures, `Σ z·(R + k·A − s·B) = 0`, with a random factor z for each.

use super::schemes::Scheme;
use core::iter::once;
use curve25519_dalek::Scalar;
use rand::{CryptoRng, Rng};
use sp_runtime::MultiSignature;

/// The part of a signature in the equation, with its points decompressed and its scalars multiplied once, for all sums in
/// which it occurs.
pub(super) struct Term<S: Scheme> {
	key: S::Point,
	point: S::Point,
	/// z
	factor: Scalar,
	/// z·k
	challenge: Scalar,
	/// z·s
	response: Scalar,
}

impl<S: Scheme> Term<S> {
	/// Returns the term of a signature, or `None` if it is malformed. `point` is the decompressed key.
	pub fn new(
		signature: &MultiSignature,
		message: &[u8],
		key: &[u8; 32],
		point: S::Point,
		random: &mut (impl Rng + CryptoRng),
	) -> Option<Self> {
		let (commitment, response) = S::parts(signature)?;
		let response: Option<Scalar> = Scalar::from_canonical_bytes(response).into();
		let (response, challenge) = (response?, S::challenge(&commitment, key, message));
		let factor = Scalar::from(random.gen::<u128>());
		Some(Self {
			key: point,
			point: S::decompress(&commitment)?,
			factor,
			challenge: factor * challenge,
			response: factor * response,
		})
	}

	/// Returns the key, decompressed.
	pub fn key(&self) -> S::Point {
		self.key
	}
}

/// Returns the sum of some terms. The equation holds for them if it is zero.
pub(super) fn sum<S: Scheme>(terms: &[&Term<S>]) -> S::Point {
	let response: Scalar = terms.iter().map(|term| term.response).sum();
	let scalars =
		once(-response).chain(terms.iter().map(|term| term.challenge)).chain(terms.iter().map(|term| term.factor));
	let points = once(S::BASE).chain(terms.iter().map(|term| term.key)).chain(terms.iter().map(|term| term.point));
	S::multiply(scalars, points)
}
