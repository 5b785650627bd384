//! The host functions of the lattice: they verify and apply a batch natively, over the state of the block.
//!
//! The functions are versioned like any host function of the SDK. A change of rules is a new version, and a runtime calls
//! the version for which it was built.

use crate::{Batch, Context, ContextWithoutLives, Outcome, PreviousContext, PreviousOutcome, RulesVersion};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime_interface::{
	pass_by::{AllocateAndReturnByCodec, PassFatPointerAndDecode, PassFatPointerAndRead},
	runtime_interface,
};

/// The reason for which bytes are no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, thiserror::Error)]
pub enum ApplyError {
	/// The bytes are too many, out of order, or no batch.
	#[error("the batch does not decode")]
	Undecodable,
}

/// Decodes a batch of a block.
pub fn decode_batch(bytes: &[u8]) -> Result<Batch, ApplyError> {
	if bytes.len() > crate::MAX_BATCH_BYTES {
		return Err(ApplyError::Undecodable);
	}
	Batch::decode_all(&mut &bytes[..]).map_err(|_| ApplyError::Undecodable)
}

/// The lattice's host functions.
#[runtime_interface]
pub trait LatticeHost {
	/// Tells for each unit of an encoded batch whether its signature is right: a byte each, 1 if it is. `None` if the bytes
	/// are no batch. For wallets' tools and for tests.
	fn verify_units(
		&mut self,
		domain: PassFatPointerAndDecode<H256>,
		batch: PassFatPointerAndRead<&[u8]>,
	) -> AllocateAndReturnByCodec<Option<Vec<u8>>> {
		let batch = decode_batch(batch).ok()?;
		let verdicts = native::verdicts(*self, &crate::Domain(domain), batch.units());
		Some(verdicts.into_iter().map(u8::from).collect())
	}

	/// Does what version 2 does, for runtimes without sponsors: every account that exists has the free share.
	fn apply_units(
		&mut self,
		batch: PassFatPointerAndRead<&[u8]>,
		context: PassFatPointerAndDecode<ContextWithoutLives>,
	) -> AllocateAndReturnByCodec<Result<PreviousOutcome, ApplyError>> {
		native::apply(*self, batch, &context.under(RulesVersion::V1)).map(Into::into)
	}

	/// Does what version 3 does, for runtimes without tombstones: every life of an account begins with the nonce 0.
	#[version(2)]
	fn apply_units(
		&mut self,
		batch: PassFatPointerAndRead<&[u8]>,
		context: PassFatPointerAndDecode<ContextWithoutLives>,
	) -> AllocateAndReturnByCodec<Result<PreviousOutcome, ApplyError>> {
		native::apply(*self, batch, &context.under(RulesVersion::V2)).map(Into::into)
	}

	/// Does what version 4 does, for runtimes whose quotas have one amount of use: new accounts begin with the free share
	/// without what is lent used, use fades with any balance, and state is not metered.
	#[version(3)]
	fn apply_units(
		&mut self,
		batch: PassFatPointerAndRead<&[u8]>,
		context: PassFatPointerAndDecode<PreviousContext>,
	) -> AllocateAndReturnByCodec<Result<PreviousOutcome, ApplyError>> {
		native::apply(*self, batch, &context.under(RulesVersion::V3)).map(Into::into)
	}

	/// Applies an encoded batch to `System::Account` and the tombstones of `pallet-lives`: [`crate::apply_units`] over the
	/// state of the block.
	#[version(4)]
	fn apply_units(
		&mut self,
		batch: PassFatPointerAndRead<&[u8]>,
		context: PassFatPointerAndDecode<Context>,
	) -> AllocateAndReturnByCodec<Result<Outcome, ApplyError>> {
		native::apply(*self, batch, &context)
	}
}

#[cfg(feature = "std")]
pub use native::{KnownVerdicts, VerdictsExt};

#[cfg(feature = "std")]
mod native {
	use super::{decode_batch, ApplyError};
	use crate::{
		apply_units,
		storage::{account_key, lapse_key, tombstone_key},
		verify_signatures, Account, AccountStore, Context, Domain, Outcome, PreviousAccount, RulesVersion, Unit,
	};
	use codec::{DecodeAll, Encode};
	use sp_externalities::{decl_extension, Externalities, ExternalitiesExt};
	use std::{
		cell::RefCell,
		sync::Arc,
		time::{Duration, Instant},
	};
	use tp_core::{AccountId, Nonce};

