//! The pallets that every ledger has because wallets and their users expect them.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::{currency::deposit, limits};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{parameter_types, traits::InstanceFilter, weights::Weight};
use scale_info::TypeInfo;
use sp_runtime::Perbill;
use tp_core::Balance;

parameter_types! {
	pub const MinimumPeriod: u64 = limits::MINIMUM_PERIOD_MS;

	// An item with a 32 byte key, and the fields of a `Multisig`: 88 bytes.
	pub const MultisigDepositBase: Balance = deposit(1, 88);
	// An account each.
	pub const MultisigDepositFactor: Balance = deposit(0, 32);

	// An item with the key of an account.
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	// An account, a type and a delay each.
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	// An account, a hash and a block number each.
	pub const AnnouncementDepositFactor: Balance = deposit(0, 68);

	pub const PreimageBaseDeposit: Balance = deposit(2, 64);
	pub const PreimageByteDeposit: Balance = deposit(0, 1);

	// Agendas may take most of a block, and leave room for the block's own work.
	pub MaximumSchedulerWeight: Weight = Perbill::from_percent(80) * limits::block_weights().max_block;
	// A scheduler on slots of time visits each slot. After a chain stood still, it must leave room for transactions.
	pub SlotsSchedulerWeight: Weight = Perbill::from_percent(50) * limits::block_weights().max_block;
}

/// The rights of a proxy over its account.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum ProxyType {
	/// Makes any call.
	#[default]
	Any,
	/// Makes any call that moves no tokens away.
	NonTransfer,
	/// Rejects announcements of other proxies.
	CancelProxy,
}

/// The properties of a call that decide which proxies may make it.
pub trait ProxyCall {
	/// Tells whether no call of its pallet moves tokens away.
	fn keeps_tokens(&self) -> bool;
	/// Tells whether it rejects an announcement of a proxy.
	fn cancels_announcement(&self) -> bool;
}

impl<Call: ProxyCall> InstanceFilter<Call> for ProxyType {
	fn filter(&self, call: &Call) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer => call.keeps_tokens(),
			Self::CancelProxy => call.cancels_announcement(),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		self == other || *self == Self::Any
	}
}

