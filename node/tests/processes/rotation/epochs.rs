//! Ten processes over many epochs.

use crate::{
	rotation::ledger::Ledger,
	support::{
		block_on, invariants::Follower, processes_naming, running::Running, top_node, turn, wait_until, Outcome,
	},
};
use futures::future;
use nix::{
	sys::signal::{kill, Signal},
	unistd::Pid,
};
use std::{collections::BTreeMap, ops::RangeInclusive, path::Path, time::Duration};
use top_node::commands::format_amount;
use top_runtime_common::development::{node_account, node_path};
use tp_core::{Balance, TOP};

/// How long an epoch may take.
const EPOCH_TIMEOUT: Duration = Duration::from_secs(60);
/// Maximum time between two blocks in half of the epochs: the idle pace, and the timeout of view 0 or of a second one. A node
/// is stopped while it has a seat, so that its turns end by timeouts.
const USUAL_GAP_MS: u64 = 1_000 + 1_000 + 1_000;
/// Maximum time between two blocks ever: the idle pace, and the timeouts of views 0 to 2. A machine that is busy with something
/// else for a second costs a view more.
const LONGEST_GAP_MS: u64 = 1_000 + (1_000 + 2_000 + 4_000);
/// Blocks of an epoch of 20 s and its closing blocks, from the idle pace of one a second up to five a second.
const BLOCKS: RangeInclusive<u64> = 20..=120;
/// Not registered at the genesis.
const NEWCOMER: u16 = 10;
/// Leaves early.
const LEAVER: u16 = 9;
/// Sits in the first committee, and claims what it earned.
const EARNER: u16 = 3;
/// Stops for some epochs.
const STOPPED: u16 = 2;
/// Has a balance, and no node: it votes.
const VOTER: u16 = 16;
/// Has a balance, no node and no votes.
const STRANGER: u16 = 15;

/// Epochs of the run, at least. The draws decide when the newcomer has a seat and when the stopped node loses its own: the
/// run goes on until both have happened.
fn epochs() -> usize {
	match std::env::var_os("TOP_ROTATION_FULL") {
		Some(_) => 30,
		// Most draws need six, and the rest rotates.
		None => 8,
	}
}
/// The test ends the run, long before these epochs.
const MOST_EPOCHS: &str = "--epochs=1000";

/// Returns the process of the n-th node.
fn process(folder: &Path, number: u16) -> Pid {
	let base = format!("--base-path={}", folder.join("net").join(format!("node-{number}")).display());
	let found = processes_naming(folder).into_iter().find(|(_, line)| line.split(' ').any(|word| word == base));
	Pid::from_raw(found.expect("the node runs").0)
}

