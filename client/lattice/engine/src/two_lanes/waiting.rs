//! The extrinsics that wait in the transaction pool, by account.

use crate::extrinsics::Extrinsics;
use codec::DecodeAll;
use parking_lot::Mutex;
use sc_transaction_pool_api::{InPoolTransaction, TransactionPool, TransactionTag};
use std::{
	collections::{BTreeSet, HashMap},
	sync::Arc,
	time::{Duration, Instant},
};
use tp_core::{AccountId, Nonce};

/// The age at which the list is read again. Reading a full pool takes about a millisecond, so this costs a fiftieth of a core
/// at most. Extrinsics that clients submit at this node are added at once.
const MAX_AGE: Duration = Duration::from_millis(50);

/// Returns the account and the nonce that a tag of an extrinsic names. The SDK's `CheckNonce` makes such tags.
pub(crate) fn tag_of(tag: &TransactionTag) -> Option<(AccountId, Nonce)> {
	<(AccountId, Nonce)>::decode_all(&mut &tag[..]).ok()
}

/// The extrinsics that wait in a transaction pool.
pub struct WaitingExtrinsics<Pool> {
	pool: Arc<Pool>,
	list: Mutex<List>,
}

#[derive(Default)]
struct List {
	read_at: Option<Instant>,
	nonces: HashMap<AccountId, BTreeSet<Nonce>>,
}

impl<Pool> WaitingExtrinsics<Pool> {
	/// Creates the list of a pool.
	pub fn new(pool: Arc<Pool>) -> Self {
		Self { pool, list: Mutex::default() }
	}

	/// Adds an extrinsic that has entered the pool just now, by its tags.
	pub fn add(&self, tags: &[TransactionTag]) {
		let mut list = self.list.lock();
		for (account, nonce) in tags.iter().filter_map(tag_of) {
			list.nonces.entry(account).or_default().insert(nonce);
		}
	}
}

impl<Pool: TransactionPool + 'static> Extrinsics for WaitingExtrinsics<Pool> {
	fn waiting(&self, account: &AccountId) -> BTreeSet<Nonce> {
		let mut list = self.list.lock();
		if list.read_at.is_none_or(|read_at| read_at.elapsed() >= MAX_AGE) {
			let mut nonces = HashMap::<_, BTreeSet<_>>::new();
			let mut note = |tags: &[TransactionTag]| {
				for (account, nonce) in tags.iter().filter_map(tag_of) {
					nonces.entry(account).or_default().insert(nonce);
				}
			};
			self.pool.ready().for_each(|ready| note(ready.provides()));
			self.pool.futures().iter().for_each(|future| note(future.provides()));
			*list = List { read_at: Some(Instant::now()), nonces };
		}
		list.nonces.get(account).cloned().unwrap_or_default()
	}
}
