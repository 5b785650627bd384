//! The claims of a block's roots, with the trees from which they are proved.

use sp_core::H256;
use tp_core::merkle::MerklePath;
use tp_mailbox::{Claim, Claims, CursorClaim, Lane, LaneClaim};

/// The claims of one block, each by ascending lane.
#[derive(Clone, Debug)]
pub struct Trees {
	outbox: Claims<LaneClaim>,
	inbox: Claims<CursorClaim>,
}

impl Default for Trees {
	fn default() -> Self {
		Self { outbox: Claims::new(Vec::new()), inbox: Claims::new(Vec::new()) }
	}
}

impl Trees {
	/// Returns the trees of the claims that the roots of the next block commit to, by ascending lane. What did not change since
	/// this block is not hashed again.
	pub fn next(&self, outbox: Vec<LaneClaim>, inbox: Vec<CursorClaim>) -> Self {
		Self { outbox: self.outbox.with(outbox), inbox: self.inbox.with(inbox) }
	}

	/// Returns the outbox root and the inbox root.
	pub fn roots(&self) -> (H256, H256) {
		(self.outbox.root(), self.inbox.root())
	}

	/// Returns the claims of the outbox.
	pub fn outbox(&self) -> &[LaneClaim] {
		self.outbox.all()
	}

	/// Returns the claims of the inbox.
	pub fn inbox(&self) -> &[CursorClaim] {
		self.inbox.all()
	}

	/// Returns the claim of a lane that begins at the ledger, with its path to the outbox root.
	pub fn outbound(&self, lane: &Lane) -> Option<(LaneClaim, MerklePath)> {
		prove(&self.outbox, lane, |claim| &claim.lane)
	}

	/// Returns the claim of a lane that leads to the ledger, with its path to the inbox root.
	pub fn inbound(&self, lane: &Lane) -> Option<(CursorClaim, MerklePath)> {
		prove(&self.inbox, lane, |claim| &claim.lane)
	}

	/// Returns the cursor of a lane that leads to the ledger.
	pub fn cursor(&self, lane: &Lane) -> Option<&CursorClaim> {
		let claims = self.inbox();
		claims.binary_search_by(|claim| claim.lane.cmp(lane)).ok().map(|index| &claims[index])
	}
}

fn prove<C: Claim + Clone>(claims: &Claims<C>, lane: &Lane, of: impl Fn(&C) -> &Lane) -> Option<(C, MerklePath)> {
	claims.at(claims.all().binary_search_by(|claim| of(claim).cmp(lane)).ok()?)
}
