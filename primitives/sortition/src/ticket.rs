//! Tickets: a node's entries into the draw.
//!
//! Only the holder of the VRF key can compute the number on a ticket. The holder cannot choose it: the pre-output is a
//! function of key and data, although the proof is not.

use crate::Role;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_application_crypto::Wraps;
use sp_core::{
	crypto::VrfPublic,
	sr25519::vrf::{VrfSignData, VrfSignature, VrfTranscript},
};
use tp_pbft::{Epoch, Seed, VrfId};

/// A node's entry into the draw of a role, with the number that it drew. `AccountId` is the type of a node's
/// controller.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Ticket<AccountId = tp_core::AccountId> {
	/// The node, by its controller.
	pub node: AccountId,
	/// The epoch whose randomness the number follows from. The ticket counts at the end of that epoch.
	pub epoch: Epoch,
	/// The role that the node applies for.
	pub role: Role,
	/// VRF pre-output and proof over [`ticket_data`].
	pub vrf: VrfSignature,
}

// The SDK's VRF signatures lack this marker. They have a fixed size and allocate nothing when they are decoded.
impl<AccountId: DecodeWithMemTracking> DecodeWithMemTracking for Ticket<AccountId> {}

/// The number on a ticket: the first 8 bytes of the hash of the VRF's pre-output, little-endian. It is uniform.
pub type Draw = u64;

impl<AccountId> Ticket<AccountId> {
	/// Returns the number on the ticket, or `None` if the key did not draw it.
	///
	/// The VRF does not cover the node. The caller must look up `key` by [`Self::node`], or any account could submit
	/// the ticket in another node's name.
	pub fn verify(&self, key: &VrfId, randomness: &Seed) -> Option<Draw> {
		let data = ticket_data(randomness, self.epoch, self.role);
		key.as_inner_ref().vrf_verify(&data, &self.vrf).then(|| draw_of(&self.vrf))
	}
}

/// Returns the number that a VRF's pre-output stands for.
///
/// **Fragile:** the proof must not enter the hash. A signer can make many proofs of one pre-output, and could choose.
pub fn draw_of(vrf: &VrfSignature) -> Draw {
	let hash = vrf.pre_output.using_encoded(sp_io::hashing::blake2_256);
	let mut draw = [0; 8];
	draw.copy_from_slice(&hash[..8]);
	Draw::from_le_bytes(draw)
}

/// Returns the data that a node's VRF key signs for a ticket: `("TOP-VRF-ASSIGN", randomness of the epoch, epoch,
/// role)`.
pub fn ticket_data(randomness: &Seed, epoch: Epoch, role: Role) -> VrfSignData {
	VrfTranscript::new(
		b"TOP-VRF-ASSIGN",
		&[(b"randomness", randomness), (b"epoch", &epoch.to_le_bytes()), (b"role", &role.encode())],
	)
	.into()
}
