//! The last headers of epochs.

use crate::access::{AccessError, LedgerAccess};
use tp_beacon::{bounds::MAX_HANDOVER, SignedHeader};
use tp_core::BlockNumber;
use tp_pbft::{find_next_committee, Epoch};

/// Returns the last headers of a ledger's epochs from one on, at most [`MAX_HANDOVER`].
///
/// # Errors
/// If the database fails.
pub fn handover(ledger: &dyn LedgerAccess, from: Epoch) -> Result<Vec<SignedHeader>, AccessError> {
	let mut found = Vec::new();
	let mut next = from;
	while found.len() < MAX_HANDOVER {
		let Some(last) = last_up_to(ledger, next)? else { break };
		let epoch = last.certificate.epoch;
		// An epoch that has not ended has a newest header and no last one.
		if epoch != next || find_next_committee(&last.header.digest).is_none() {
			break;
		}
		next += 1;
		found.push(last);
	}
	Ok(found)
}

/// Returns the newest header of an epoch or of one before it.
fn last_up_to(ledger: &dyn LedgerAccess, epoch: Epoch) -> Result<Option<SignedHeader>, AccessError> {
	// The epochs of headers ascend: `found` is of such an epoch, `after` is not.
	let (mut found, mut after): (BlockNumber, BlockNumber) = (0, ledger.newest().saturating_add(1));
	while after - found > 1 {
		let middle = found + (after - found) / 2;
		match ledger.header(middle)? {
			Some(signed) if signed.certificate.epoch <= epoch => found = middle,
			_ => after = middle,
		}
	}
	ledger.header(found)
}
