//! Virtual time, and the clocks of nodes.

/// Milliseconds of virtual time.
pub type Time = u64;

/// What a right clock shows at the start of a run.
pub const START_MS: Time = 1_000_000;
/// Largest error of a correct replica's clock, either way. Two of them differ by less than a block may be ahead.
pub const MAX_CLOCK_OFFSET_MS: Time = 14_000;
