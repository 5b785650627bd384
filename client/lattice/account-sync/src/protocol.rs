//! The request-response protocol.

use codec::{Decode, Encode};
use sc_network::{config::FullNetworkConfiguration, service::traits::NetworkBackend, ProtocolName};
use std::time::Duration;
use tc_account_store::transfer::Want;
use tc_pbft::network::{protocol_name, serving::Requests};
use tp_core::{Block, Hash};

/// Requests that were not read yet; the network refuses more. They are read at once, and wait by peer.
const MAX_WAITING_REQUESTS: usize = 64;
/// Largest request: a hash, and a place.
const MAX_REQUEST_BYTES: u64 = 64;
/// Largest answer.
pub const MAX_ANSWER_BYTES: u64 = 8 * 1024 * 1024;
/// Time limit of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// What a node asks of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AccountRequest {
	/// The block.
	pub block: Hash,
	/// What of its accounts. The answer is a [`tc_account_store::transfer::Answer`].
	pub want: Want,
}

/// The protocol of a chain.
pub struct AccountProtocol {
	/// Its name.
	pub name: ProtocolName,
	/// The requests of peers.
	pub requests: Requests,
}

/// Adds the protocol to the configuration of a network: `/<genesis>/<fork>/accounts/1`, or without the fork.
pub fn configure<N: NetworkBackend<Block, Hash>>(
	config: &mut FullNetworkConfiguration<Block, Hash, N>,
	genesis: Hash,
	fork_id: Option<&str>,
) -> AccountProtocol {
	let name = protocol_name(genesis, fork_id, "accounts/1");
	let (sender, requests) = async_channel::bounded(MAX_WAITING_REQUESTS);
	let protocol = N::request_response_config(
		name.clone(),
		Vec::new(),
		MAX_REQUEST_BYTES,
		MAX_ANSWER_BYTES,
		REQUEST_TIMEOUT,
		Some(sender),
	);
	config.add_request_response_protocol(protocol);
	AccountProtocol { name, requests }
}
