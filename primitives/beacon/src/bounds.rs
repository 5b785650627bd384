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

/// The number of nodes in the proof of an announcement at most: a path of 32 nodes, with room for values apart from theirs.
pub const MAX_PROOF_NODES: usize = 48;

/// The bytes of the proof of an announcement at most: 128 seats of up to 120 bytes, and the nodes above them.
pub const MAX_PROOF_BYTES: usize = 64 * 1024;

/// The number of headers that a block takes at most, those of handovers included: one of each of a zone's 64 shards and 64
/// siblings, and room for four handovers.
pub const MAX_UPDATE_HEADERS: usize = 256;

/// The number of announcements that a block takes at most: the next committees of a zone's neighbours, in few blocks.
pub const MAX_UPDATE_ANNOUNCEMENTS: usize = 32;

/// The number of pairs of contradicting headers that a block takes at most. The first one freezes its source.
pub const MAX_UPDATE_CONFLICTS: usize = 8;

/// The number of ledgers that the author of a block registers at most.
pub const MAX_UPDATE_REGISTRATIONS: usize = 32;

/// Milliseconds for which a block may be unsealed before its ledger takes no units any more.
pub const MAX_UNSEALED_MS: u64 = 30_000;

/// Milliseconds between two unsealed blocks whose times a ledger keeps.
pub const MARK_MS: u64 = 1_000;

/// The unsealed blocks whose times a ledger keeps at most: twice of what it needs to tell that the first is late.
pub const MAX_MARKS: usize = 64;

/// Milliseconds that the time between two blocks counts at most. Authors may date a block 30 s ahead: with a smaller step they could stretch
/// [`MAX_UNSEALED_MS`] more, since time that is left out passes without counting. What waits for a seal, some seconds, has room above it.
pub const MAX_STEP_MS: u64 = 15_000;
