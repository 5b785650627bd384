use super::{Checkout, WORKSPACE};
use crate::weakened_consensus;
use std::{fs, path::Path};

#[test]
fn only_the_simulator_weakens_consensus() {
	let checkout = Checkout::new(
		"consensus",
		&[
			("client/pbft/core/src/replica/file.rs", "Rules::weakened"),
			("client/pbft/sim/tests/file.rs", "Rules::weakened"),
			("client/pbft/engine/src/file.rs", "let rules = Rules::weakened(quorum, block);"),
			("node/tests/file.rs", "Replica::with_rules(rules)"),
			("node/target/file.rs", "Replica::with_rules(rules)"),
		],
	);
	let found = weakened_consensus(checkout.path()).unwrap();
	assert_eq!(found.len(), 2, "{found:#?}");
	assert!(found[0].starts_with("client/pbft/engine/src/file.rs") && found[1].starts_with("node/tests/file.rs"));

	let workspace = Path::new(WORKSPACE);
	assert!(fs::read_to_string(workspace.join("client/pbft/sim/tests/weakened.rs"))
		.unwrap()
		.contains("Rules::weakened"));
	assert_eq!(weakened_consensus(workspace).unwrap(), Vec::<String>::new());
}
