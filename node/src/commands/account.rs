//! Parses accounts: addresses, public keys, secret URIs.

use anyhow::{anyhow, bail, Context};
use sp_core::{
	crypto::{Ss58AddressFormat, Ss58Codec},
	sr25519, Pair,
};
use top_sdk::Keypair;
use tp_core::{AccountId, SS58_PREFIX};

/// Parses a secret URI into an sr25519 key: a phrase, a seed, or a development key such as `//Alice`.
///
/// # Errors
/// If it is none of them. The error does not repeat the secret.
pub fn parse_signer(uri: &str) -> anyhow::Result<Keypair> {
	sr25519::Pair::from_string(uri, None)
		.map(Keypair::from)
		.map_err(|error| anyhow!("the sender is not a secret URI, such as //Alice or a phrase of 12 words ({error:?})"))
}

/// Parses an account: an SS58 address of this network, a public key in hexadecimal, or a development key.
///
/// # Errors
/// If it is none of them, has a wrong checksum, or is an address of another network.
pub fn parse_account(text: &str) -> anyhow::Result<AccountId> {
	if text.starts_with("//") {
		let pair = sr25519::Pair::from_string(text, None)
			.map_err(|error| anyhow!("{text:?} is not a development key such as //Bob ({error:?})"))?;
		return Ok(pair.public().into());
	}
	if let Some(digits) = text.strip_prefix("0x") {
		let bytes = hex::decode(digits).with_context(|| format!("{text:?} is not hexadecimal"))?;
		let bytes: [u8; 32] = bytes.try_into().map_err(|_| anyhow!("{text:?} is not a public key of 32 bytes"))?;
		return Ok(bytes.into());
	}
	let (account, network) = AccountId::from_ss58check_with_version(text).map_err(|error| {
		anyhow!("{text:?} is neither an address, nor a public key, nor a key such as //Bob ({error})")
	})?;
	if network != Ss58AddressFormat::custom(SS58_PREFIX) {
		bail!(
			"{text} is an address of another network (prefix {}); on this network it is {}",
			u16::from(network),
			account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
		);
	}
	Ok(account)
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keyring::Sr25519Keyring;

	#[test]
	fn an_account_can_be_written_in_three_ways() {
		let bob = Sr25519Keyring::Bob.to_account_id();
		let key = format!("0x{}", hex::encode(&bob));
		for text in ["//Bob", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", key.as_str()] {
			assert_eq!(parse_account(text).unwrap(), bob);
		}
		assert_eq!(parse_signer("//Bob").unwrap().account(), bob);
	}

	#[test]
	fn other_texts_are_refused_as_accounts() {
		for text in ["", "bob", "0x12", "0xzz", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694tz"] {
			assert!(parse_account(text).is_err(), "{text}");
		}
		// Bob on Polkadot.
		let error = parse_account("14E5nqKAp3oAJcmzgZhUD2RcptBeUBScxKHgJKU4HPNcKVf3").unwrap_err().to_string();
		assert!(error.contains("another network") && error.contains("5FHneW46"), "{error}");
	}

	#[test]
	fn a_bad_secret_is_not_repeated() {
		let error = parse_signer("my secret words").err().unwrap().to_string();
		assert!(!error.contains("my secret"), "{error}");
	}
}
