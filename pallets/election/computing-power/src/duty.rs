//! The duties of a node's worker, for `DutiesApi`.

use crate::*;
use sp_runtime::traits::SaturatedConversion;
use tp_pbft::Height;
use tp_power::{challenge, draw_segments};
use tp_stake::{Candidates, EpochClock, NodeKeys, Nodes, PowerDuty};

impl<T: Config> Pallet<T> {
	/// Returns the next step of a node's proof, on the state after a block.
	///
	/// Returns `None` if there is no step, if it is too late, or if the keys are not the valid ones of this epoch.
	pub fn duty(node: &T::AccountId, keys: &NodeKeys) -> Option<PowerDuty> {
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
			let lanes = record.lanes;
			return match T::Candidates::is_candidate(node) {
				None => Some(PowerDuty::Await { challenge, shape, lanes, segments }),
				Some(true) => Some(PowerDuty::Reveal { challenge, shape, lanes, segments }),
				Some(false) => None,
			};
		}
		let until = Self::last_commit_height(&parameters);
		let newest: Height = frame_system::Pallet::<T>::block_number().saturated_into();
		(newest < until).then(|| PowerDuty::Compute { challenge, shape, most_lanes: parameters.most_lanes(), until })
	}
}