/// Configures the lives of accounts, time, payment, utility, multisig, proxy, preimage, scheduler and sudo for the `Runtime` of the calling
/// crate, which has these pallets under their usual names. Also lets its pallets send unsigned transactions.
///
/// A runtime can name the clock of its scheduler, the most that scheduled calls take of a block, and further pallets whose
/// calls move no tokens away. Without them the scheduler counts blocks.
#[macro_export]
macro_rules! wallet_pallets {
	() => {
		$crate::wallet_pallets! {
			clock: System,
			scheduler_weight: $crate::pallets::MaximumSchedulerWeight,
			keeps_tokens: [],
		}
	};
	(clock: $clock:ty, scheduler_weight: $scheduler_weight:ty, keeps_tokens: [$($keeper:ident),*],) => {
		#[frame_support::derive_impl(pallet_lives::config_preludes::LedgerDefaultConfig)]
		impl pallet_lives::Config for Runtime {}

		impl pallet_timestamp::Config for Runtime {
			type Moment = u64;
			type OnTimestampSet = ();
			type MinimumPeriod = $crate::pallets::MinimumPeriod;
			type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
		}

		impl pallet_transaction_payment::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type OnChargeTransaction = $crate::fees::Feeless<Runtime>;
			type WeightToFee = $crate::fees::NoFee;
			type LengthToFee = $crate::fees::NoFee;
			type FeeMultiplierUpdate = ();
			type OperationalFeeMultiplier = frame_support::traits::ConstU8<1>;
			type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
		}

		impl pallet_utility::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type RuntimeCall = RuntimeCall;
			type PalletsOrigin = OriginCaller;
			type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
		}

		impl pallet_multisig::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type RuntimeCall = RuntimeCall;
			type Currency = Balances;
			type DepositBase = $crate::pallets::MultisigDepositBase;
			type DepositFactor = $crate::pallets::MultisigDepositFactor;
			type MaxSignatories = frame_support::traits::ConstU32<100>;
			type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
			type BlockNumberProvider = System;
		}

		impl $crate::pallets::ProxyCall for RuntimeCall {
			fn keeps_tokens(&self) -> bool {
				// Lists the pallets, so that no later pallet is allowed by accident.
				matches!(
					self,
					Self::System(_)
						| Self::Utility(_) | Self::Multisig(_)
						| Self::Proxy(_) | Self::Preimage(_)
						$(| Self::$keeper(_))*
				)
			}

			fn cancels_announcement(&self) -> bool {
				matches!(self, Self::Proxy(pallet_proxy::Call::reject_announcement { .. }))
			}
		}

		impl pallet_proxy::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type RuntimeCall = RuntimeCall;
			type Currency = Balances;
			type ProxyType = $crate::pallets::ProxyType;
			type ProxyDepositBase = $crate::pallets::ProxyDepositBase;
			type ProxyDepositFactor = $crate::pallets::ProxyDepositFactor;
			type MaxProxies = frame_support::traits::ConstU32<32>;
			type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
			type MaxPending = frame_support::traits::ConstU32<32>;
			type CallHasher = sp_runtime::traits::BlakeTwo256;
			type AnnouncementDepositBase = $crate::pallets::AnnouncementDepositBase;
			type AnnouncementDepositFactor = $crate::pallets::AnnouncementDepositFactor;
			type BlockNumberProvider = System;
		}

		frame_support::parameter_types! {
			pub const PreimageHoldReason: RuntimeHoldReason =
				RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
		}

		impl pallet_preimage::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
			type Currency = Balances;
			type ManagerOrigin = frame_system::EnsureRoot<AccountId>;
			type Consideration = frame_support::traits::fungible::HoldConsideration<
				AccountId,
				Balances,
				PreimageHoldReason,
				frame_support::traits::LinearStoragePrice<
					$crate::pallets::PreimageBaseDeposit,
					$crate::pallets::PreimageByteDeposit,
					Balance,
				>,
			>;
		}

		impl pallet_scheduler::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type RuntimeOrigin = RuntimeOrigin;
			type PalletsOrigin = OriginCaller;
			type RuntimeCall = RuntimeCall;
			type MaximumWeight = $scheduler_weight;
			type ScheduleOrigin = frame_system::EnsureRoot<AccountId>;
			type OriginPrivilegeCmp = frame_support::traits::EqualPrivilegeOnly;
			type MaxScheduledPerBlock = frame_support::traits::ConstU32<512>;
			type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
			type Preimages = Preimage;
			type BlockNumberProvider = $clock;
		}

		impl pallet_sudo::Config for Runtime {
			type RuntimeEvent = RuntimeEvent;
			type RuntimeCall = RuntimeCall;
			type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
		}

		impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Runtime
		where
			RuntimeCall: From<LocalCall>,
		{
			type Extrinsic = UncheckedExtrinsic;
			type RuntimeCall = RuntimeCall;
		}

		impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Runtime
		where
			RuntimeCall: From<LocalCall>,
		{
			type Extension = TxExtension;

			fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
				UncheckedExtrinsic::new_transaction(call, extension)
			}
		}

		impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Runtime
		where
			RuntimeCall: From<LocalCall>,
		{
			fn create_extension() -> TxExtension {
				// No account sends it, so the nonce has no effect: the call itself checks that it is new.
				$crate::tx_extension(sp_runtime::generic::Era::Immortal, 0)
			}

			// Bare, so that the tools of Polkadot.js read it.
			fn create_authorized_transaction(call: RuntimeCall) -> UncheckedExtrinsic {
				UncheckedExtrinsic::new_bare(call)
			}
		}
	};
}
