//! Keys: who shows to have them, whose they are, and from when until when they count.

use crate::*;
use codec::{DecodeAll, Encode};
use frame_support::pallet_prelude::*;
use sp_runtime::RuntimeAppPublic;
use tp_core::AccountId;
use tp_pbft::{Epoch, PbftId, VrfId};
use tp_stake::{EpochClock, NodeKeys};

/// What `author_rotateKeysWithOwner` gives as the proof: each key's signature of `POP_` and the owner's bytes.
type OwnershipProof = (<PbftId as RuntimeAppPublic>::ProofOfPossession, <VrfId as RuntimeAppPublic>::ProofOfPossession);

/// Whether a proof shows that an account has both keys, as `OpaqueKeys::ownership_proof_is_valid` of the SDK has it.
pub(crate) fn is_proof_of(keys: &NodeKeys, owner: &AccountId, proof: &[u8]) -> bool {
	let Ok((pbft, vrf)) = OwnershipProof::decode_all(&mut &proof[..]) else {
		return false;
	};
	owner.using_encoded(|owner| {
		keys.pbft.verify_proof_of_possession(owner, &pbft) && keys.vrf.verify_proof_of_possession(owner, &vrf)
	})
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_keys(controller: AccountId, keys: NodeKeys, proof: &[u8]) -> DispatchResult {
		let mut node = Nodes::<T>::get(&controller).ok_or(Error::<T>::NoSuchNode)?;
		ensure!(*node.newest_keys() != keys, Error::<T>::KeysUnchanged);
		Self::ensure_keys_are_free(&keys, &controller)?;
		ensure!(is_proof_of(&keys, &controller, proof), Error::<T>::WrongProof);

		let epoch = T::Clock::epoch();
		let before = node.clone();
		node.past_keys.retain(|past| past.remembered_until >= epoch);
		let count_from = epoch.saturating_add(EPOCHS_UNTIL_KEYS_COUNT);
		Self::replace_keys(&mut node, NextKeys { keys: keys.clone(), count_from }, epoch)?;

		Self::forget_keys_but(&before, &node);
		Self::own_keys(&keys, &controller);
		Nodes::<T>::insert(&controller, node);
		Self::deposit_event(Event::KeysSet { node: controller, keys, count_from });
		Ok(())
	}

	/// Has keys follow those that count in `epoch`.
	fn replace_keys(node: &mut Node, next: NextKeys, epoch: Epoch) -> Result<(), Error<T>> {
		// A seat can be decided an epoch before the keys cease to count, for the epoch in which they do or for one after
		// it. Keys that never counted are remembered as well: whoever planned ahead may have seen them.
		let last = next.count_from.saturating_add(1).max(node.seated_until.unwrap_or_default());
		let remembered_until = last.saturating_add(CurrentParameters::<T>::get().evidence_epochs);
		if let Some(replaced) = node.next_keys.replace(next) {
			let past = if replaced.count_from <= epoch {
				node.keys_count_from = replaced.count_from;
				core::mem::replace(&mut node.keys, replaced.keys)
			} else {
				replaced.keys
			};
			let past = PastKeys { keys: past, remembered_until };
			node.past_keys.try_push(past).map_err(|_| Error::<T>::TooManyKeyChanges)?;
		}
		Ok(())
	}

	/// Checks that no other node has or had one of these keys.
	pub(crate) fn ensure_keys_are_free(keys: &NodeKeys, node: &AccountId) -> Result<(), Error<T>> {
		let is_other = |owner: Option<AccountId>| owner.is_some_and(|owner| owner != *node);
		let in_use = is_other(PbftOwner::<T>::get(&keys.pbft)) || is_other(VrfOwner::<T>::get(&keys.vrf));
		ensure!(!in_use, Error::KeysInUse);
		Ok(())
	}

	/// Notes whose keys these are.
	pub(crate) fn own_keys(keys: &NodeKeys, node: &AccountId) {
		PbftOwner::<T>::insert(&keys.pbft, node);
		VrfOwner::<T>::insert(&keys.vrf, node);
	}

	/// Forgets whose the keys of a node are.
	pub(crate) fn forget_keys(node: &Node) {
		for keys in node.all_keys() {
			PbftOwner::<T>::remove(&keys.pbft);
			VrfOwner::<T>::remove(&keys.vrf);
		}
	}

	/// Forgets whose keys those are that a node had before and has no more.
	fn forget_keys_but(before: &Node, after: &Node) {
		for keys in before.all_keys() {
			if !after.has_pbft(&keys.pbft) {
				PbftOwner::<T>::remove(&keys.pbft);
			}
			if !after.has_vrf(&keys.vrf) {
				VrfOwner::<T>::remove(&keys.vrf);
			}
		}
	}
}
