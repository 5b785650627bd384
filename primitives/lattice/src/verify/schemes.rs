//! What the equation needs of a signature scheme.

use core::ops::Sub;
use curve25519_dalek::{
	constants::{ED25519_BASEPOINT_POINT, RISTRETTO_BASEPOINT_POINT},
	edwards::CompressedEdwardsY,
	ristretto::CompressedRistretto,
	traits::{IsIdentity, VartimeMultiscalarMul},
	EdwardsPoint, RistrettoPoint, Scalar,
};
use schnorrkel::{
	context::{SigningContext, SigningTranscript},
	signing_context,
};
use sha2::{Digest, Sha512};
use sp_runtime::MultiSignature;
use std::sync::LazyLock;

/// The bit of an sr25519 signature that tells it from an ed25519 one.
const SR25519_MARK: u8 = 0x80;

/// A scheme of Schnorr signatures: a commitment R and a response s, which are right if `R + k·A = s·B` for the key A and the
/// challenge k.
pub(super) trait Scheme {
	/// A point of the group.
	type Point: Copy + Sub<Output = Self::Point>;
	/// The base point.
	const BASE: Self::Point;

	/// Returns the encoded commitment and response of a signature, or `None` if single verification does not parse it.
	fn parts(signature: &MultiSignature) -> Option<([u8; 32], [u8; 32])>;
	/// Decodes a point as single verification does.
	fn decompress(bytes: &[u8; 32]) -> Option<Self::Point>;
	/// Returns the challenge.
	fn challenge(commitment: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar;
	/// Returns the sum of the products. The iterators have the same, known length.
	fn multiply(scalars: impl Iterator<Item = Scalar>, points: impl Iterator<Item = Self::Point>) -> Self::Point;
	/// Tells whether the equation of a sum holds.
	fn is_zero(sum: &Self::Point) -> bool;
	/// Verifies a signature alone, by the library that the SDK uses.
	fn is_right(signature: &MultiSignature, message: &[u8], key: &[u8; 32]) -> bool;
}

/// Ed25519 by the rules of ZIP 215.
pub(super) struct Ed25519;

impl Scheme for Ed25519 {
	type Point = EdwardsPoint;

	const BASE: EdwardsPoint = ED25519_BASEPOINT_POINT;

	fn parts(signature: &MultiSignature) -> Option<([u8; 32], [u8; 32])> {
		let MultiSignature::Ed25519(signature) = signature else { return None };
		halves(&signature.0)
	}

	/// Accepts encodings that are not canonical, and points of small order, as ZIP 215 says.
	fn decompress(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
		CompressedEdwardsY(*bytes).decompress()
	}

	fn challenge(commitment: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
		let hash = Sha512::new().chain_update(commitment).chain_update(key).chain_update(message);
		Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
	}

	fn multiply(scalars: impl Iterator<Item = Scalar>, points: impl Iterator<Item = EdwardsPoint>) -> EdwardsPoint {
		EdwardsPoint::vartime_multiscalar_mul(scalars, points)
	}

	/// With the cofactor, as ZIP 215 says: without it, sums of points of small order would depend on the random factors.
	fn is_zero(sum: &EdwardsPoint) -> bool {
		sum.mul_by_cofactor().is_identity()
	}

	fn is_right(signature: &MultiSignature, message: &[u8], key: &[u8; 32]) -> bool {
		let MultiSignature::Ed25519(signature) = signature else { return false };
		let signature = ed25519_zebra::Signature::from_bytes(&signature.0);
		ed25519_zebra::VerificationKey::try_from(*key).is_ok_and(|key| key.verify(&signature, message).is_ok())
	}
}

/// Sr25519 in the context of all signatures in the SDK.
pub(super) struct Sr25519;

/// The transcript of that context, which all challenges begin with.
static SR25519_CONTEXT: LazyLock<SigningContext> = LazyLock::new(|| signing_context(b"substrate"));

impl Scheme for Sr25519 {
	type Point = RistrettoPoint;

	const BASE: RistrettoPoint = RISTRETTO_BASEPOINT_POINT;

	fn parts(signature: &MultiSignature) -> Option<([u8; 32], [u8; 32])> {
		let MultiSignature::Sr25519(signature) = signature else { return None };
		let (commitment, mut response) = halves(&signature.0)?;
		if response[31] & SR25519_MARK == 0 {
			return None;
		}
		response[31] &= !SR25519_MARK;
		Some((commitment, response))
	}

	/// Accepts canonical encodings alone. Single verification compares the encoding of the commitment, which is as strict.
	fn decompress(bytes: &[u8; 32]) -> Option<RistrettoPoint> {
		CompressedRistretto(*bytes).decompress()
	}

	/// The transcript of `schnorrkel`, without what it adds for its own random factors.
	fn challenge(commitment: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
		let mut transcript = SR25519_CONTEXT.bytes(message);
		transcript.proto_name(b"Schnorr-sig");
		transcript.commit_point(b"sign:pk", &CompressedRistretto(*key));
		transcript.commit_point(b"sign:R", &CompressedRistretto(*commitment));
		transcript.challenge_scalar(b"sign:c")
	}

	fn multiply(scalars: impl Iterator<Item = Scalar>, points: impl Iterator<Item = RistrettoPoint>) -> RistrettoPoint {
		RistrettoPoint::vartime_multiscalar_mul(scalars, points)
	}

	fn is_zero(sum: &RistrettoPoint) -> bool {
		sum.is_identity()
	}

	fn is_right(signature: &MultiSignature, message: &[u8], key: &[u8; 32]) -> bool {
		let MultiSignature::Sr25519(signature) = signature else { return false };
		let Ok(signature) = schnorrkel::Signature::from_bytes(&signature.0) else { return false };
		let Ok(key) = schnorrkel::PublicKey::from_bytes(key) else { return false };
		key.verify(SR25519_CONTEXT.bytes(message), &signature).is_ok()
	}
}

fn halves(signature: &[u8; 64]) -> Option<([u8; 32], [u8; 32])> {
	let (commitment, response) = signature.split_first_chunk()?;
	Some((*commitment, *response.first_chunk()?))
}
