//! Receipts against the committees of this chain.

use super::error::LatticeError;
use codec::DecodeAll;
use tc_lattice::ChainView;
use tc_lattice_rpc_types::{BlockReport, VerifyReport};
use tp_lattice::Receipt;
use tp_pbft::check_signature;

/// Checks a receipt.
///
/// The committee is that of this node's chain at the height. A receipt that brings its own committee proves nothing.
pub(super) fn verify(chain: &dyn ChainView, receipt: &[u8]) -> Result<VerifyReport, LatticeError> {
	let invalid = |error: String, block| Ok(VerifyReport { valid: false, error: Some(error), block });
	let receipt = match Receipt::decode_all(&mut &receipt[..]) {
		Ok(receipt) => receipt,
		Err(error) => return invalid(format!("it does not decode: {error}"), None),
	};
	let (number, hash) = (receipt.header.number, receipt.header.hash());
	let block = Some(BlockReport { number, hash });
	let elsewhere = || invalid("its block is not on this chain".into(), block);
	let parent = chain.hash_at(number.saturating_sub(1))?;
	let Some(parent) = parent.filter(|parent| *parent == receipt.header.parent_hash) else { return elsewhere() };
	let (committee, domain) = match chain.committee(parent) {
		Ok(found) => found,
		Err(_) if chain.hash_at(number)? != Some(hash) => return elsewhere(),
		Err(source) => return Err(LatticeError::CommitteeUnknown { block: number, source }),
	};
	match receipt.verify(&domain, &committee, check_signature) {
		Ok(()) => Ok(VerifyReport { valid: true, error: None, block }),
		Err(error) => invalid(error.to_string(), block),
	}
}
