//! The check of a proposal's inherents, and of its time.
//!
//! A block's time is at most `max(own clock + 30 s, parent's time + 1 ms)`; `pallet-timestamp` fixes both spans. The second
//! bound lets a chain go on whose clocks once ran ahead: its time stands still until the clocks have caught up. A clock says
//! nothing about a block, so a time that is too far ahead is no verdict, and is judged at the first proposal only.

use super::client::LedgerClient;
use crate::error::{ExecutionError, LedgerError, ProposalError};
use codec::Decode;
use sp_block_builder::BlockBuilder;
use sp_inherents::InherentDataProvider as _;
use sp_runtime::{traits::Block as _, traits::Header as _, OpaqueExtrinsic};
use sp_timestamp::{InherentDataProvider, InherentError, Timestamp, INHERENT_IDENTIFIER};
use tp_core::Block;
use tp_pbft::BlockHash;

/// A clock that no block is ahead of.
const NO_CLOCK_MS: u64 = u64::MAX / 2;

/// Checks the inherents of a block on its parent's state. `timed`: whether its time is compared with this node's clock.
pub fn check_inherents<C: LedgerClient>(client: &C, block: &Block, timed: bool) -> Result<(), ProposalError> {
	let parent = *block.header().parent_hash();
	if timed {
		match check_at(client, parent, block, *Timestamp::current()) {
			Err(ProposalError::AheadOfClock) if is_at_least_time(client, parent, block)? => {},
			checked => return checked,
		}
	}
	check_at(client, parent, block, NO_CLOCK_MS)
}

/// Checks the inherents as a replica whose clock shows `clock_ms`.
fn check_at<C: LedgerClient>(client: &C, parent: BlockHash, block: &Block, clock_ms: u64) -> Result<(), ProposalError> {
	let data = inherent_data(clock_ms)?;
	let checked =
		client.runtime_api().check_inherents(parent, block.clone().into(), data).map_err(ExecutionError::of_call)?;
	if checked.ok() {
		return Ok(());
	}
	let errors: Vec<_> = checked.into_errors().collect();
	let is_ahead = |(id, error): &(_, Vec<u8>)| {
		*id == INHERENT_IDENTIFIER
			&& matches!(InherentError::decode(&mut &error[..]), Ok(InherentError::TooFarInFuture))
	};
	// A second error is the block's, at any time of the clock.
	if errors.iter().all(is_ahead) {
		return Err(ProposalError::AheadOfClock);
	}
	let names = errors.iter().filter(|error| !is_ahead(error)).map(|(id, _)| String::from_utf8_lossy(id).into_owned());
	Err(ProposalError::Inherents(names.collect()))
}

/// Whether a block has the least time that its parent's state allows: it then holds the inherent that an author makes whose
/// clock is behind.
fn is_at_least_time<C: LedgerClient>(client: &C, parent: BlockHash, block: &Block) -> Result<bool, ProposalError> {
	// The block is no argument of the call, so no failure of it is the block's.
	let least: Vec<OpaqueExtrinsic> = client
		.runtime_api()
		.inherent_extrinsics(parent, inherent_data(0)?)
		.map_err(|error| ExecutionError::from(LedgerError::from(error)))?;
	Ok(least.iter().any(|inherent| block.extrinsics().contains(inherent)))
}

fn inherent_data(clock_ms: u64) -> Result<sp_inherents::InherentData, ProposalError> {
	let provider = InherentDataProvider::new(clock_ms.into());
	futures::executor::block_on(provider.create_inherent_data()).map_err(ProposalError::Clock)
}
