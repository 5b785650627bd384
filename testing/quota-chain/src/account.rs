//! Accounts of 20 bytes, and the signatures of their keys.

use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::{ecdsa, H160};
use sp_io::{
	crypto::secp256k1_ecdsa_recover,
	hashing::{blake2_256, keccak_256},
};
use sp_runtime::traits::{IdentifyAccount, Lazy, Verify};

/// The hash of a public key on secp256k1, cut to its last 20 bytes.
pub type AccountId = H160;

/// Returns the account of an uncompressed public key, without its first byte.
pub fn account_of(public: &[u8; 64]) -> AccountId {
	AccountId::from_slice(&keccak_256(public)[12..])
}

/// A signature from which the signer's public key can be recovered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct EthereumSignature(pub ecdsa::Signature);

/// The signer of an [`EthereumSignature`]: its account.
pub struct AddressSigner(AccountId);

impl IdentifyAccount for AddressSigner {
	type AccountId = AccountId;

	fn into_account(self) -> AccountId {
		self.0
	}
}

impl Verify for EthereumSignature {
	type Signer = AddressSigner;

	fn verify<L: Lazy<[u8]>>(&self, mut message: L, signer: &AccountId) -> bool {
		let recovered = secp256k1_ecdsa_recover(&self.0 .0, &blake2_256(message.get()));
		recovered.is_ok_and(|public| account_of(&public) == *signer)
	}
}
