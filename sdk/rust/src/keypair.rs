//! Keys that sign for accounts.

use crate::KeyError;
use sp_core::{crypto::AccountId32, ed25519, sr25519, Pair};
use sp_runtime::MultiSignature;
use std::fmt;
use tp_core::AccountId;

/// A key pair of an account. Wallets create sr25519 keys; ed25519 signatures are deterministic.
#[derive(Clone)]
pub struct Keypair(Pairs);

#[derive(Clone)]
enum Pairs {
	Sr25519(Box<sr25519::Pair>),
	Ed25519(Box<ed25519::Pair>),
}

impl From<sr25519::Pair> for Keypair {
	fn from(pair: sr25519::Pair) -> Self {
		Self(Pairs::Sr25519(Box::new(pair)))
	}
}

impl From<ed25519::Pair> for Keypair {
	fn from(pair: ed25519::Pair) -> Self {
		Self(Pairs::Ed25519(Box::new(pair)))
	}
}

impl Keypair {
	/// Returns an sr25519 key from a phrase, a seed (`0x…`) or a path of the development phrase, with optional derivations.
	///
	/// ```
	/// let alice = top_sdk::Keypair::from_uri("//Alice")?;
	/// assert_eq!(alice.account().to_string(), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
	/// # Ok::<(), top_sdk::KeyError>(())
	/// ```
	///
	/// # Errors
	/// If the secret is invalid.
	pub fn from_uri(uri: &str) -> Result<Self, KeyError> {
		let pair = sr25519::Pair::from_string(uri, None);
		pair.map(Self::from).map_err(|error| KeyError::Secret(error.to_string()))
	}

	/// Acts as [`Self::from_uri`] for an ed25519 key. The account differs from that of the sr25519 key.
	///
	/// # Errors
	/// If the secret is invalid.
	pub fn ed25519_from_uri(uri: &str) -> Result<Self, KeyError> {
		let pair = ed25519::Pair::from_string(uri, None);
		pair.map(Self::from).map_err(|error| KeyError::Secret(error.to_string()))
	}

	/// Generates an sr25519 key and its phrase. The phrase restores the key: keep it secret.
	pub fn generate() -> (Self, String) {
		let (pair, phrase, _) = sr25519::Pair::generate_with_phrase(None);
		(pair.into(), phrase)
	}

	/// Returns the account of the key.
	pub fn account(&self) -> AccountId {
		match &self.0 {
			Pairs::Sr25519(pair) => pair.public().0.into(),
			Pairs::Ed25519(pair) => pair.public().0.into(),
		}
	}

	/// Signs a message.
	pub fn sign(&self, message: &[u8]) -> MultiSignature {
		match &self.0 {
			Pairs::Sr25519(pair) => pair.sign(message).into(),
			Pairs::Ed25519(pair) => pair.sign(message).into(),
		}
	}
}

impl fmt::Debug for Keypair {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		// Debug output must not contain the secret.
		write!(formatter, "Keypair({})", self.account())
	}
}

/// Recipient of a payment: an account, or a key that stands for its account.
pub trait Recipient {
	/// Returns the account.
	fn recipient(&self) -> AccountId;
}

// `AccountId32` by name: through the alias `AccountId`, the compiler cannot rule out an overlap with `Keypair`.
impl Recipient for AccountId32 {
	fn recipient(&self) -> AccountId {
		self.clone()
	}
}

impl Recipient for Keypair {
	fn recipient(&self) -> AccountId {
		self.account()
	}
}
