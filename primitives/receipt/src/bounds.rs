//! The bounds of receipts.

/// The bytes of a receipt at most. Headers between a block and its sealed head are the largest part of it.
pub const MAX_RECEIPT_BYTES: usize = 2 * 1024 * 1024;

/// The number of headers from the block of a message to the sealed head at most: as many as a router keeps above a sealed head.
pub const MAX_LINKS: usize = 1_024;

/// The number of last headers of epochs in a receipt at most: two months of epochs of six hours. An anchor that is older is out of
/// its weak subjectivity anyway.
pub const MAX_HANDOVERS: usize = 256;

/// The number of nodes in the proof of a lane's state at most: a path of 32 nodes, with room for values apart from theirs.
pub const MAX_PROOF_NODES: usize = 48;

/// The bytes of the proof of a lane's state at most. A branch has at most 16 hashes of 32 bytes, a lane at most 64 peaks.
pub const MAX_PROOF_BYTES: usize = 64 * 1024;
