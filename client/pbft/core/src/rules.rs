//! The two choices on which agreement rests, as one value.

use crate::message::{NewView, Signed, ViewChange};
use tp_pbft::{BlockHash, Committee};

/// The number of votes that decide, and the block that a new view must propose.
///
/// Production code uses [`Rules::SOUND`] only. The rules are a value so that the simulator can weaken them and show
/// that its checks find the violation. The dependency rules check that no other crate names `weakened`.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
	/// Returns the number of votes of distinct members that decide.
	pub(crate) quorum: fn(&Committee) -> usize,
	/// Rule 3: returns the block that follows from the view changes of a new view; `None` if any valid block may be
	/// proposed.
	pub(crate) block_of: fn(&[Signed<ViewChange>]) -> Option<BlockHash>,
}

impl Rules {
	/// The rules of the protocol.
	pub const SOUND: Self = Self { quorum: Committee::quorum, block_of: NewView::block_of };

	/// Returns rules that break the protocol. For the simulator only.
	#[doc(hidden)]
	pub const fn weakened(
		quorum: fn(&Committee) -> usize,
		block_of: fn(&[Signed<ViewChange>]) -> Option<BlockHash>,
	) -> Self {
		Self { quorum, block_of }
	}
}
