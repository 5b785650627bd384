//! The council of a ledger.

/// Configures `pallet-collective` as a council of seven for the `Runtime` of the calling crate, and declares the origin
/// `RootOrCouncil`.
#[macro_export]
macro_rules! council {
	() => {
		/// The council's instance of the collective.
		pub type CouncilInstance = pallet_collective::Instance1;
		/// A part of the council.
		type CouncilPart<const N: u32, const D: u32> =
			pallet_collective::EnsureProportionAtLeast<AccountId, CouncilInstance, N, D>;
		/// Root, or two thirds of the council: five of seven.
		pub type RootOrCouncil =
			frame_support::traits::EitherOfDiverse<frame_system::EnsureRoot<AccountId>, CouncilPart<2, 3>>;

		/// Members of the council.
		pub const COUNCIL_SIZE: u32 = 7;

		frame_support::parameter_types! {
			// Three days at the main chain's pace.
			pub const MotionDuration: BlockNumber = 3 * 24 * 60 * 60 * 2;
			pub const MaxProposals: u32 = 32;
			pub const MaxMembers: u32 = COUNCIL_SIZE;
			pub MaxProposalWeight: frame_support::weights::Weight =
				sp_runtime::Perbill::from_percent(50) * $crate::limits::MAX_BLOCK_WEIGHT;
		}

		impl pallet_collective::Config<CouncilInstance> for Runtime {
			type RuntimeOrigin = RuntimeOrigin;
			type Proposal = RuntimeCall;
			type RuntimeEvent = RuntimeEvent;
			type MotionDuration = MotionDuration;
			type MaxProposals = MaxProposals;
			type MaxMembers = MaxMembers;
			type DefaultVote = pallet_collective::MoreThanMajorityThenPrimeDefaultVote;
			type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
			type SetMembersOrigin = frame_system::EnsureRoot<AccountId>;
			type MaxProposalWeight = MaxProposalWeight;
			type DisapproveOrigin = frame_system::EnsureRoot<AccountId>;
			type KillOrigin = frame_system::EnsureRoot<AccountId>;
			type Consideration = ();
		}
	};
}
