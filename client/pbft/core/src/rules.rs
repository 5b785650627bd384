//! The choices on which agreement and progress rest, as one value.

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
	/// Whether a verdict that nothing is known of a block counts as "not valid", for the whole height.
	pub(crate) keeps_local_verdicts: bool,
	/// Whether a replica stops voting when it sees that a second process votes with its key.
	pub(crate) guards_key: bool,
	/// Whether replicas pass on what other members lack.
	pub(crate) relays: bool,
}

impl Rules {
	/// The rules of the protocol.
	pub const SOUND: Self = Self {
		quorum: Committee::quorum,
		block_of: NewView::block_of,
		keeps_local_verdicts: false,
		guards_key: true,
		relays: true,
	};

	/// Returns rules that break the protocol. For the simulator only.
	#[doc(hidden)]
	pub const fn weakened(
		quorum: fn(&Committee) -> usize,
		block_of: fn(&[Signed<ViewChange>]) -> Option<BlockHash>,
	) -> Self {
		Self { quorum, block_of, ..Self::SOUND }
	}

	/// Returns rules under which a replica keeps verdicts that only its own state or clock explains. For the simulator
	/// only.
	#[doc(hidden)]
	pub const fn weakened_verdicts() -> Self {
		Self { keeps_local_verdicts: true, ..Self::SOUND }
	}

	/// Returns rules under which no replica passes on messages of others. For the simulator only.
	#[doc(hidden)]
	pub const fn weakened_relaying() -> Self {
		Self { relays: false, ..Self::SOUND }
	}

	/// Returns these rules for a byzantine member, which votes on beside a second process with its key. For the simulator
	/// only.
	#[doc(hidden)]
	pub const fn unguarded(self) -> Self {
		Self { guards_key: false, ..self }
	}
}