#[test]
fn seats_rotate_newcomers_come_leavers_go_and_the_accounts_balance() {
	let _turn = turn::alone();
	let folder = tempfile::tempdir().unwrap();
	let report = folder.path().join("report.json");
	let epochs = epochs();
	let report_option = format!("--report={}", report.display());
	let mut network = Running::start(
		folder.path(),
		10,
		&["--preset=rotation", MOST_EPOCHS, &report_option, "--", "--rpc-methods=unsafe"],
	);
	network.wait_until_up();
	let url = network.rpc_url(0);
	let controller = |number: u16| format!("//{}", node_path(number));
	let vote = |node: &str, amount: &str| {
		top_node(["node", "vote", "--from", &controller(VOTER), "--node", node, "--amount", amount, "--url", &url])
	};
	let unvote = |vote: &str| top_node(["node", "unvote", "--from", &controller(VOTER), "--vote", vote, "--url", &url]);
	let claim = |number: u16| top_node(["node", "claim", "--from", &controller(number), "--url", &url]);

	let claimed = block_on(async {
		let ledger = Ledger::at(&url).await;

		// A newcomer registers over the command line, at its own node.
		let registered = top_node([
			"node",
			"register",
			"--from",
			&controller(NEWCOMER),
			"--roles=router",
			// A large deposit, so that it is drawn soon; the cap is about as high.
			"--deposit=9000",
			"--dividend=20",
			"--url",
			&network.rpc_url(NEWCOMER - 1),
		]);
		assert_eq!(registered.code, Some(0), "{registered:?}");
		let newcomer = ledger.node(NEWCOMER).await.expect("it is registered");
		let counts_from = newcomer.keys_count_from;
		println!("node {NEWCOMER} is registered in epoch {}, draws from epoch {counts_from}", counts_from - 2);
		let twice = top_node([
			"node",
			"register",
			"--from",
			&controller(NEWCOMER),
			"--roles=router",
			"--deposit=1000",
			"--url",
			&url,
		]);
		twice.assert_failure(&["already"]);

		// A voter votes for a node that stays and for another that leaves.
		vote(&controller(STRANGER), "50").assert_failure(&["controls no node"]);
		vote(&controller(EARNER), "20000").assert_failure(&["can lock", "less than 20000 TOP"]);
		let votes = ledger.node(EARNER).await.unwrap().votes;
		number_of_vote(&vote(&controller(EARNER), "50"));
		assert_eq!(ledger.node(EARNER).await.unwrap().votes, votes + 50 * TOP);
		let before = ledger.free(&node_account(VOTER)).await;
		let for_leaver = number_of_vote(&vote(&controller(LEAVER), "50"));
		assert_eq!(ledger.free(&node_account(VOTER)).await, before - 50 * TOP);
		unvote(&for_leaver).assert_failure(&["VoteLocked"]);
		unvote("999").assert_failure(&["has no vote 999", &for_leaver]);

		// A leaver.
		let before = ledger.free(&node_account(LEAVER)).await;
		let left = top_node(["node", "leave", "--from", &controller(LEAVER), "--url", &url]);
		assert_eq!(left.code, Some(0), "{left:?}");
		let leaving = ledger.node(LEAVER).await.unwrap().leaving.expect("it leaves");
		let early = top_node(["node", "withdraw", "--from", &controller(LEAVER), "--url", &url]);
		early.assert_failure(&["DepositLocked"]);

		// At the same time: both may take any number of epochs, and the run ends. Meanwhile a follower checks every tenth state.
		let follower = Follower::of_main(&ledger.0);
		let work = future::join(stops_and_returns(&ledger, folder.path()), newcomer_votes(&ledger));
		let follows = follower.check_until(async || false);
		future::select(std::pin::pin!(work), std::pin::pin!(follows)).await;

		// The deposit is free after the delay.
		ledger.until_epoch(leaving.after_epoch + 1, 10 * EPOCH_TIMEOUT).await;
		ledger
			.until("the leaver's deposit", EPOCH_TIMEOUT, async || {
				top_node(["node", "withdraw", "--from", &controller(LEAVER), "--url", &url]).code == Some(0)
			})
			.await;
		let after = ledger.free(&node_account(LEAVER)).await;
		assert!(ledger.node(LEAVER).await.is_none());
		println!("node {LEAVER} has {} back, in epoch {}", format_amount(after - before), ledger.epoch().await);

		// The lock of a vote holds until its own end, also if the node has left.
		let before = ledger.free(&node_account(VOTER)).await;
		unvote(&for_leaver).assert_failure(&["VoteLocked"]);
		assert_eq!(ledger.free(&node_account(VOTER)).await, before);

		// Claims pay the rewards of nodes and voters.
		let mut claimed_in_all = 0;
		for number in [EARNER, VOTER] {
			let account = node_account(number);
			let owed: Balance = ledger.0.runtime_call("StakeApi_claimable", &account, None).await.unwrap();
			let before = ledger.free(&account).await;
			let outcome = claim(number);
			assert_eq!(outcome.code, Some(0), "{outcome:?}");
			let claimed = ledger.free(&account).await - before;
			assert!(owed > 0 && claimed >= owed, "{claimed} of {owed}");
			claimed_in_all += claimed;
			assert!(outcome.stdout.contains(&format!("has claimed {},", format_amount(claimed))), "{outcome:?}");
			println!("{} has claimed {}", controller(number), format_amount(claimed));
		}
		claim(STRANGER).assert_failure(&["nothing to claim"]);

		// The first block after an epoch reports what was claimed by then.
		let claimed_in = usize::try_from(ledger.epoch().await).unwrap();
		let is_over = async || rows(&report).len() >= epochs.max(claimed_in + 1);
		let checked = follower.check_until(is_over).await;
		println!("invariants of all pallets hold on {checked} states, the last of which is the newest");
		claimed_in_all
	});

	kill(network.pid(), Signal::SIGINT).unwrap();
	wait_until("the end of the run", EPOCH_TIMEOUT, || network.process.try_wait().unwrap().is_some());
	let output = network.output();
	println!("{output}");
	assert!(network.process.wait().unwrap().success(), "{output}");
	judge(&rows(&report), claimed);
}

/// Returns the epochs of the report so far.
fn rows(report: &Path) -> Vec<serde_json::Value> {
	let Ok(text) = std::fs::read(report) else { return Vec::new() };
	let report: serde_json::Value = serde_json::from_slice(&text).unwrap();
	report["epochs"].as_array().unwrap().clone()
}

