//! What a node knows of a unit.

use tc_lattice::Status;

/// What this node knows of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge {
	/// Its status.
	Known(Status),
	/// Nothing, for the time being.
	Unknown(Ignorance),
}

/// Why this node knows nothing of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Ignorance {
	/// The index lags behind the pool, or lacks the first blocks.
	#[error("this node's index does not have all blocks: ask again in a moment, or ask another node")]
	NotIndexed,
	/// The node keeps no index.
	#[error("this node keeps no index of units, so it cannot tell: ask another node, or start this one with --unit-index=on")]
	NoIndex,
	/// The node has too much to read.
	#[error("this node has more to read than it can: ask again in a moment, or ask another node")]
	Busy,
	/// No block has the unit, and the pool has not either.
	#[error("this node does not have the unit, and no block has: send it again")]
	Nowhere,
}
