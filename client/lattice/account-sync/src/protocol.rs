//! The request-response protocol.

use codec::{Decode, Encode};
use sc_network::{config::FullNetworkConfiguration, service::traits::NetworkBackend};
use std::time::Duration;
use tc_account_store::transfer::Want;
use tc_pbft::network::serving::{RequestLimits, RequestProtocol};
use tp_core::{Block, Hash};

/// Largest answer.
pub const MAX_ANSWER_BYTES: u64 = 8 * 1024 * 1024;
/// Requests are read at once, and wait by peer. Each has a hash and a place.
const LIMITS: RequestLimits =
	RequestLimits { unread: 64, request_bytes: 64, answer_bytes: MAX_ANSWER_BYTES, timeout: Duration::from_secs(20) };

/// What a node asks of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AccountRequest {
	/// The block.
	pub block: Hash,
	/// What of its accounts. The answer is a [`tc_account_store::transfer::Answer`].
	pub want: Want,
}

/// Adds the protocol to the configuration of a network: `/<genesis>/<fork>/accounts/1`, or without the fork.
pub fn configure<N: NetworkBackend<Block, Hash>>(
	config: &mut FullNetworkConfiguration<Block, Hash, N>,
	genesis: Hash,
	fork_id: Option<&str>,
) -> RequestProtocol {
	LIMITS.configure(config, (genesis, fork_id), "accounts/1")
}
