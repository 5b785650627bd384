//! The accounts at one version.

use crate::{error::StoreError, head::Head, state::State};
use std::sync::Arc;
use tp_account_store::{AccountKey, AccountProof, Hash};

/// Reads the accounts at one version, while others are committed. The version is kept as long as the view lives, within
/// [`crate::Limits::pinned_bytes`].
pub struct View {
	pub(crate) state: Arc<State>,
	head: Head,
}

impl View {
	/// Opens a version.
	pub(crate) fn open(state: Arc<State>, version: u64) -> Result<Self, StoreError> {
		let head = state.pin(version)?;
		Ok(Self { state, head })
	}

	/// Opens the newest version.
	pub(crate) fn newest(state: Arc<State>) -> Self {
		loop {
			let version = state.head().version;
			// Fails if commits made the version too old between the two steps.
			if let Ok(head) = state.pin(version) {
				return Self { state, head };
			}
		}
	}

	/// Returns the version, with the block that made it.
	pub fn head(&self) -> Head {
		self.head
	}

	/// Returns the version.
	pub fn version(&self) -> u64 {
		self.head.version
	}

	/// Returns the root of the accounts.
	pub fn root(&self) -> Hash {
		self.head.root
	}

	/// Returns the value of an account.
	pub fn get(&self, key: &AccountKey) -> Result<Option<Vec<u8>>, StoreError> {
		self.state.get(self.head.version, key)
	}

	/// Returns the first account whose key is above a sequence of bytes of any length.
	pub fn next_key(&self, above: &[u8]) -> Result<Option<AccountKey>, StoreError> {
		self.state.next(self.head.version, above)
	}

	/// Proves the value of an account, or its absence, against [`Self::root`].
	pub fn prove(&self, key: &AccountKey) -> Result<AccountProof, StoreError> {
		self.state.prove(self.head.version, key)
	}

	/// Iterates over all accounts in ascending order.
	pub fn accounts(&self) -> Accounts<'_> {
		Accounts { view: self, above: Vec::new(), ended: false }
	}
}

impl Drop for View {
	fn drop(&mut self) {
		self.state.unpin(self.head.version);
	}
}

/// Iterates over the accounts of a view. It ends after an error.
pub struct Accounts<'a> {
	view: &'a View,
	above: Vec<u8>,
	ended: bool,
}

impl Iterator for Accounts<'_> {
	type Item = Result<(AccountKey, Vec<u8>), StoreError>;

	fn next(&mut self) -> Option<Self::Item> {
		if self.ended {
			return None;
		}
		let next = self.view.next_key(&self.above).and_then(|key| match key {
			Some(key) => Ok(self.view.get(&key)?.map(|value| (key, value))),
			None => Ok(None),
		});
		match next {
			Ok(Some((key, value))) => {
				self.above = key.0.to_vec();
				Some(Ok((key, value)))
			},
			Ok(None) => {
				self.ended = true;
				None
			},
			Err(error) => {
				self.ended = true;
				Some(Err(error))
			},
		}
	}
}
