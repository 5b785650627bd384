//! Units, which accounts sign.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_crypto_hashing::blake2_256;
use sp_runtime::{traits::Verify, BoundedVec, MultiSignature};
use tp_core::{AccountId, Balance, BlockNumber, ChainTag, Hash, Nonce};

/// The most operations of a unit; it has one at least.
pub const MAX_OPERATIONS: u32 = 16;
/// The most bytes of an operation of a service chain.
pub const MAX_SERVICE_BYTES: u32 = 1024;
/// The prefix of signed bytes.
const SIGNED_PREFIX: &[u8] = b"TOP-UNIT-1";

/// Hash of a unit's body. It identifies the unit, and is the parent of the account's next unit.
pub type UnitHash = H256;

/// The domain of signatures, which all shards of a zone share and no other zone has. So a signed unit stays valid when its
/// shard splits.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Domain(pub H256);

impl Domain {
	/// Returns `blake2_256(main chain's genesis hash ‖ zone as little-endian u16)`.
	pub fn new(main_genesis: &Hash, zone: u16) -> Self {
		let mut input = [0; 34];
		input[..32].copy_from_slice(main_genesis.as_bytes());
		input[32..].copy_from_slice(&zone.to_le_bytes());
		Self(H256(blake2_256(&input)))
	}
}

/// An operation of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Operation {
	/// Pays an account of the same zone, whichever shard it lives in. The rest may be less than the existential deposit.
	Transfer {
		/// The account that is paid.
		dest: AccountId,
		/// The amount.
		amount: Balance,
	},
	/// Does what [`Self::Transfer`] does, unless the sender would end.
	TransferKeepAlive {
		/// The account that is paid.
		dest: AccountId,
		/// The amount.
		amount: Balance,
	},
	/// Pays all that the sender can spend.
	TransferAll {
		/// The account that is paid.
		dest: AccountId,
	},
	/// Sends a message to another ledger.
	Remote {
		/// The destination.
		chain: ChainTag,
		/// The message, which the destination's runtime decodes.
		payload: BoundedVec<u8, ConstU32<MAX_SERVICE_BYTES>>,
	},
	/// An operation of a service chain, which its runtime decodes.
	Service(BoundedVec<u8, ConstU32<MAX_SERVICE_BYTES>>),
}

impl Operation {
	/// Returns the account that it pays, or `None` if it is no payment.
	pub fn dest(&self) -> Option<&AccountId> {
		match self {
			Self::Transfer { dest, .. } | Self::TransferKeepAlive { dest, .. } | Self::TransferAll { dest } => {
				Some(dest)
			},
			Self::Remote { .. } | Self::Service(_) => None,
		}
	}
}

/// A link of an account's chain, before it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct UnitBody {
	/// The account.
	pub account: AccountId,
	/// The unit's place in the account's chain: the account's nonce.
	pub height: Nonce,
	/// The account's unit head: the hash of its previous unit, or the head that its creation set.
	pub parent: UnitHash,
	/// The last block that may include the unit; 0 if any may.
	pub valid_until: BlockNumber,
	/// The operations, in order. All apply, or none.
	pub operations: BoundedVec<Operation, ConstU32<MAX_OPERATIONS>>,
}

/// A signed link of an account's chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Unit {
	/// The signed part.
	pub body: UnitBody,
	/// The signature of the account's key: ed25519 or sr25519.
	pub signature: MultiSignature,
}

/// The signature schemes of units. Both allow batch verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
	/// Ed25519.
	Ed25519,
	/// Sr25519 in the context `substrate`.
	Sr25519,
}

impl UnitBody {
	/// Returns `blake2_256(SCALE(body))`.
	pub fn hash(&self) -> UnitHash {
		H256(self.using_encoded(blake2_256))
	}

	/// Returns the payload that is signed, bare or between `<Bytes>` and `</Bytes>`:
	/// `blake2_256("TOP-UNIT-1" ‖ domain ‖ SCALE(body))`.
	pub fn signing_payload(&self, domain: &Domain) -> [u8; 32] {
		let mut input = Vec::with_capacity(SIGNED_PREFIX.len() + 32 + self.encoded_size());
		input.extend_from_slice(SIGNED_PREFIX);
		input.extend_from_slice(domain.0.as_bytes());
		self.encode_to(&mut input);
		blake2_256(&input)
	}
}

impl Unit {
	/// Returns the hash of the body.
	pub fn hash(&self) -> UnitHash {
		self.body.hash()
	}

	/// Returns the signature scheme, or `None` if units cannot use it.
	pub fn signature_kind(&self) -> Option<SignatureKind> {
		match self.signature {
			MultiSignature::Ed25519(_) => Some(SignatureKind::Ed25519),
			MultiSignature::Sr25519(_) => Some(SignatureKind::Sr25519),
			_ => None,
		}
	}

	/// Verifies the signature alone, as a wallet or a light client does. Nodes verify in batches.
	pub fn is_signed(&self, domain: &Domain) -> bool {
		if self.signature_kind().is_none() {
			return false;
		}
		let payload = self.body.signing_payload(domain);
		self.signature.verify(&payload[..], &self.body.account)
			|| self.signature.verify(&wrapped(&payload)[..], &self.body.account)
	}
}

/// Returns the wrapped payload, which wallets sign when they are asked to sign bytes.
pub fn wrapped(payload: &[u8; 32]) -> [u8; 47] {
	let mut bytes = [0; 47];
	bytes[..7].copy_from_slice(b"<Bytes>");
	bytes[7..39].copy_from_slice(payload);
	bytes[39..].copy_from_slice(b"</Bytes>");
	bytes
}
