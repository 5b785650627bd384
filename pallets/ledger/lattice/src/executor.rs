//! The ways to apply a batch.

use crate::Config;
use core::marker::PhantomData;
use frame_system::Account as Accounts;
use tp_core::{lives::AccountLives, AccountId, Nonce};
use tp_lattice::{apply_units, decode_batch, lattice_host, Account, AccountStore, ApplyError, Context, Outcome};

/// Applies an encoded batch to the accounts of the state. All executors have the same result.
pub trait UnitExecutor {
	/// Applies the batch.
	fn apply(batch: &[u8], context: &Context) -> Result<Outcome, ApplyError>;
}

/// Applies batches by the node's host function: natively, with signatures that are verified in batches or known already.
pub struct HostExecutor;

impl UnitExecutor for HostExecutor {
	fn apply(batch: &[u8], context: &Context) -> Result<Outcome, ApplyError> {
		// The encoding of the context leaves the room out.
		let room = context.room.as_deref().cloned();
		let (outcome, remote) = lattice_host::apply_units(batch, context.clone(), room)?;
		Ok(Outcome { remote, ..outcome })
	}
}

/// Applies batches in the runtime, one signature after another: for nodes without the host function, and for comparison.
pub struct RuntimeExecutor<T>(PhantomData<T>);

impl<T: Config> UnitExecutor for RuntimeExecutor<T> {
	fn apply(batch: &[u8], context: &Context) -> Result<Outcome, ApplyError> {
		let batch = decode_batch(batch)?;
		let is_valid = |_, unit: &tp_lattice::Unit| unit.is_signed(&context.domain);
		Ok(apply_units(&batch, &is_valid, &mut SystemAccounts::<T>(PhantomData), context))
	}
}

/// `System::Account` and the tombstones through the runtime's storage.
struct SystemAccounts<T>(PhantomData<T>);

impl<T: Config> AccountStore for SystemAccounts<T> {
	fn account(&self, id: &AccountId) -> Option<Account> {
		account::<T>(id)
	}

	fn set_account(&mut self, id: &AccountId, account: Option<Account>) {
		match account {
			Some(Account { nonce, consumers, providers, sufficients, data }) => {
				Accounts::<T>::insert(id, frame_system::AccountInfo { nonce, consumers, providers, sufficients, data })
			},
			None => Accounts::<T>::remove(id),
		}
	}

	fn tombstone(&self, id: &AccountId) -> Option<Nonce> {
		T::Lives::tombstone(id)
	}

	fn set_tombstone(&mut self, id: &AccountId, nonce: Option<Nonce>) {
		T::Lives::set_tombstone(id, nonce);
	}
}

/// Returns an account of the state, or `None` if it does not exist.
pub(crate) fn account<T: Config>(id: &AccountId) -> Option<Account> {
	let info = Accounts::<T>::try_get(id).ok()?;
	Some(Account {
		nonce: info.nonce,
		consumers: info.consumers,
		providers: info.providers,
		sufficients: info.sufficients,
		data: info.data,
	})
}
