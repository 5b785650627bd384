//! The host functions of the lattice: they verify and apply a batch natively, over the state of the block.
//!
//! The functions are versioned like any host function of the SDK. A change of rules is a new version, and a runtime calls
//! the version for which it was built.

use crate::{
	decode_batch, ApplyError, Context, ContextWithoutLives, Outcome, PreviousContext, PreviousOutcome, RemotePayment,
	Room, RulesVersion,
};
use alloc::vec::Vec;
use sp_core::H256;
use sp_runtime_interface::{
	pass_by::{AllocateAndReturnByCodec, PassFatPointerAndDecode, PassFatPointerAndRead},
	runtime_interface,
};

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
		let hashes: Vec<_> = batch.units().iter().map(crate::Unit::hash).collect();
		let verdicts = native::verdicts(*self, &crate::Domain(domain), batch.units(), &hashes);
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

	/// Does what version 5 does, for runtimes whose units pay no accounts of other shards.
	#[version(4)]
	fn apply_units(
		&mut self,
		batch: PassFatPointerAndRead<&[u8]>,
		context: PassFatPointerAndDecode<Context>,
	) -> AllocateAndReturnByCodec<Result<Outcome, ApplyError>> {
		native::apply(*self, batch, &Context { version: RulesVersion::V4, ..context })
	}

	/// Applies an encoded batch to `System::Account` and the tombstones of `pallet-lives`: [`crate::apply_units`] over the
	/// state of the block. Returns the payments to other shards beside the outcome: the caller sends a message for each.
	#[version(5)]
	fn apply_units(
		&mut self,
		batch: PassFatPointerAndRead<&[u8]>,
		context: PassFatPointerAndDecode<Context>,
		room: PassFatPointerAndDecode<Option<Room>>,
	) -> AllocateAndReturnByCodec<Result<(Outcome, Vec<RemotePayment>), ApplyError>> {
		let context = Context { version: RulesVersion::V5, room: room.map(alloc::sync::Arc::new), ..context };
		native::apply(*self, batch, &context).map(|mut outcome| {
			let remote = core::mem::take(&mut outcome.remote);
			(outcome, remote)
		})
	}
}

#[cfg(feature = "std")]
pub use native::{KnownVerdicts, VerdictsExt};

#[cfg(feature = "std")]
mod native {
	use crate::{
		apply::apply_hashed,
		storage::{account_key, lapse_key, tombstone_key},
		verify_signatures, Account, AccountStore, ApplyError, Context, Domain, HashedBatch, Outcome, PreviousAccount,
		RulesVersion, Unit, UnitHash,
	};
	use codec::{DecodeAll, Encode};
	use sp_externalities::{decl_extension, Externalities, ExternalitiesExt};
	use std::{
		cell::RefCell,
		collections::HashMap,
		sync::Arc,
		time::{Duration, Instant},
	};
	use tp_core::{AccountId, Nonce};

	/// Verdicts on signatures that the node's pool has given already. A host function calls it, so it must not call any.
	pub trait KnownVerdicts: Send + Sync {
		/// Tells whether the signature of a unit is right for the domain, or `None` if that is not known. The verdict must be
		/// on the same signature, not only on the same body.
		fn verdict(&self, domain: &Domain, unit: &Unit) -> Option<bool>;

		/// Does what [`Self::verdict`] does for a unit whose hash is known.
		fn verdict_of(&self, domain: &Domain, unit: &Unit, _hash: &UnitHash) -> Option<bool> {
			self.verdict(domain, unit)
		}

		/// Verifies signatures on which there is no verdict, as [`verify_signatures`] does.
		fn verify(&self, domain: &Domain, units: &[&Unit]) -> Vec<bool> {
			verify_signatures(domain, units)
		}

		/// Returns the batch of an encoding, if this node has decoded it already.
		fn batch(&self, _bytes: &[u8]) -> Option<Arc<HashedBatch>> {
			None
		}

		/// Notified of a batch that was decoded, for [`Self::batch`].
		fn decoded(&self, _batch: &Arc<HashedBatch>) {}

		/// Tells whether the signatures of all units of a batch are known to be right for the domain.
		fn knows_all(&self, _domain: &Domain, _batch: &HashedBatch) -> bool {
			false
		}

		/// Notified of how long it took to apply a batch. For measurements alone.
		fn applied(&self, _took: Duration) {}
	}

	decl_extension! {
		/// Verdicts on signatures that the node has already. They change the time to apply a batch, never its outcome.
		pub struct VerdictsExt(Arc<dyn KnownVerdicts>);
	}

