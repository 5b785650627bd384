//! The keys of a node that is a member of a committee.

use alloc::vec::Vec;

/// The type of one of a member's keys.
pub struct MemberKeys<Public>(core::marker::PhantomData<Public>);

impl<Public: sp_runtime::RuntimeAppPublic> sp_runtime::BoundToRuntimeAppPublic for MemberKeys<Public> {
	type Public = Public;
}

sp_runtime::impl_opaque_keys! {
	/// The keys of a node that is a member of the committee.
	pub struct SessionKeys {
		/// Signs its votes.
		pub pbft: MemberKeys<tp_pbft::PbftId>,
		/// Gives its randomness.
		pub vrf: MemberKeys<tp_pbft::VrfId>,
	}
}