/// Stops a node with a seat until it has none, and waits until it recovers.
async fn stops_and_returns(ledger: &Ledger, folder: &Path) {
	let stopped = process(folder, STOPPED);
	let mut seated = ledger.epoch().await;
	// It sits in the first committee. On a slow machine the next ones may have been drawn by now.
	ledger
		.until("a seat of the node that stops", 20 * EPOCH_TIMEOUT, async || {
			seated = ledger.epoch().await;
			ledger.sits(STOPPED, seated).await
		})
		.await;
	let reputation = ledger.node(STOPPED).await.unwrap().reputation;
	kill(stopped, Signal::SIGSTOP).unwrap();
	ledger
		.until("a lower reputation", 4 * EPOCH_TIMEOUT, async || {
			ledger.node(STOPPED).await.unwrap().reputation < reputation
		})
		.await;
	ledger
		.until("the loss of its seat", 6 * EPOCH_TIMEOUT, async || !ledger.sits(STOPPED, ledger.epoch().await).await)
		.await;
	let unseated = ledger.epoch().await;
	kill(stopped, Signal::SIGCONT).unwrap();
	// The reputation for the epoch of the lost seat comes after that epoch: it may fall further before it rises.
	let mut lowest = ledger.node(STOPPED).await.unwrap();
	let mut latest = lowest.clone();
	ledger
		.until("its recovery", 5 * EPOCH_TIMEOUT, async || {
			latest = ledger.node(STOPPED).await.unwrap();
			if latest.reputation < lowest.reputation {
				lowest = latest.clone();
			}
			latest.reputation > lowest.reputation
		})
		.await;
	assert!(latest.reputation <= lowest.reputation.raised(300), "it recovers step by step");
	println!(
		"node {STOPPED} stopped in epoch {seated} at {reputation:?}: without a seat in epoch {unseated}, at {:?} at the least, \
		 stays away until {:?}; at {:?} again in epoch {}",
		lowest.reputation,
		lowest.stays_away_until,
		latest.reputation,
		ledger.epoch().await
	);
}

/// The newcomer is drawn, and votes.
async fn newcomer_votes(ledger: &Ledger) {
	let mut seat = None;
	ledger
		.until("a seat for the newcomer", 20 * EPOCH_TIMEOUT, async || {
			let epoch = ledger.epoch().await;
			seat = ledger.sits(NEWCOMER, epoch).await.then_some(epoch);
			seat.is_some()
		})
		.await;
	let seat = seat.unwrap();
	let key = ledger.node(NEWCOMER).await.unwrap().keys.pbft;
	let mut signed = 0;
	ledger
		.until("a vote of the newcomer", 2 * EPOCH_TIMEOUT, async || {
			let head = ledger.0.finalized_head().await.unwrap();
			let parent = ledger.0.header(head).await.unwrap().parent_hash;
			let committee = ledger.0.committee(parent).await.unwrap();
			let certificate = ledger.0.certificate(head).await.unwrap();
			let index = committee.index_of(&key);
			signed += u32::from(index.is_some_and(|index| certificate.signers.iter().any(|signer| signer == index)));
			signed > 0
		})
		.await;
	println!("node {NEWCOMER} has a seat in epoch {seat}, and votes");
}

/// Returns the number of a vote, as the command prints it.
fn number_of_vote(voted: &Outcome) -> String {
	assert_eq!(voted.code, Some(0), "{voted:?}");
	let number = voted.stdout.strip_prefix("Vote ").and_then(|rest| rest.split_once(':'));
	number.unwrap_or_else(|| panic!("no number: {voted:?}")).0.to_owned()
}

/// Checks the report. `claimed` is what the test has claimed.
fn judge(rows: &[serde_json::Value], claimed: Balance) {
	let epochs = rows.len() as u64;
	let number = |row: &serde_json::Value, field: &str| row[field].as_u64().unwrap_or_else(|| panic!("{field}: {row}"));
	let (mut seats, mut changed, mut transfers) = (BTreeMap::<String, u32>::new(), 0, 0);
	let mut gaps = Vec::new();
	for (expected, row) in (0..).zip(rows) {
		assert_eq!(number(row, "number"), expected);
		assert!(BLOCKS.contains(&number(row, "blocks")), "{row}");
		let committee = row["committee"].as_array().unwrap();
		assert!((3..=4).contains(&committee.len()), "{row}");
		for member in committee {
			let member = member.as_str().unwrap();
			assert!(member.starts_with("node-"), "a seat of an unknown node: {row}");
			*seats.entry(member.to_owned()).or_default() += 1;
		}
		gaps.push(number(row, "longest_gap_ms"));
		assert_eq!(
			number(row, "issued"),
			number(row, "claimable") + number(row, "claimed") + number(row, "burned"),
			"the accounts do not balance: {row}"
		);
		changed += u64::from(number(row, "seats_changed") > 0);
		transfers += number(row, "transfers_final");
	}
	gaps.sort_unstable();
	println!("seats of {epochs} epochs: {seats:?}; the longest times between two blocks of each, in ms: {gaps:?}");
	assert!(gaps[gaps.len() / 2] <= USUAL_GAP_MS, "a slow network: {gaps:?}");
	assert!(gaps.last().is_some_and(|longest| *longest <= LONGEST_GAP_MS), "a stall: {gaps:?}");
	assert!(changed * 2 >= epochs, "seats rotate: they changed in {changed} of {epochs} epochs");
	assert!(seats.len() >= 7, "most nodes are drawn some time: {seats:?}");
	assert!(transfers > epochs, "there was traffic: {transfers}");
	assert!(
		Balance::from(number(&rows[rows.len() - 1], "claimed")) >= claimed,
		"the report has the claims of {claimed}"
	);
}
