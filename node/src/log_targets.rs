//! Log targets of our own crates.

/// Prefixes of all log targets of our crates: module paths, the targets that crates name, and those of the runtimes.
pub const LOG_TARGETS: &[&str] = &["tc_", "top_", "runtime::", "pbft", "lattice", "duties"];
