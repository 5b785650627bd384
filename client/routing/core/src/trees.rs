//! The claims of a block's roots, with the trees from which they are proved.

use std::sync::OnceLock;
use tp_core::merkle::MerklePath;
use tp_mailbox::{Claim, Claims, CursorClaim, Lane, LaneClaim};

/// The claims of one block. A tree is built when something is first proved below it, and most blocks prove nothing.
#[derive(Clone, Debug, Default)]
pub struct Trees {
	outbox: Tree<LaneClaim>,
	inbox: Tree<CursorClaim>,
}

/// Claims by ascending lane, each lane once.
#[derive(Clone, Debug)]
struct Tree<C> {
	claims: Vec<C>,
	tree: OnceLock<Claims<C>>,
}

impl<C> Default for Tree<C> {
	fn default() -> Self {
		Self { claims: Vec::new(), tree: OnceLock::new() }
	}
}

impl<C: Claim + Clone> Tree<C> {
	fn new(claims: Vec<C>) -> Self {
		Self { claims, tree: OnceLock::new() }
	}

	fn prove(&self, lane: &Lane, of: impl Fn(&C) -> &Lane) -> Option<(C, MerklePath)> {
		let index = self.claims.binary_search_by(|claim| of(claim).cmp(lane)).ok()?;
		self.tree.get_or_init(|| Claims::new(self.claims.clone())).at(index)
	}
}

impl Trees {
	/// Returns the trees of the claims that a block's outbox root and its inbox root commit to, by ascending lane.
	pub fn new(outbox: Vec<LaneClaim>, inbox: Vec<CursorClaim>) -> Self {
		Self { outbox: Tree::new(outbox), inbox: Tree::new(inbox) }
	}

	/// Returns the claims of the outbox.
	pub fn outbox(&self) -> &[LaneClaim] {
		&self.outbox.claims
	}

	/// Returns the claims of the inbox.
	pub fn inbox(&self) -> &[CursorClaim] {
		&self.inbox.claims
	}

	/// Returns the claim of a lane that begins at the ledger, with its path to the outbox root.
	pub fn outbound(&self, lane: &Lane) -> Option<(LaneClaim, MerklePath)> {
		self.outbox.prove(lane, |claim| &claim.lane)
	}

	/// Returns the claim of a lane that leads to the ledger, with its path to the inbox root.
	pub fn inbound(&self, lane: &Lane) -> Option<(CursorClaim, MerklePath)> {
		self.inbox.prove(lane, |claim| &claim.lane)
	}

	/// Returns the cursor of a lane that leads to the ledger.
	pub fn cursor(&self, lane: &Lane) -> Option<&CursorClaim> {
		let claims = self.inbox();
		claims.binary_search_by(|claim| claim.lane.cmp(lane)).ok().map(|index| &claims[index])
	}
}
