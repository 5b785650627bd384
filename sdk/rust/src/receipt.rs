//! Receipts of a node, unverified.

use crate::{reports::ERROR_UNKNOWN_UNIT, Error, RpcClient};
use codec::DecodeAll;
use jsonrpsee::rpc_params;
use sp_core::Bytes;
use tp_lattice::{Receipt, UnitHash};

/// Requests the receipt of a final unit.
pub(crate) async fn fetch(rpc: &RpcClient, unit: UnitHash) -> Result<Receipt, Error> {
	let method = "lattice_prove";
	match rpc.request::<Bytes>(method, rpc_params![unit]).await {
		Err(Error::Refused { code: ERROR_UNKNOWN_UNIT, .. }) => Err(Error::NotFinal(unit)),
		receipt => decode(unit, method, &receipt?),
	}
}

/// Decodes the receipt of a unit. The hash is checked here: a valid receipt of another unit would verify later.
pub(crate) fn decode(unit: UnitHash, method: &'static str, receipt: &[u8]) -> Result<Receipt, Error> {
	let receipt =
		Receipt::decode_all(&mut &receipt[..]).map_err(|error| Error::Answer { method, reason: error.to_string() })?;
	match receipt.unit.hash() == unit {
		true => Ok(receipt),
		false => Err(Error::Answer { method, reason: "the receipt is of another unit".into() }),
	}
}
