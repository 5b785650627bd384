//! Names transactions whose era has ended.
//!
//! An era has its first block modulo its period. So the same bytes name a later first block when the era has ended, and
//! the sender did not sign that block's hash: `frame_system::CheckMortality` reports a bad signature. Here the signature is
//! checked against the eras before, and a match is reported as `InvalidTransaction::AncientBirthBlock`.

use crate::{types::UncheckedExtrinsic, TxExtension};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::dispatch::{DispatchInfo, PostDispatchInfo};
use frame_system::{pallet_prelude::BlockNumberFor, BlockHash, Pallet as System};
use sp_runtime::{
	generic::{Era, Preamble},
	traits::{Dispatchable, SaturatedConversion, TransactionExtension, Verify},
	transaction_validity::{InvalidTransaction, TransactionValidity},
	MultiAddress,
};
use tp_core::{AccountId, Hash, Nonce, Signature};

/// The number of ended eras that are tried. Each costs one verification, and senders do not pay for bad signatures. With
/// the 64 blocks of `polkadot-api` these are 102 s at the shards' pace, and 8 min at the main chain's.
pub const MAX_TRIED: usize = 16;

/// The most bytes of a call whose eras are tried, because each try hashes them.
pub const MAX_CALL_BYTES: usize = 4_096;

/// A payload is signed by its hash if it is longer, as the SDK does.
const MAX_PLAIN_BYTES: usize = 256;

/// What the extensions of a transaction add to what its sender signs. The sixth is the hash of the era's first block.
type Implicit = ((), (), u32, u32, Hash, Hash, (), (), (), Option<[u8; 32]>, ());

/// A mortal transaction's signature, and what it signs beside [`Implicit`].
struct Mortal<Runtime: frame_system::Config + pallet_quota::Config + Send + Sync> {
	signer: AccountId,
	signature: Signature,
	extension: TxExtension<Runtime>,
	call: Vec<u8>,
}

/// Validates a transaction by `validate`, and names one whose era has ended.
pub fn validate<Runtime>(
	transaction: UncheckedExtrinsic<Runtime::RuntimeCall, TxExtension<Runtime>>,
	validate: impl FnOnce(UncheckedExtrinsic<Runtime::RuntimeCall, TxExtension<Runtime>>) -> TransactionValidity,
) -> TransactionValidity
where
	Runtime: frame_system::Config<Nonce = Nonce, Hash = Hash> + pallet_quota::Config + Send + Sync,
	Runtime::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
	TxExtension<Runtime>: TransactionExtension<Runtime::RuntimeCall, Implicit = Implicit> + Clone,
{
	let mortal = Mortal::<Runtime>::of(&transaction);
	let validity = validate(transaction);
	let bad_signature = validity == InvalidTransaction::BadProof.into();
	match mortal.filter(|_| bad_signature) {
		Some(mortal) if mortal.has_ended() => InvalidTransaction::AncientBirthBlock.into(),
		_ => validity,
	}
}

impl<Runtime> Mortal<Runtime>
where
	Runtime: frame_system::Config<Nonce = Nonce, Hash = Hash> + pallet_quota::Config + Send + Sync,
	Runtime::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
	TxExtension<Runtime>: TransactionExtension<Runtime::RuntimeCall, Implicit = Implicit> + Clone,
{
	/// Returns `None` if the transaction has no signature or no era, or if its call is too long.
	fn of(transaction: &UncheckedExtrinsic<Runtime::RuntimeCall, TxExtension<Runtime>>) -> Option<Self> {
		let Preamble::Signed(MultiAddress::Id(signer), signature, extension) = &transaction.preamble else {
			return None;
		};
		let call = match &transaction.encoded_call {
			Some(call) if call.len() > MAX_CALL_BYTES => return None,
			Some(call) => call.clone(),
			None => transaction.function.encode(),
		};
		let is_kept = !extension.5 .0.is_immortal() && call.len() <= MAX_CALL_BYTES;
		is_kept.then(|| Self {
			signer: signer.clone(),
			signature: signature.clone(),
			extension: extension.clone(),
			call,
		})
	}

	/// Returns whether the signature is for an era before the present one of the transaction.
	fn has_ended(&self) -> bool {
		let era = self.extension.5 .0;
		let (Era::Mortal(period, _), Ok(mut implicit)) =
			(era, TransactionExtension::<Runtime::RuntimeCall>::implicit(&self.extension))
		else {
			return false;
		};
		let born = era.birth(System::<Runtime>::block_number().saturated_into());
		let earlier = core::iter::successors(born.checked_sub(period), |born| born.checked_sub(period));
		let kept = earlier
			.map(|born| born.saturated_into::<BlockNumberFor<Runtime>>())
			.take_while(|born| BlockHash::<Runtime>::contains_key(born));
		let is_signed = |born| {
			implicit.5 = System::<Runtime>::block_hash(born);
			let mut payload = self.call.clone();
			(&self.extension, &implicit).encode_to(&mut payload);
			if payload.len() > MAX_PLAIN_BYTES {
				payload = sp_io::hashing::blake2_256(&payload).to_vec();
			}
			self.signature.verify(&payload[..], &self.signer)
		};
		kept.take(MAX_TRIED).any(is_signed)
	}
}
