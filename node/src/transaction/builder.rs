//! Signed transactions of any TOP ledger: all ledgers have the same extensions, and the balances pallet at the same
//! index.

use anyhow::bail;
use codec::Encode;
use sp_runtime::{generic::Era, MultiAddress};
use sp_version::RuntimeVersion;
use top_main_runtime::{Runtime, RuntimeCall, VERSION};
use top_sdk::{Keypair, RpcClient};
use tp_core::{AccountId, Balance, BlockNumber, Hash, Nonce};

/// Lifetime of a mortal transaction in blocks: half a minute at the main chain's pace. After that, a lost transaction
/// is known to be lost.
const LIFETIME_BLOCKS: u64 = 64;

/// The first byte of a signed transaction of version 4.
const SIGNED: u8 = 0x84;
/// The longest payload that is signed itself. A longer one is hashed, and its hash is signed.
const LONGEST_PAYLOAD: usize = 256;

/// The parameters of a chain that every signature covers.
#[derive(Clone, Copy, Debug)]
pub struct ChainParams {
	genesis: Hash,
	spec_version: u32,
	transaction_version: u32,
}

impl ChainParams {
	/// Takes the parameters of a known chain.
	pub fn new(genesis: Hash, spec_version: u32, transaction_version: u32) -> Self {
		Self { genesis, spec_version, transaction_version }
	}

	/// Fetches the parameters from a node.
	///
	/// # Errors
	/// As [`Self::checked`], or if the node does not answer.
	pub async fn fetch(client: &RpcClient) -> anyhow::Result<Self> {
		let version = client.runtime_version(None).await?;
		Self::checked(client.block_hash(0).await?, &version)
	}

	/// Takes the parameters of a chain with a genesis block and a runtime version.
	///
	/// # Errors
	/// If the chain's transactions have another format than those of the runtimes in this binary.
	pub fn checked(genesis: Hash, version: &RuntimeVersion) -> anyhow::Result<Self> {
		let known = [VERSION, top_shard_runtime::VERSION];
		let is_known = |known: &RuntimeVersion| {
			version.spec_name == known.spec_name && version.transaction_version == known.transaction_version
		};
		if !known.iter().any(is_known) {
			let known = known.map(|known| format!("{} with version {}", known.spec_name, known.transaction_version));
			bail!(
				"the chain runs {} with transactions of version {}, this binary knows only {}; use the top-node of that \
				 chain",
				version.spec_name,
				version.transaction_version,
				known.join(" and ")
			);
		}
		Ok(Self { genesis, spec_version: version.spec_version, transaction_version: version.transaction_version })
	}

	/// Returns the hash of the genesis block.
	pub fn genesis(&self) -> Hash {
		self.genesis
	}
}

/// Builds signed transactions for one chain.
#[derive(Clone, Copy, Debug)]
pub struct TransferBuilder {
	params: ChainParams,
	era: Era,
	era_start: Hash,
}

impl TransferBuilder {
	/// Builds transactions that stay valid until they are in a block.
	pub fn immortal(params: ChainParams) -> Self {
		Self { params, era: Era::Immortal, era_start: params.genesis }
	}

	/// Builds transactions that expire 64 blocks after the block `hash` at `height`.
	pub fn mortal(params: ChainParams, height: BlockNumber, hash: Hash) -> Self {
		Self { params, era: Era::mortal(LIFETIME_BLOCKS, height.into()), era_start: hash }
	}

	/// Returns the bytes of a signed transfer of `amount` that keeps the sender alive.
	pub fn build(&self, sender: &Keypair, nonce: Nonce, destination: &AccountId, amount: Balance) -> Vec<u8> {
		let call = RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
			dest: MultiAddress::Id(destination.clone()),
			value: amount,
		});
		self.sign(sender, nonce, call)
	}

	/// Returns the bytes of a signed call of any ledger's runtime: all have the same extensions.
	pub fn sign(&self, sender: &Keypair, nonce: Nonce, call: impl Encode) -> Vec<u8> {
		let extension = top_runtime_common::tx_extension::<Runtime>(self.era, nonce);
		// The extensions' implicit parts, in their order: signed, not sent.
		let ChainParams { genesis, spec_version, transaction_version } = self.params;
		let implicit =
			((), (), spec_version, transaction_version, genesis, self.era_start, (), (), (), None::<[u8; 32]>, ());
		let payload = (&call, &extension, implicit).encode();
		let signature = match payload.len() {
			..=LONGEST_PAYLOAD => sender.sign(&payload),
			_ => sender.sign(&sp_crypto_hashing::blake2_256(&payload)),
		};
		let from = MultiAddress::<AccountId, ()>::Id(sender.account());
		(SIGNED, from, signature, extension, call).encode().encode()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::DecodeAll;
	use sp_keyring::Sr25519Keyring;
	use top_main_runtime::UncheckedExtrinsic;

	#[test]
	fn a_transfer_is_signed_for_its_chain_only() {
		let params = ChainParams::new(Hash::repeat_byte(7), 3, 1);
		let bob = Sr25519Keyring::Bob.to_account_id();
		let bytes = TransferBuilder::immortal(params).build(&Sr25519Keyring::Alice.pair().into(), 5, &bob, 42);
		let other = ChainParams { genesis: Hash::repeat_byte(8), ..params };
		let elsewhere = TransferBuilder::immortal(other).build(&Sr25519Keyring::Alice.pair().into(), 5, &bob, 42);
		let extrinsic = UncheckedExtrinsic::decode_all(&mut &bytes[..]).unwrap();
		assert!(matches!(
			extrinsic.function,
			RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { value: 42, .. })
		));
		assert_eq!(bytes.len(), elsewhere.len());
		assert_ne!(bytes, elsewhere);
	}

	#[test]
	fn a_shard_decodes_transactions_of_the_main_chains_format() {
		use top_shard_runtime::{RuntimeCall, UncheckedExtrinsic};
		let builder = TransferBuilder::immortal(ChainParams::new(Hash::repeat_byte(7), 3, 1));
		let (alice, bob) = (Sr25519Keyring::Alice.pair().into(), Sr25519Keyring::Bob.to_account_id());
		let extrinsic = UncheckedExtrinsic::decode_all(&mut &builder.build(&alice, 5, &bob, 42)[..]).unwrap();
		assert!(matches!(
			extrinsic.function,
			RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { value: 42, .. })
		));
	}
}
