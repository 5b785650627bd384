//! Serves the methods.

use super::api::BeaconApiServer;
use crate::routing::{LedgerReader, RoutingError};
use codec::Encode;
use jsonrpsee::core::{async_trait, RpcResult};
use sp_core::Bytes;
use tc_routing::reads::handover;
use tc_routing_rpc_types::parse_chain;
use tp_pbft::Epoch;

/// Serves [`BeaconApiServer`].
pub struct Beacon(LedgerReader);

impl Beacon {
	/// Serves the ledgers of a node.
	pub fn new(reader: LedgerReader) -> Self {
		Self(reader)
	}
}

#[async_trait]
impl BeaconApiServer for Beacon {
	async fn handover(&self, chain: String, from_epoch: Epoch) -> RpcResult<Vec<Bytes>> {
		let chain = parse_chain(&chain).ok_or(RoutingError::NoChain(chain))?;
		let lasts = self.0.read(move |ledgers| Ok(handover(ledgers.get(chain)?, from_epoch)?)).await?;
		Ok(lasts.iter().map(|last| Bytes(last.encode())).collect())
	}
}
