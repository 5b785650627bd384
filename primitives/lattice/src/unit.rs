//! Units: what an account signs.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_crypto_hashing::blake2_256;
use sp_runtime::{traits::Verify, BoundedVec, MultiSignature};
use tp_core::{AccountId, Balance, BlockNumber, ChainTag, Hash, Nonce};

/// Operations of a unit, at most; it has one at least.
pub const MAX_OPERATIONS: u32 = 16;
/// Bytes of an operation of a service chain, at most.
pub const MAX_SERVICE_BYTES: u32 = 1024;
/// What signed bytes begin with.
const SIGNED_PREFIX: &[u8] = b"TOP-UNIT-1";

/// Hash of a unit's body: its name, and the parent of the account's next unit.
pub type UnitHash = H256;

/// What all shards of a zone share in signatures, and no other zone: a signed unit survives a split of its shard.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Domain(pub H256);

impl Domain {
	/// `blake2_256(main chain's genesis hash ‖ zone as little-endian u16)`.
	pub fn new(main_genesis: &Hash, zone: u16) -> Self {
		let mut input = [0; 34];
		input[..32].copy_from_slice(main_genesis.as_bytes());
		input[32..].copy_from_slice(&zone.to_le_bytes());
		Self(H256(blake2_256(&input)))
	}
}

/// One thing that a unit does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Operation {
	/// Pays an account of the same zone. What is left may be less than an account needs to live.
	Transfer {
		/// Who is paid.
		dest: AccountId,
		/// How much.
		amount: Balance,
	},
	/// As [`Self::Transfer`], but not if the sender would not live on.
	TransferKeepAlive {
		/// Who is paid.
		dest: AccountId,
		/// How much.
		amount: Balance,
	},
	/// Pays all that can be spent.
	TransferAll {
		/// Who is paid.
		dest: AccountId,
	},
	/// Sends a message to another ledger.
	Remote {
		/// Where to.
		chain: ChainTag,
		/// What its runtime decodes.
		payload: BoundedVec<u8, ConstU32<MAX_SERVICE_BYTES>>,
	},
	/// What the runtime of a service chain decodes.
	Service(BoundedVec<u8, ConstU32<MAX_SERVICE_BYTES>>),
}

/// A link of an account's chain, before it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct UnitBody {
	/// Whose chain.
	pub account: AccountId,
	/// Its place there: the account's nonce.
	pub height: Nonce,
	/// The account's unit head: the hash of its unit before, or what its creation left there.
	pub parent: UnitHash,
	/// The last block that may include it; 0 if any may.
	pub valid_until: BlockNumber,
	/// What it does, in order, whole or not at all.
	pub operations: BoundedVec<Operation, ConstU32<MAX_OPERATIONS>>,
}

/// A signed link of an account's chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Unit {
	/// What is signed.
	pub body: UnitBody,
	/// By the account's key: ed25519 or sr25519.
	pub signature: MultiSignature,
}

/// The schemes that units are signed with. Both are verified in batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
	/// Ed25519.
	Ed25519,
	/// Sr25519 in the context `substrate`.
	Sr25519,
}

impl UnitBody {
	/// `blake2_256(SCALE(body))`.
	pub fn hash(&self) -> UnitHash {
		H256(self.using_encoded(blake2_256))
	}

	/// What is signed: `blake2_256("TOP-UNIT-1" ‖ domain ‖ SCALE(body))`, as it is or between `<Bytes>` and `</Bytes>`.
	pub fn signing_payload(&self, domain: &Domain) -> [u8; 32] {
		let mut input = Vec::with_capacity(SIGNED_PREFIX.len() + 32 + self.encoded_size());
		input.extend_from_slice(SIGNED_PREFIX);
		input.extend_from_slice(domain.0.as_bytes());
		self.encode_to(&mut input);
		blake2_256(&input)
	}
}

impl Unit {
	/// Hash of the body.
	pub fn hash(&self) -> UnitHash {
		self.body.hash()
	}

	/// How it is signed; `None` if by a scheme that units are not signed with.
	pub fn signature_kind(&self) -> Option<SignatureKind> {
		match self.signature {
			MultiSignature::Ed25519(_) => Some(SignatureKind::Ed25519),
			MultiSignature::Sr25519(_) => Some(SignatureKind::Sr25519),
			_ => None,
		}
	}

	/// Checks the signature alone, as a wallet or a light client does; nodes verify in batches.
	pub fn is_signed(&self, domain: &Domain) -> bool {
		if self.signature_kind().is_none() {
			return false;
		}
		let payload = self.body.signing_payload(domain);
		self.signature.verify(&payload[..], &self.body.account)
			|| self.signature.verify(&wrapped(&payload)[..], &self.body.account)
	}
}

/// What wallets sign when they are asked to sign bytes.
pub fn wrapped(payload: &[u8; 32]) -> [u8; 47] {
	let mut bytes = [0; 47];
	bytes[..7].copy_from_slice(b"<Bytes>");
	bytes[7..39].copy_from_slice(payload);
	bytes[39..].copy_from_slice(b"</Bytes>");
	bytes
}
