use super::*;
use crate::cli::Cli;
use clap::Parser;
use sc_cli::CliConfiguration;

/// Returns the address of the RPC for the page, by a command line.
fn endpoint(line: &str) -> anyhow::Result<SocketAddr> {
	let cli = Cli::parse_from(line.split_whitespace());
	let endpoints = cli.run.base.rpc_addr(9944).unwrap().unwrap_or_default();
	cli.run.explorer.endpoint(&endpoints.into_iter().map(Into::into).collect::<Vec<_>>())
}

#[test]
fn the_page_uses_the_rpc_port_of_the_node() {
	assert_eq!(endpoint("top-node --ui-port 8080").unwrap(), "127.0.0.1:9944".parse().unwrap());
	assert_eq!(endpoint("top-node --ui-port 8080 --rpc-port 1").unwrap(), "127.0.0.1:1".parse().unwrap());
	let all = endpoint("top-node --ui-port 8080 --ui-external --rpc-external --rpc-cors=all").unwrap();
	assert_eq!(all, "0.0.0.0:9944".parse().unwrap());
	assert_eq!(own_address(all), "127.0.0.1:9944".parse().unwrap());
	endpoint("top-node --dev --ui-port 8080 --ui-external --unsafe-rpc-external").unwrap();
	endpoint("top-node --ui-port 8080 --ui-external --ui-rpc-url wss://node.example.org").unwrap();
}

#[test]
fn a_page_for_others_that_cannot_reach_the_rpc_is_refused() {
	for line in [
		"top-node --ui-port 8080 --ui-external",
		"top-node --dev --ui-port 8080 --ui-external",
		// The node would answer for its own host names alone.
		"top-node --ui-port 8080 --ui-external --rpc-external",
	] {
		let error = endpoint(line).unwrap_err().to_string();
		assert!(error.contains("--rpc-external") && error.contains("--rpc-cors=all"), "{error}");
	}
}

#[test]
fn a_build_without_the_explorer_says_how_to_get_it() {
	match ensure_embedded() {
		Ok(()) => assert!(files().iter().any(|file| file.name == "index.html")),
		Err(error) => assert!(error.to_string().contains("scripts/build.sh with-explorer"), "{error}"),
	}
}

#[test]
fn a_taken_port_is_named_with_its_flag() {
	let taken = TcpListener::bind("127.0.0.1:0").unwrap();
	let port = taken.local_addr().unwrap().port();
	let error = listen(port, false).unwrap_err().to_string();
	assert!(error.contains(&port.to_string()) && error.contains("--ui-port"), "{error}");
}

#[test]
fn chains_have_names_in_addresses() {
	assert_eq!(view_of("top_shard_local"), "top-shard-local");
	assert_eq!(view_of("My/Chain 2"), "my-chain-2");
}
