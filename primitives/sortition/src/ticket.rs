//! Tickets: what a node shows to be drawn. Whoever lacks its VRF key cannot know the number on it.

use crate::Role;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_application_crypto::Wraps;
use sp_core::{
	crypto::VrfPublic,
	sr25519::vrf::{VrfSignData, VrfSignature, VrfTranscript},
};
use tp_core::AccountId;
use tp_pbft::{Epoch, Seed, VrfId};

/// A node's wish to be drawn for a role, with the number that it has drawn.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Ticket {
	/// The node, by its controller.
	pub node: AccountId,
	/// The epoch whose randomness the number is drawn from, and at whose end it counts.
	pub epoch: Epoch,
	/// What it wants to be.
	pub role: Role,
	/// VRF pre-output and proof over [`ticket_data`].
	pub vrf: VrfSignature,
}

// VRF signatures of the SDK lack the mark. Neither they nor the rest of a ticket allocate when they are decoded.
impl DecodeWithMemTracking for Ticket {}

/// The number on a ticket: the first 8 bytes of the hash of the VRF's pre-output, little-endian. As a fraction of 2^64 it
/// is uniform.
pub type Draw = u64;

impl Ticket {
	/// The number on the ticket, if the node with this key drew it.
	pub fn verify(&self, key: &VrfId, randomness: &Seed) -> Option<Draw> {
		let data = ticket_data(randomness, self.epoch, self.role);
		key.as_inner_ref().vrf_verify(&data, &self.vrf).then(|| draw_of(&self.vrf))
	}
}

/// The number that a VRF's pre-output stands for.
pub fn draw_of(vrf: &VrfSignature) -> Draw {
	let hash = vrf.pre_output.using_encoded(sp_io::hashing::blake2_256);
	let mut draw = [0; 8];
	draw.copy_from_slice(&hash[..8]);
	Draw::from_le_bytes(draw)
}

/// What a node's VRF key signs for a ticket: `("TOP-VRF-ASSIGN", randomness of the epoch, epoch, role)`.
pub fn ticket_data(randomness: &Seed, epoch: Epoch, role: Role) -> VrfSignData {
	VrfTranscript::new(
		b"TOP-VRF-ASSIGN",
		&[(b"randomness", randomness), (b"epoch", &epoch.to_le_bytes()), (b"role", &role.encode())],
	)
	.into()
}