	/// Verdicts on signatures that the node's pool has given already. A host function calls it, so it must not call any.
	pub trait KnownVerdicts: Send + Sync {
		/// Tells whether the signature of a unit is right for the domain, or `None` if that is not known. The verdict must be
		/// on the same signature, not only on the same body.
		fn verdict(&self, domain: &Domain, unit: &Unit) -> Option<bool>;

		/// Notified of how long it took to apply a batch. For measurements alone.
		fn applied(&self, _took: Duration) {}
	}

	decl_extension! {
		/// Verdicts on signatures that the node has already. They change the time to apply a batch, never its outcome.
		pub struct VerdictsExt(Arc<dyn KnownVerdicts>);
	}

	/// Applies an encoded batch, and reports the duration to the owner of the verdicts.
	pub(super) fn apply(state: &mut dyn Externalities, batch: &[u8], context: &Context) -> Result<Outcome, ApplyError> {
		let started = Instant::now();
		let result = decode_batch(batch).map(|batch| {
			let verdicts = verdicts(state, &context.domain, batch.units());
			let is_valid = |index: u32, _: &Unit| verdicts.get(index as usize).copied().unwrap_or(false);
			apply_units(&batch, &is_valid, &mut StateAccounts::new(state, context.version), context)
		});
		if let Some(VerdictsExt(known)) = (&mut *state).extension::<VerdictsExt>() {
			known.applied(started.elapsed());
		}
		result
	}

	/// Returns the verdicts on all units: known verdicts, and the rest by verification.
	pub(super) fn verdicts(mut state: &mut dyn Externalities, domain: &Domain, units: &[Unit]) -> Vec<bool> {
		let Some(known) = state.extension::<VerdictsExt>().map(|extension| extension.0.clone()) else {
			return verify_signatures(domain, units);
		};
		let mut verdicts: Vec<Option<bool>> = units.iter().map(|unit| known.verdict(domain, unit)).collect();
		let missing: Vec<usize> = (0..units.len()).filter(|at| verdicts[*at].is_none()).collect();
		let rest: Vec<Unit> = missing.iter().map(|at| units[*at].clone()).collect();
		for (at, verdict) in missing.into_iter().zip(verify_signatures(domain, &rest)) {
			verdicts[at] = Some(verdict);
		}
		verdicts.into_iter().map(|verdict| verdict.unwrap_or(false)).collect()
	}

	/// `System::Account` and `Lives::Tombstones` of a state.
	pub(super) struct StateAccounts<'a> {
		state: RefCell<&'a mut dyn Externalities>,
		/// The version of the rules, which decides the format of accounts.
		version: RulesVersion,
	}

	impl<'a> StateAccounts<'a> {
		pub fn new(state: &'a mut dyn Externalities, version: RulesVersion) -> Self {
			Self { state: RefCell::new(state), version }
		}

		fn decode(&self, bytes: &[u8]) -> Result<Account, codec::Error> {
			match self.version {
				RulesVersion::V4 => Account::decode_all(&mut &bytes[..]),
				_ => PreviousAccount::decode_all(&mut &bytes[..]).map(Into::into),
			}
		}

		fn encode(&self, account: Account) -> Vec<u8> {
			match self.version {
				RulesVersion::V4 => account.encode(),
				_ => PreviousAccount::from(account).encode(),
			}
		}
	}

	impl AccountStore for StateAccounts<'_> {
		fn account(&self, id: &AccountId) -> Option<Account> {
			let bytes = self.state.borrow_mut().storage(&account_key(id))?;
			match self.decode(&bytes) {
				Ok(account) => Some(account),
				Err(error) => {
					// The runtime's storage treats an undecodable item as absent too: both must agree.
					log::error!(target: "lattice", "the account {id} does not decode: {error}");
					None
				},
			}
		}

		fn set_account(&mut self, id: &AccountId, account: Option<Account>) {
			let account = account.map(|account| self.encode(account));
			self.state.get_mut().place_storage(account_key(id), account);
		}

		fn tombstone(&self, id: &AccountId) -> Option<Nonce> {
			let bytes = self.state.borrow_mut().storage(&tombstone_key(id))?;
			Nonce::decode_all(&mut &bytes[..]).ok()
		}

		/// Does what `pallet-lives` does: a tombstone is also in the map of lapses.
		fn set_tombstone(&mut self, id: &AccountId, nonce: Option<Nonce>) {
			let before = self.tombstone(id);
			let state = self.state.get_mut();
			if let Some(before) = before {
				state.place_storage(lapse_key(before, id), None);
			}
			state.place_storage(tombstone_key(id), nonce.map(|nonce| nonce.encode()));
			if let Some(nonce) = nonce {
				state.place_storage(lapse_key(nonce, id), Some(Vec::new()));
			}
		}
	}
}
