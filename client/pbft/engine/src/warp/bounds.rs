//! The bounds of a proof.

/// The most bytes of a proof: half of what an answer of the network may have. The largest committees have 15 KB an epoch.
pub const MAX_PROOF_BYTES: usize = 8 * 1024 * 1024;
/// The most epochs of a proof. The verifier checks up to 22,000 signatures then, which takes it less than a second.
pub const MAX_EPOCHS: usize = 256;
