//! Sync of a node without blocks: from other nodes, two thousand at a time, or from a file; with a certificate for
//! each block.

use crate::support::{self, block_on, network, turn, witness::hashes, LogsOnFailure, TestNetwork, UP_TIMEOUT};
use codec::Encode;
use std::{
	fs,
	time::{Duration, Instant},
};
use top_node::{chain_spec::Preset, LOG_TARGETS};
use top_sdk::RpcClient;
use tp_core::Hash;
use tp_pbft::{check_signature, find_next_committee, Certificate, Domain};

/// Blocks to sync.
const BLOCKS: u32 = 2_000;
/// How long four validators may take to make them.
const MAKING_TIMEOUT: Duration = Duration::from_secs(600);
/// How long the fifth node may take to sync them.
const SYNC_TIMEOUT: Duration = Duration::from_secs(180);

#[test]
fn blocks_from_a_file_are_verified() {
	let _turn = turn::beside_another();
	let TestNetwork { mut network, folder } = network(Preset::Dev, 0);
	network.start().unwrap();
	block_on(network.wait_for_height(4, UP_TIMEOUT)).unwrap();
	let node = &mut network.nodes_mut()[0];
	node.stop(UP_TIMEOUT).unwrap();
	let spec = format!("--chain={}", folder.path().join("spec.json").display());
	let source = format!("--base-path={}", node.folder().display());
	let fresh = folder.path().join("fresh");
	let (other, file) = (format!("--base-path={}", fresh.display()), folder.path().join("blocks.json"));
	let file = file.to_str().unwrap();
	let succeeds = |arguments: &[&str]| {
		let outcome = support::top_node(arguments);
		assert_eq!(outcome.code, Some(0), "{arguments:?}: {outcome:?}");
		outcome
	};
	succeeds(&["export-blocks", &spec, &source, "--from=1", "--to=4", file]);

	// A certificate of another block: the import stops there.
	let text = fs::read_to_string(file).unwrap();
	let mut blocks: Vec<serde_json::Value> =
		serde_json::Deserializer::from_str(&text).into_iter().collect::<Result<_, _>>().unwrap();
	assert_eq!(blocks.len(), 4);
	blocks[2]["justifications"] = blocks[1]["justifications"].clone();
	let forged = folder.path().join("forged.json");
	fs::write(&forged, blocks.iter().map(|block| block.to_string()).collect::<Vec<_>>().join("\n")).unwrap();
	let refused = support::top_node(["import-blocks", &spec, &other, forged.to_str().unwrap()]);
	let best = |base: &str| {
		let outcome = succeeds(&["chain-info", &spec, base]);
		let info: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
		info["best_number"].as_u64().unwrap_or_else(|| panic!("{info}"))
	};
	assert_eq!(best(&other), 2, "{refused:?}");

	succeeds(&["import-blocks", &spec, &other, file]);
	assert_eq!(best(&other), 4);
	succeeds(&["purge-chain", "-y", &spec, &other]);
	assert_eq!(best(&other), 0);
}

#[test]
fn a_fresh_node_syncs_two_thousand_blocks_with_their_certificates() {
	let _turn = turn::beside_another();
	let TestNetwork { mut network, folder: _folder } = network(Preset::LocalFast, 1);
	let _logs = LogsOnFailure::of(&network);
	let (fresh, validators) = network.nodes_mut().split_last_mut().unwrap();
	for node in validators.iter_mut() {
		node.start().unwrap();
	}
	// The test queries its committee at every height.
	fresh.set_extra_args(vec!["--state-pruning=archive".into()]);
	block_on(async {
		validators[0].wait_for_height(1, UP_TIMEOUT).await.unwrap();
		let making = Instant::now();
		validators[0].wait_for_height(BLOCKS, MAKING_TIMEOUT).await.unwrap();
		println!("four validators made {BLOCKS} blocks in {:.1} s", making.elapsed().as_secs_f64());

		let started = Instant::now();
		fresh.start().unwrap();
		fresh.wait_for_height(0, UP_TIMEOUT).await.unwrap();
		let answers = started.elapsed();
		let client = fresh.rpc().await.unwrap();
		let found = client.finalized_height().await.unwrap();
		fresh.wait_for_height(BLOCKS, SYNC_TIMEOUT).await.unwrap();
		let synced = started.elapsed();
		let rest = (synced - answers).as_secs_f64();
		println!(
			"a fresh node had them {:.1} s after its start; it answered after {:.1} s with {found} blocks, and got the \
			 rest at {:.0} blocks/s, while the others went on",
			synced.as_secs_f64(),
			answers.as_secs_f64(),
			f64::from(BLOCKS - found.min(BLOCKS)) / rest
		);
		// It follows the others now.
		let head = validators[0].rpc().await.unwrap().finalized_height().await.unwrap();
		fresh.wait_for_height(head, SYNC_TIMEOUT).await.unwrap();

		let verifying = Instant::now();
		let of_validator = hashes(&validators[0].rpc().await.unwrap(), 1, BLOCKS).await.unwrap();
		let of_fresh = hashes(&client, 1, BLOCKS).await.unwrap();
		assert_eq!(of_fresh.len(), BLOCKS as usize);
		assert!(of_fresh == of_validator, "the fresh node has other blocks than a validator");
		let epochs = verify_certificates(&client, &of_fresh).await;
		println!(
			"it serves a valid certificate for each of {BLOCKS} blocks in {epochs} epochs (checked in {:.1} s)",
			verifying.elapsed().as_secs_f64()
		);
	});
	let complaints = network.nodes()[4].complaints(LOG_TARGETS).unwrap();
	assert!(complaints.is_empty(), "the fresh node complains: {complaints:?}");
}

/// Checks each block's certificate against the committee in its parent's state, and each change of the committee
/// against the announcement of the header before it. Returns the number of epochs.
async fn verify_certificates(client: &RpcClient, blocks: &[(u32, Hash)]) -> u64 {
	let genesis = client.block_hash(0).await.unwrap();
	let domain = Domain { chain: client.pbft_config().await.unwrap().chain, genesis };
	let mut parent = genesis;
	let mut announced = None;
	let mut epoch = 0;
	for (height, hash) in blocks {
		let header = client.header(*hash).await.unwrap();
		assert_eq!((header.number, header.parent_hash, header.hash()), (*height, parent, *hash));
		let committee = client.committee(parent).await.unwrap();
		if let Some((next, members)) = announced.take() {
			assert_eq!((committee.epoch, &committee.members), (next, &members), "epoch at {height}");
		}
		assert!(committee.epoch == epoch || committee.epoch == epoch + 1);
		epoch = committee.epoch;
		let certificate = client.certificate(*hash).await.unwrap();
		certificate.verify(&domain, &committee, *height, hash, check_signature).unwrap();
		assert!(certificate.signers.count() >= 3, "three of four are a quorum");
		if *height == 1 {
			assert_check_can_fail(&certificate, &domain, &committee, hash);
		}
		announced = find_next_committee(&header.digest);
		parent = *hash;
	}
	epoch + 1
}

/// Checks that wrong certificates fail the check that valid ones pass.
fn assert_check_can_fail(certificate: &Certificate, domain: &Domain, committee: &tp_pbft::Committee, hash: &Hash) {
	let check = |certificate: &Certificate| certificate.verify(domain, committee, 1, hash, check_signature);
	assert!(check(certificate).is_ok());
	let mut forged = certificate.clone();
	forged.signatures.swap(0, 1);
	assert_ne!(forged.encode(), certificate.encode());
	assert!(check(&forged).is_err());
}
