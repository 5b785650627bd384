//! What a node's worker is told to do. For `DutiesApi`.

use crate::*;
use sp_runtime::traits::SaturatedConversion;
use tp_core::AccountId;
use tp_pbft::Height;
use tp_power::{challenge, draw_segments};
use tp_stake::{EpochClock, NodeKeys, Nodes, PowerDuty};

impl<T: Config> Pallet<T> {
	/// What a node with these keys has to do next for its proof, on the state after a block. `None` if nothing, if it is too
	/// late, or if the keys are not those that count in this epoch.
	pub fn duty(node: &AccountId, keys: &NodeKeys) -> Option<PowerDuty> {
		let epoch = T::Clock::epoch();
		if T::Nodes::keys_at(node, epoch).as_ref() != Some(keys) || Proved::<T>::contains_key(epoch, node) {
			return None;
		}
		let parameters = Self::parameters_at(epoch);
		let shape = parameters.shape;
		let challenge = challenge(&T::Clock::randomness(), node);
		if let Some(record) = Commitments::<T>::get(epoch, node) {
			let seed = Self::drawn_seed(epoch, &record)?;
			let segments = draw_segments(&seed, node, record.lanes, &shape);
			return Some(PowerDuty::Reveal { challenge, shape, lanes: record.lanes, segments });
		}
		let until = Self::last_commit_height(&parameters);
		let newest: Height = frame_system::Pallet::<T>::block_number().saturated_into();
		(newest < until).then(|| PowerDuty::Compute { challenge, shape, most_lanes: parameters.most_lanes(), until })
	}
}
