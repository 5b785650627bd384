//! Iteration over a state: the trie's keys and the accounts', merged in their order.

use crate::{
	keys::{key_of, ACCOUNT_PREFIX},
	state::AccountState,
};
use sc_client_api::StateBackend;
use sp_runtime::traits::{Block as BlockT, HashingFor};
use sp_state_machine::{IterArgs, StorageIterator, StorageKey, StorageValue};
use std::marker::PhantomData;

type InnerIter<S, Block> = <S as StateBackend<HashingFor<Block>>>::RawIter;

/// The iterator.
pub struct RawIter<S, Block>
where
	Block: BlockT,
	S: StateBackend<HashingFor<Block>>,
{
	inner: InnerIter<S, Block>,
	/// The next key of the trie, while accounts may come before it.
	peeked: Option<StorageKey>,
	/// The next account. `None` if no further one is in the range.
	account: Option<StorageKey>,
	prefix: Vec<u8>,
	_block: PhantomData<Block>,
}

impl<S, Block> RawIter<S, Block>
where
	Block: BlockT,
	S: StateBackend<HashingFor<Block>, Error = String>,
{
	/// Begins an iteration.
	pub(crate) fn new(state: &AccountState<S, Block>, args: IterArgs) -> Result<Self, String> {
		let prefix = args.prefix.unwrap_or_default().to_vec();
		let account = match args.child_info.is_some() {
			true => None,
			false => first_account(state, &args, &prefix)?,
		};
		let inner = state.inner.raw_iter(args)?;
		Ok(Self { inner, peeked: None, account, prefix, _block: PhantomData })
	}

	/// Takes the next account if it comes before all keys of the trie. Peeks into the trie if necessary.
	fn take_account(&mut self, state: &AccountState<S, Block>) -> Option<Result<StorageKey, String>> {
		let account = self.account.as_ref()?;
		if self.peeked.is_none() {
			match self.inner.next_key(&state.inner) {
				Some(Ok(key)) => self.peeked = Some(key),
				Some(Err(error)) => return Some(Err(error)),
				None => {},
			}
		}
		if self.peeked.as_ref().is_some_and(|peeked| peeked < account) {
			return None;
		}
		let taken = self.account.take()?;
		match next_account(state, &taken, &self.prefix) {
			Ok(next) => self.account = next,
			Err(error) => return Some(Err(error)),
		}
		Some(Ok(taken))
	}
}

/// Returns the first account of an iteration.
fn first_account<S, Block: BlockT>(
	state: &AccountState<S, Block>,
	args: &IterArgs,
	prefix: &[u8],
) -> Result<Option<StorageKey>, String> {
	// The order of keys lets a search pass over what lies between the start and the range of the prefix.
	let start = args.start_at.unwrap_or_default().max(prefix);
	let is_excluded = args.start_at_exclusive && args.start_at == Some(start);
	if !is_excluded {
		if let Some(value) = state.apart(start) {
			if value?.is_some() {
				return Ok(Some(start.to_vec()));
			}
		}
	}
	next_account(state, start, prefix)
}

/// Returns the first account above a key whose key has a prefix.
fn next_account<S, Block: BlockT>(
	state: &AccountState<S, Block>,
	above: &[u8],
	prefix: &[u8],
) -> Result<Option<StorageKey>, String> {
	// A prefix that is neither one of all accounts nor of some of them.
	if !prefix.starts_with(&ACCOUNT_PREFIX) && !ACCOUNT_PREFIX.starts_with(prefix) {
		return Ok(None);
	}
	let next = state.next_account(above)?.map(|account| key_of(&account));
	Ok(next.filter(|key| key.starts_with(prefix)))
}

impl<S, Block> StorageIterator<HashingFor<Block>> for RawIter<S, Block>
where
	Block: BlockT,
	S: StateBackend<HashingFor<Block>, Error = String>,
{
	type Backend = AccountState<S, Block>;
	type Error = String;

	fn next_key(&mut self, state: &Self::Backend) -> Option<Result<StorageKey, String>> {
		if let Some(account) = self.take_account(state) {
			return Some(account);
		}
		match self.peeked.take() {
			Some(key) => Some(Ok(key)),
			None => self.inner.next_key(&state.inner),
		}
	}

	fn next_pair(&mut self, state: &Self::Backend) -> Option<Result<(StorageKey, StorageValue), String>> {
		if self.account.is_none() && self.peeked.is_none() {
			return self.inner.next_pair(&state.inner);
		}
		let key = match self.next_key(state)? {
			Ok(key) => key,
			Err(error) => return Some(Err(error)),
		};
		let value = state.apart(&key).unwrap_or_else(|| state.inner.storage(&key));
		match value {
			Ok(Some(value)) => Some(Ok((key, value))),
			Ok(None) => Some(Err("a key of the state has no value".into())),
			Err(error) => Some(Err(error)),
		}
	}

	fn was_complete(&self) -> bool {
		self.account.is_none() && self.peeked.is_none() && self.inner.was_complete()
	}
}
