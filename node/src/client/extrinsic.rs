//! Signed transfers of any TOP ledger: all have the same extensions, and balances by the same number.

use super::{RpcClient, RpcError};
use codec::Encode;
use jsonrpsee::rpc_params;
use sp_core::{sr25519, Pair};
use sp_runtime::{generic::Era, MultiAddress, MultiSignature};
use top_main_runtime::{Runtime, RuntimeCall, SignedPayload, UncheckedExtrinsic, VERSION};
use tp_core::{AccountId, Balance, BlockNumber, Hash, Nonce};

/// How many blocks a mortal transaction lives: half a minute at the main chain's pace, so that a lost one is known to
/// be lost.
const LIFETIME_BLOCKS: u64 = 64;

/// A key that signs for an account.
pub trait Signer {
	/// The account.
	fn account(&self) -> AccountId;
	/// Signs bytes.
	fn signature(&self, bytes: &[u8]) -> MultiSignature;
}

impl Signer for sr25519::Pair {
	fn account(&self) -> AccountId {
		self.public().into()
	}

	fn signature(&self, bytes: &[u8]) -> MultiSignature {
		self.sign(bytes).into()
	}
}

impl Signer for top_sdk::Keypair {
	fn account(&self) -> AccountId {
		self.account()
	}

	fn signature(&self, bytes: &[u8]) -> MultiSignature {
		self.sign(bytes)
	}
}

/// What every signature binds of the chain.
#[derive(Clone, Copy, Debug)]
pub struct ChainParams {
	genesis: Hash,
	spec_version: u32,
	transaction_version: u32,
}

impl ChainParams {
	/// Of a chain that is known.
	pub fn new(genesis: Hash, spec_version: u32, transaction_version: u32) -> Self {
		Self { genesis, spec_version, transaction_version }
	}

	/// Asks the node.
	///
	/// # Errors
	/// If the chain's transactions have another form than those of the runtime this binary was built with.
	pub async fn fetch(client: &RpcClient) -> Result<Self, RpcError> {
		const METHOD: &str = "state_getRuntimeVersion";
		let version: sp_version::RuntimeVersion = client.request(METHOD, rpc_params![]).await?;
		let known = [VERSION, top_shard_runtime::VERSION];
		let is_known = |known: &sp_version::RuntimeVersion| {
			version.spec_name == known.spec_name && version.transaction_version == known.transaction_version
		};
		if !known.iter().any(is_known) {
			let known = known.map(|known| format!("{} with version {}", known.spec_name, known.transaction_version));
			return Err(RpcError::Answer {
				method: METHOD,
				reason: format!(
					"the chain runs {} with transactions of version {}, this binary knows {} only; use the top-node of \
					 that chain",
					version.spec_name,
					version.transaction_version,
					known.join(" and ")
				),
			});
		}
		Ok(Self {
			genesis: client.block_hash(0).await?,
			spec_version: version.spec_version,
			transaction_version: version.transaction_version,
		})
	}

	/// Hash of the genesis block.
	pub fn genesis(&self) -> Hash {
		self.genesis
	}
}

/// Makes signed transfers for one chain.
#[derive(Clone, Copy, Debug)]
pub struct TransferBuilder {
	params: ChainParams,
	era: Era,
	era_start: Hash,
}

impl TransferBuilder {
	/// Transfers that stay valid until they are in a block.
	pub fn immortal(params: ChainParams) -> Self {
		Self { params, era: Era::Immortal, era_start: params.genesis }
	}

	/// Transfers that are void some dozens of blocks after `height`, the height of the block `hash`.
	pub fn mortal(params: ChainParams, height: BlockNumber, hash: Hash) -> Self {
		Self { params, era: Era::mortal(LIFETIME_BLOCKS, height.into()), era_start: hash }
	}

	/// The bytes of a signed transfer of `amount` that leaves the sender alive.
	pub fn build(&self, sender: &impl Signer, nonce: Nonce, destination: &AccountId, amount: Balance) -> Vec<u8> {
		let call = RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
			dest: MultiAddress::Id(destination.clone()),
			value: amount,
		});
		self.sign(sender, nonce, call)
	}

	/// The bytes of any signed call.
	pub fn sign(&self, sender: &impl Signer, nonce: Nonce, call: RuntimeCall) -> Vec<u8> {
		let extension = top_runtime_common::tx_extension::<Runtime>(self.era, nonce);
		// What the extensions add to the signed bytes without being sent, in their order.
		let ChainParams { genesis, spec_version, transaction_version } = self.params;
		let implicit =
			((), (), spec_version, transaction_version, genesis, self.era_start, (), (), (), None::<[u8; 32]>, ());
		let payload = SignedPayload::from_raw(call, extension, implicit);
		let signature = payload.using_encoded(|bytes| sender.signature(bytes));
		let (call, extension, _) = payload.deconstruct();
		UncheckedExtrinsic::new_signed(call, MultiAddress::Id(sender.account()), signature, extension).encode()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::DecodeAll;
	use sp_keyring::Sr25519Keyring;

	#[test]
	fn a_transfer_is_signed_for_its_chain_only() {
		let params = ChainParams::new(Hash::repeat_byte(7), 3, 1);
		let bob = Sr25519Keyring::Bob.to_account_id();
		let bytes = TransferBuilder::immortal(params).build(&Sr25519Keyring::Alice.pair(), 5, &bob, 42);
		let other = ChainParams { genesis: Hash::repeat_byte(8), ..params };
		let elsewhere = TransferBuilder::immortal(other).build(&Sr25519Keyring::Alice.pair(), 5, &bob, 42);
		let extrinsic = UncheckedExtrinsic::decode_all(&mut &bytes[..]).unwrap();
		assert!(matches!(
			extrinsic.function,
			RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { value: 42, .. })
		));
		assert_eq!(bytes.len(), elsewhere.len());
		assert_ne!(bytes, elsewhere);
	}
	#[test]
	fn a_shard_reads_what_the_main_chain_reads() {
		use top_shard_runtime::{RuntimeCall, UncheckedExtrinsic};
		let builder = TransferBuilder::immortal(ChainParams::new(Hash::repeat_byte(7), 3, 1));
		let (alice, bob) = (Sr25519Keyring::Alice.pair(), Sr25519Keyring::Bob.to_account_id());
		let extrinsic = UncheckedExtrinsic::decode_all(&mut &builder.build(&alice, 5, &bob, 42)[..]).unwrap();
		assert!(matches!(
			extrinsic.function,
			RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { value: 42, .. })
		));
	}
}
