use super::*;
use clap::CommandFactory;
use sc_cli::CliConfiguration;

fn parse(line: &str) -> clap::error::Result<Cli> {
	Cli::try_from_iter(line.split_whitespace())
}

#[test]
fn the_command_line_is_consistent() {
	Cli::setup_command(Cli::command()).debug_assert();
}

#[test]
fn the_arguments_of_zombienet_parse() {
	let cli = parse(
		"top-node --chain local.json --name alice --rpc-cors all --rpc-methods unsafe \
		 --node-key 2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90 --no-telemetry \
		 --prometheus-external --validator --prometheus-port 9615 --rpc-port 9944 \
		 --listen-addr /ip4/0.0.0.0/tcp/30333/ws --base-path data \
		 --bootnodes /ip4/127.0.0.1/tcp/30334/ws/p2p/12D3KooWQCkBm1BYtkHpocxCwMgR8yjitEeHGx8spzcDLGt2gkBm",
	)
	.unwrap();
	assert!(cli.subcommand.is_none() && cli.run.base.validator);
}

#[test]
fn each_subcommand_parses() {
	for line in [
		"top-node --dev --tmp",
		"top-node --alice",
		"top-node --two",
		"top-node run --dev",
		"top-node --dev --shards 2",
		"top-node local-network --shards 2 --base-path net",
		"top-node --dev --ui-port 8080",
		"top-node --ui-port 8080 --ui-external --ui-rpc-url wss://node.example.org",
		"top-node local-network --nodes 4 --base-path net",
		"top-node local-network --nodes 4 --base-path net --ui-port 8081",
		"top-node local-network --archive --base-path net -- --rpc-methods=unsafe",
		"top-node tx transfer --from //Alice --to //Bob --amount 1.5",
		"top-node node register --from //Alice --roles router,validator --deposit 1000 --dividend 20",
		"top-node node status --controller //Alice --json",
		"top-node node leave --from //Alice",
		"top-node node leave --from -",
		"top-node node leave --from-file secret",
		"top-node node withdraw --from //Alice",
		"top-node node vote --from //Bob --node //Alice --amount 1.5 --days 600",
		"top-node node unvote --from //Bob --vote 7",
		"top-node node claim --from //Bob",
		"top-node node claim --from //Bob --nodes //Alice,//Dave --url ws://127.0.0.1:9945",
		"top-node receipt verify receipt.hex --anchor zone.json --anchor shard.json --json",
		"top-node receipt fetch 0x00 --level credited --out receipt.hex --url ws://127.0.0.1:9946 --from-epoch 3",
		"top-node receipt anchor --url ws://127.0.0.1:9945 --out zone.json",
		"top-node bench chain --validators 4 --seconds 30 --json",
		"top-node bench compare old new --pairs 3 --lane units --json -- --units 1000",
		"top-node bench units --accounts 100000 --units 200000 --ops-per-unit 16 --validators 7 --store trie --json",
		"top-node key generate",
		"top-node key generate-node-key",
		"top-node build-spec --raw --chain dev",
		"top-node export-chain-spec --chain local",
		"top-node check-block 1",
		"top-node export-blocks --from 1 --to 2",
		"top-node import-blocks blocks.bin",
		"top-node purge-chain -y",
		"top-node revert 1",
		"top-node chain-info",
		"top-node benchmark machine",
		"top-node benchmark pallet --pallet pallet_committee --extrinsic=*",
	] {
		if let Err(error) = parse(line) {
			panic!("{line}: {error}");
		}
	}
}

#[test]
fn wrong_flags_are_refused() {
	for line in [
		"top-node --no-such-flag",
		"top-node --alice --bob",
		"top-node --rpc-port 99999",
		"top-node --dev --shards 17",
		"top-node --dev --shards 2 --account-store memory",
		"top-node local-network --shards 2 --account-store memory --base-path net",
		"top-node --ui-port 99999",
		"top-node --ui-external",
		"top-node --ui-rpc-url wss://node.example.org",
		"top-node --ui-port 8080 --ui-rpc-url http://node.example.org",
		"top-node fly",
		"top-node bench units --ops-per-unit 17",
		"top-node node register --from //Alice --roles king --deposit 1000",
		"top-node node register --from //Alice --roles router --deposit 1000 --dividend 101",
		"top-node node vote --from //Bob --node //Alice --amount 1 --days 29",
		"top-node node vote --from //Bob --node //Alice --amount 1 --days 601",
		"top-node node vote --from //Bob --node //Alice",
		"top-node node unvote --from //Bob --vote first",
		"top-node node claim",
		"top-node receipt verify receipt.hex",
		"top-node receipt fetch 0x00 --level paid --out receipt.hex",
		"top-node receipt fetch 0x00",
		"top-node node leave --from //Alice --from-file secret",
	] {
		assert!(parse(line).is_err(), "{line}");
	}
}

#[test]
fn a_plain_development_node_runs_shards() {
	for (line, shards) in [
		("top-node --dev", 2),
		("top-node --dev --tmp --rpc-port 9000", 2),
		("top-node --dev --shards 0", 0),
		("top-node --dev --shards 3", 3),
		("top-node --dev --account-store memory", 0),
		("top-node --dev --chain shard-dev", 0),
		("top-node --alice --validator --tmp", 0),
		("top-node --chain local --shards 2", 2),
	] {
		assert_eq!(parse(line).unwrap().run.shards(), shards, "{line}");
	}
}

#[test]
fn validators_keep_no_unit_index_unless_they_are_asked_to() {
	let keeps = |line: &str| {
		let cli = parse(&format!("top-node {line} --tmp --unsafe-force-node-key-generation")).unwrap();
		let runtime = tokio::runtime::Runtime::new().unwrap();
		let config = cli.run.base.create_configuration(&cli, runtime.handle().clone());
		cli.run.keeps_unit_index(&config.unwrap())
	};
	assert!(!keeps("--chain shard-local --validator"));
	assert!(!keeps("--chain shard-local --alice"));
	assert!(keeps("--chain shard-local --alice --unit-index on"));
	assert!(keeps("--chain shard-local"), "a full node");
	assert!(!keeps("--chain shard-local --unit-index=off"));
	assert!(keeps("--dev") && keeps("--chain shard-dev --alice --validator"), "for development");
	assert!(!keeps("--dev --unit-index=off"));
}
