//! The other lane of a chain, as the unit lane sees it.

use std::collections::BTreeSet;
use tp_core::{AccountId, Nonce};

/// The extrinsics that wait in a node's transaction pool. They take nonces from the same sequence as units.
pub trait Extrinsics: Send + Sync {
	/// Returns the nonces of an account's extrinsics.
	fn waiting(&self, account: &AccountId) -> BTreeSet<Nonce>;
}

/// No extrinsics, for tools and tests.
impl Extrinsics for () {
	fn waiting(&self, _: &AccountId) -> BTreeSet<Nonce> {
		BTreeSet::new()
	}
}
