//! How long a unit is valid by default.
//!
//! This is the only place that knows how the span of `valid_until` is counted: in blocks, as `maxValidity` of
//! `lattice_info`.

use crate::{Error, RpcClient};
use jsonrpsee::rpc_params;
use tp_core::{BlockNumber, Header};

/// Part of the longest validity that is not used: a node that lags behind refuses a unit whose end is too far ahead of
/// its own newest block.
const SLACK: BlockNumber = 8;

/// Returns the last block that may include a unit that is signed now.
pub(crate) async fn default_expiry(rpc: &RpcClient, max_validity: BlockNumber) -> Result<BlockNumber, Error> {
	let newest: Header = rpc.persist("chain_getHeader", rpc_params![]).await?;
	Ok(newest.number.saturating_add(max_validity - max_validity / SLACK))
}
