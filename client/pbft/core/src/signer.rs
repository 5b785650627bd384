//! The signing of this replica's messages.

/// Signs with the member's vote key. Ed25519 is deterministic, so a step that signs is still a pure function.
pub trait Signer: Send {
	/// Returns the signature of `message`.
	fn sign(&self, message: &[u8]) -> tp_pbft::PbftSignature;
}
