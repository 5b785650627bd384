//! Complaints in the logs of nodes.

/// What a node logs when it is asked to stop. Its tasks end in no fixed order after that, and the SDK's tasks may
/// complain about each other. Their lines do not mean that the node is unhealthy.
pub const STOPPING: &str = "Stopping: received a signal";

/// Part of the line that a starting process logs.
const STARTING: &str = "Chain specification:";
/// Returns the lines of a detailed log (date, time, level, thread, target, text) at level warn or error. After
/// [`STOPPING`], only lines of `own_targets` count: prefixes of log targets.
pub fn complaints_in(log: &str, own_targets: &[&str]) -> Vec<String> {
	let mut stopping = false;
	let mut complaints = Vec::new();
	for line in log.lines() {
		// The next process appends to the same log.
		stopping = (stopping || line.contains(STOPPING)) && !line.contains(STARTING);
		if is_complaint(line) && (!stopping || is_own(line, own_targets)) {
			complaints.push(line.to_owned());
		}
	}
	complaints
}

fn is_complaint(line: &str) -> bool {
	line.split_whitespace().nth(2).is_some_and(|level| matches!(level, "WARN" | "ERROR"))
}

fn is_own(line: &str, own_targets: &[&str]) -> bool {
	line.split_whitespace().nth(4).is_some_and(|target| own_targets.iter().any(|own| target.starts_with(own)))
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
	fn of_a_stopping_node_only_complaints_of_the_own_targets_count() {
		let line = |level: &str, text: &str| format!("2026-01-01 00:00:00.000 {level} main {text}\n");
		let (starts, stops) =
			(line("INFO", &format!("sc_cli: {STARTING} 1")), line("INFO", &format!("top_node: {STOPPING}")));
		let (of_sdk, own) = (line("ERROR", "sc_service: lost"), line("ERROR", "pbft: lost"));
		let count = |lines: &[&String]| {
			complaints_in(&lines.iter().map(|line| line.as_str()).collect::<String>(), &["pbft"]).len()
		};
		assert_eq!(count(&[&starts, &of_sdk, &own]), 2);
		assert_eq!(count(&[&starts, &stops, &of_sdk, &own]), 1);
		assert_eq!(count(&[&starts, &stops, &starts, &of_sdk, &own]), 2);
	}
}
