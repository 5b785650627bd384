//! Log targets of our own crates.

/// Prefixes of all log targets of our crates: module paths, the targets that crates name, and those of the runtimes.
pub const LOG_TARGETS: &[&str] =
	&["tc_", "top_", "runtime::", "pbft", "lattice", "duties", "account-store", "account-sync", "pool-events"];

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_targets_of_all_services_are_among_them() {
		for target in tc_chain::SERVICE_LOG_TARGETS.iter().copied().flatten() {
			assert!(LOG_TARGETS.iter().any(|prefix| target.starts_with(prefix)), "{target}");
		}
	}
}
