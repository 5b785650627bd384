//! Keys: proof of possession, ownership, and the epochs in which they are valid.

use crate::*;
use codec::{DecodeAll, Encode};
use frame_support::pallet_prelude::*;
use sp_runtime::RuntimeAppPublic;
use tp_pbft::{is_small_order, Epoch, PbftId, VrfId};
use tp_stake::{EpochClock, NodeKeys};

/// The proof returned by `author_rotateKeysWithOwner`: each key's signature of `POP_` and the owner's bytes.
type OwnershipProof = (<PbftId as RuntimeAppPublic>::ProofOfPossession, <VrfId as RuntimeAppPublic>::ProofOfPossession);

/// Whether a proof shows that an account has both keys. Equals `OpaqueKeys::ownership_proof_is_valid` of the SDK.
pub(crate) fn is_proof_of(keys: &NodeKeys, owner: &impl Encode, proof: &[u8]) -> bool {
	let Ok((pbft, vrf)) = OwnershipProof::decode_all(&mut &proof[..]) else {
		return false;
	};
	owner.using_encoded(|owner| {
		keys.pbft.verify_proof_of_possession(owner, &pbft) && keys.vrf.verify_proof_of_possession(owner, &vrf)
	})
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_keys(controller: T::AccountId, keys: NodeKeys, proof: &[u8]) -> DispatchResult {
		let mut node = Nodes::<T>::get(&controller).ok_or(Error::<T>::NoSuchNode)?;
		ensure!(*node.newest_keys() != keys, Error::<T>::KeysUnchanged);
		Self::ensure_keys_are_free(&keys, &controller)?;
		ensure!(is_proof_of(&keys, &controller, proof), Error::<T>::WrongProof);

		let epoch = T::Clock::epoch();
		let before = node.clone();
		node.past_keys.retain(|past| past.remembered_until >= epoch);
		let count_from = epoch.saturating_add(EPOCHS_UNTIL_KEYS_COUNT);
		Self::replace_keys(&mut node, NextKeys { keys: keys.clone(), count_from }, epoch)?;

		Self::forget_replaced_keys(&before, &node);
		Self::own_keys(&keys, &controller);
		Nodes::<T>::insert(&controller, node);
		Self::deposit_event(Event::KeysSet { node: controller, keys, count_from });
		Ok(())
	}

	/// Lets keys follow the valid ones of `epoch`.
	fn replace_keys(node: &mut Node, next: NextKeys, epoch: Epoch) -> Result<(), Error<T>> {
		// The last epoch of the old keys can decide seats of the first epoch of the new ones and of the next. Keys that were
		// never valid are remembered as well: others may have read them as the node's next keys.
		let last = next.count_from.saturating_add(1).max(node.seated_until.unwrap_or_default());
		let remembered_until = last.saturating_add(Self::evidence_epochs());
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

	/// Checks that keys have a secret, and that no other node has, or is remembered to have had, one of them.
	pub(crate) fn ensure_keys_are_free(keys: &NodeKeys, node: &T::AccountId) -> Result<(), Error<T>> {
		// The VRF's group has one point without a secret, which is encoded as zeros.
		let is_weak = is_small_order(&keys.pbft) || AsRef::<[u8]>::as_ref(&keys.vrf).iter().all(|byte| *byte == 0);
		ensure!(!is_weak, Error::WeakKeys);
		let is_other = |owner: Option<T::AccountId>| owner.is_some_and(|owner| owner != *node);
		let in_use = is_other(PbftOwner::<T>::get(&keys.pbft)) || is_other(VrfOwner::<T>::get(&keys.vrf));
		ensure!(!in_use, Error::KeysInUse);
		Ok(())
	}

	/// Records the owner of keys.
	pub(crate) fn own_keys(keys: &NodeKeys, node: &T::AccountId) {
		PbftOwner::<T>::insert(&keys.pbft, node);
		VrfOwner::<T>::insert(&keys.vrf, node);
	}

	/// Removes the ownership records of all keys of a node.
	pub(crate) fn forget_keys(node: &Node) {
		for keys in node.all_keys() {
			PbftOwner::<T>::remove(&keys.pbft);
			VrfOwner::<T>::remove(&keys.vrf);
		}
	}

	/// Removes the ownership records of keys that a node had before a change and lacks after it.
	fn forget_replaced_keys(before: &Node, after: &Node) {
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
