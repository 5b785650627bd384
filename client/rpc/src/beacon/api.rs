//! The methods.

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_core::Bytes;
use tp_pbft::Epoch;

/// Methods about committees of ledgers.
#[rpc(client, server, namespace = "beacon")]
pub trait BeaconApi {
	/// Returns the last headers of a ledger's epochs from one on, with their certificates: SCALE of `SignedHeader`. At most 32: ask again
	/// from the next epoch on.
	#[method(name = "handover")]
	async fn handover(&self, chain: String, from_epoch: Epoch) -> RpcResult<Vec<Bytes>>;
}
