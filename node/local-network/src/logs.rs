//! Complaints in the logs of nodes.

/// What a node logs when it is asked to stop. Its tasks end in no fixed order after that, and the SDK's tasks may
/// complain about each other. Their lines do not mean that the node is unhealthy.
pub const STOPPING: &str = "Stopping: received a signal";

/// Part of the line that a starting process logs.
const STARTING: &str = "Chain specification:";
/// Prefixes of the log targets of our own crates.
const OUR_TARGETS: [&str; 6] = ["tc_", "top_", "pbft", "lattice", "duties", "runtime::"];

/// Returns the lines of a detailed log (date, time, level, thread, target, text) at level warn or error. After
/// [`STOPPING`], only lines of our own crates count.
pub fn complaints_in(log: &str) -> Vec<String> {
	let mut stopping = false;
	let mut complaints = Vec::new();
	for line in log.lines() {
		// The next process appends to the same log.
		stopping = (stopping || line.contains(STOPPING)) && !line.contains(STARTING);
		if is_complaint(line) && (!stopping || is_ours(line)) {
			complaints.push(line.to_owned());
		}
	}
	complaints
}

fn is_complaint(line: &str) -> bool {
	line.split_whitespace().nth(2).is_some_and(|level| matches!(level, "WARN" | "ERROR"))
}

fn is_ours(line: &str) -> bool {
	line.split_whitespace().nth(4).is_some_and(|target| OUR_TARGETS.iter().any(|ours| target.starts_with(ours)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn complaints_are_found_by_their_level() {
		assert!(is_complaint("2026-01-01 00:00:00.000  WARN main sync: lost"));
		assert!(is_complaint("2026-01-01 00:00:00.000 ERROR main sync: lost"));
		assert!(!is_complaint("2026-01-01 00:00:00.000  INFO main sync: an ERROR of another node"));
	}

	#[test]
	fn of_a_stopping_node_only_our_own_complaints_count() {
		let line = |level: &str, text: &str| format!("2026-01-01 00:00:00.000 {level} main {text}\n");
		let (starts, stops) =
			(line("INFO", &format!("sc_cli: {STARTING} 1")), line("INFO", &format!("top_node: {STOPPING}")));
		let (of_sdk, of_ours) = (line("ERROR", "sc_service: lost"), line("ERROR", "pbft: lost"));
		let count =
			|lines: &[&String]| complaints_in(&lines.iter().map(|line| line.as_str()).collect::<String>()).len();
		assert_eq!(count(&[&starts, &of_sdk, &of_ours]), 2);
		assert_eq!(count(&[&starts, &stops, &of_sdk, &of_ours]), 1);
		assert_eq!(count(&[&starts, &stops, &starts, &of_sdk, &of_ours]), 2);
	}
}
