//! The two choices on which agreement rests, as one value.

use crate::{NewView, Signed, ViewChange};
use tp_pbft::{BlockHash, Committee};

/// How many votes decide, and which block a new view must propose.
///
/// The product only ever has [`Rules::SOUND`]. They are a value because the simulator has to show that its checks
/// notice when one of them is wrong. Nobody else may make another: the dependency rules check that nobody names it.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
	/// Votes of distinct members that decide.
	pub(crate) quorum: fn(&Committee) -> usize,
	/// Rule 3: the block that follows from the view changes of a new view; `None` if any valid block will do.
	pub(crate) block_of: fn(&[Signed<ViewChange>]) -> Option<BlockHash>,
}

impl Rules {
	/// The rules of the protocol.
	pub const SOUND: Self = Self { quorum: Committee::quorum, block_of: NewView::block_of };

	/// Rules that break the protocol, for the simulator alone.
	#[doc(hidden)]
	pub const fn weakened(
		quorum: fn(&Committee) -> usize,
		block_of: fn(&[Signed<ViewChange>]) -> Option<BlockHash>,
	) -> Self {
		Self { quorum, block_of }
	}
}
