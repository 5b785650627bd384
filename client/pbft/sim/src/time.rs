//! Virtual time, and what clocks show.

/// Milliseconds of virtual time.
pub type Time = u64;

/// What a right clock shows at the start of a run.
pub const START_MS: Time = 1_000_000;
/// Largest error of a correct replica's clock, either way. Two of them differ by less than [`MAX_AHEAD_MS`].
pub const MAX_CLOCK_OFFSET_MS: Time = 14_000;
/// Longest time that a block may be ahead of a replica's clock.
pub const MAX_AHEAD_MS: Time = 30_000;
