//! The ways by which a block comes into the chain.

use sc_consensus::{BlockImportParams, StateAction};
use sp_consensus::BlockOrigin;
use tp_core::Block;

/// How a block is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportPath {
	/// It is executed on its parent's state.
	Executed,
	/// It comes with the state after it, to a node without blocks, and becomes the newest one.
	State,
	/// It is older than the state with which the node began. It is kept as it is.
	History,
}

impl ImportPath {
	/// Returns the path of a block. `None` if the block is not to be executed, and warp sync does not bring it.
	pub fn of(block: &BlockImportParams<Block>) -> Option<Self> {
		match block.state_action {
			_ if block.with_state() => Some(Self::State),
			_ if block.origin == BlockOrigin::GapSync => Some(Self::History),
			StateAction::Skip => None,
			_ => Some(Self::Executed),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_consensus::{ImportedState, StorageChanges};
	use sp_runtime::traits::Header as _;
	use tp_core::Header;

	fn path(origin: BlockOrigin, action: Option<StateAction<Block>>) -> Option<ImportPath> {
		let zero = Default::default();
		let mut block = BlockImportParams::new(origin, Header::new(1, zero, zero, zero, Default::default()));
		if let Some(action) = action {
			block.state_action = action;
		}
		ImportPath::of(&block)
	}

	#[test]
	fn only_states_and_history_are_taken_without_execution() {
		let state = || {
			let state = sc_client_api::KeyValueStates(Vec::new());
			StateAction::ApplyChanges(StorageChanges::Import(ImportedState { block: Default::default(), state }))
		};
		let sync = BlockOrigin::NetworkInitialSync;
		assert_eq!(path(sync, None), Some(ImportPath::Executed));
		assert_eq!(path(BlockOrigin::ConsensusBroadcast, None), Some(ImportPath::Executed));
		assert_eq!(path(sync, Some(StateAction::ExecuteIfPossible)), Some(ImportPath::Executed));
		assert_eq!(path(sync, Some(state())), Some(ImportPath::State));
		assert_eq!(path(BlockOrigin::GapSync, Some(StateAction::Skip)), Some(ImportPath::History));
		assert_eq!(path(sync, Some(StateAction::Skip)), None);
		assert_eq!(path(BlockOrigin::WarpSync, None), None, "the SDK's queue does not verify such blocks");
	}
}
