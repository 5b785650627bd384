//! Keys.

use crate::KeyError;
use sp_core::{crypto::AccountId32, ed25519, sr25519, Pair};
use sp_runtime::MultiSignature;
use std::fmt;
use tp_core::AccountId;

/// A key that signs for an account. sr25519 is what wallets make; ed25519 signs the same bytes always the same.
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
	/// An sr25519 key from a phrase, a seed (`0x…`), or a path of the development phrase, with or without derivations.
	///
	/// ```
	/// let alice = top_sdk::Keypair::from_uri("//Alice")?;
	/// assert_eq!(alice.account().to_string(), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
	/// # Ok::<(), top_sdk::KeyError>(())
	/// ```
	///
	/// # Errors
	/// If it is none of these.
	pub fn from_uri(uri: &str) -> Result<Self, KeyError> {
		let pair = sr25519::Pair::from_string(uri, None);
		pair.map(Self::from).map_err(|error| KeyError::Secret(error.to_string()))
	}

	/// As [`Self::from_uri`], an ed25519 key: another account.
	///
	/// # Errors
	/// If it is no secret.
	pub fn ed25519_from_uri(uri: &str) -> Result<Self, KeyError> {
		let pair = ed25519::Pair::from_string(uri, None);
		pair.map(Self::from).map_err(|error| KeyError::Secret(error.to_string()))
	}

	/// A new sr25519 key, with the phrase that makes it again. Whoever has the phrase has the account.
	pub fn generate() -> (Self, String) {
		let (pair, phrase, _) = sr25519::Pair::generate_with_phrase(None);
		(pair.into(), phrase)
	}

	/// The account that it signs for.
	pub fn account(&self) -> AccountId {
		match &self.0 {
			Pairs::Sr25519(pair) => pair.public().0.into(),
			Pairs::Ed25519(pair) => pair.public().0.into(),
		}
	}

	/// Signs bytes.
	pub fn sign(&self, message: &[u8]) -> MultiSignature {
		match &self.0 {
			Pairs::Sr25519(pair) => pair.sign(message).into(),
			Pairs::Ed25519(pair) => pair.sign(message).into(),
		}
	}
}

impl fmt::Debug for Keypair {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		// Not the secret.
		write!(formatter, "Keypair({})", self.account())
	}
}

/// Who can be paid: an account, or the account of a key.
pub trait Recipient {
	/// The account.
	fn recipient(&self) -> AccountId;
}

// By its own name: the compiler does not see that the alias is no key.
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
