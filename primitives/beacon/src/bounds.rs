//! The bounds of what a ledger keeps of its neighbours.

/// The number of headers of a source that are held at most. Packets are proved below the newest; the others serve packets
/// that are on their way, for about 3 s of a shard's blocks.
pub const MAX_HELD: usize = 32;

/// The number of epochs of a source that are kept at most: the running one, the one before for evidence, and the next.
pub const KEPT_EPOCHS: usize = 3;

/// The number of sources at most: a zone with as many shards and siblings as a network has at all.
pub const MAX_SOURCES: usize = 2_048;

/// The number of epochs that one handover crosses at most: eight days of epochs of six hours. A committee of 128 costs 86
/// signatures an epoch.
pub const MAX_HANDOVER: usize = 32;