	/// Applies an encoded batch, and reports the duration to the owner of the verdicts.
	pub(super) fn apply(
		mut state: &mut dyn Externalities,
		batch: &[u8],
		context: &Context,
	) -> Result<Outcome, ApplyError> {
		let started = Instant::now();
		let known = state.extension::<VerdictsExt>().map(|extension| extension.0.clone());
		let result = decode(batch, known.as_deref()).map(|batch| {
			let (units, hashes) = (batch.units(), batch.hashes());
			let verdicts = match &known {
				Some(known) if known.knows_all(&context.domain, &batch) => vec![true; units.len()],
				_ => verdicts(state, &context.domain, units, hashes),
			};
			let mut accounts = StateAccounts::new(state, context.version);
			apply_hashed(batch.batch(), hashes, &verdicts, &mut accounts, context)
		});
		if let Some(known) = known {
			known.applied(started.elapsed());
		}
		result
	}

	/// Decodes a batch and hashes its units, unless the node has done so.
	fn decode(bytes: &[u8], known: Option<&dyn KnownVerdicts>) -> Result<Arc<HashedBatch>, ApplyError> {
		if let Some(batch) = known.and_then(|known| known.batch(bytes)) {
			return Ok(batch);
		}
		let batch = Arc::new(HashedBatch::decode(bytes)?);
		if let Some(known) = known {
			known.decoded(&batch);
		}
		Ok(batch)
	}

	/// Returns the verdicts on all units: known verdicts, and the rest by verification. `hashes` are those of the units.
	pub(super) fn verdicts(
		mut state: &mut dyn Externalities,
		domain: &Domain,
		units: &[Unit],
		hashes: &[UnitHash],
	) -> Vec<bool> {
		let Some(known) = state.extension::<VerdictsExt>().map(|extension| extension.0.clone()) else {
			return verify_signatures(domain, units);
		};
		let verdict = |(unit, hash)| known.verdict_of(domain, unit, hash);
		let mut verdicts: Vec<Option<bool>> = units.iter().zip(hashes).map(verdict).collect();
		let missing: Vec<usize> = (0..units.len()).filter(|at| verdicts[*at].is_none()).collect();
		let rest: Vec<&Unit> = missing.iter().map(|at| &units[*at]).collect();
		for (at, verdict) in missing.into_iter().zip(known.verify(domain, &rest)) {
			verdicts[at] = Some(verdict);
		}
		verdicts.into_iter().map(|verdict| verdict.unwrap_or(false)).collect()
	}

	/// `System::Account` and `Lives::Tombstones` of a state.
	pub(super) struct StateAccounts<'a> {
		state: RefCell<&'a mut dyn Externalities>,
		/// The accounts that were read and not written since. A payment reads its destination when it is checked, and again when
		/// it is credited.
		/// The hash function is seeded at random, since senders choose the ids.
		read: RefCell<HashMap<AccountId, Read, foldhash::quality::RandomState>>,
		/// The version of the rules, which decides the format of accounts.
		version: RulesVersion,
	}

	/// An account that was read.
	struct Read {
		account: Option<Account>,
		/// Its key, which has a hash: it is written under it.
		key: Vec<u8>,
	}

	impl<'a> StateAccounts<'a> {
		pub fn new(state: &'a mut dyn Externalities, version: RulesVersion) -> Self {
			Self { state: RefCell::new(state), read: RefCell::default(), version }
		}

		fn load(&self, id: &AccountId, key: &[u8]) -> Option<Account> {
			let bytes = self.state.borrow_mut().storage(key)?;
			match self.decode(&bytes) {
				Ok(account) => Some(account),
				Err(error) => {
					// The runtime's storage treats an undecodable item as absent too: both must agree.
					log::error!(target: "lattice", "the account {id} does not decode: {error}");
					None
				},
			}
		}

		fn decode(&self, bytes: &[u8]) -> Result<Account, codec::Error> {
			match self.version {
				RulesVersion::V4 | RulesVersion::V5 => Account::decode_all(&mut &bytes[..]),
				_ => PreviousAccount::decode_all(&mut &bytes[..]).map(Into::into),
			}
		}

		fn encode(&self, account: Account) -> Vec<u8> {
			match self.version {
				RulesVersion::V4 | RulesVersion::V5 => account.encode(),
				_ => PreviousAccount::from(account).encode(),
			}
		}
	}

	impl AccountStore for StateAccounts<'_> {
		fn account(&self, id: &AccountId) -> Option<Account> {
			if let Some(Read { account, .. }) = self.read.borrow().get(id) {
				return account.clone();
			}
			let key = account_key(id);
			let account = self.load(id, &key);
			self.read.borrow_mut().insert(id.clone(), Read { account: account.clone(), key });
			account
		}

		fn set_account(&mut self, id: &AccountId, account: Option<Account>) {
			// Forgotten rather than replaced: what the format of an older version leaves out is lost by writing.
			let key = self.read.get_mut().remove(id).map_or_else(|| account_key(id), |read| read.key);
			let account = account.map(|account| self.encode(account));
			self.state.get_mut().place_storage(key, account);
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
