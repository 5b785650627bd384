//! The parts of a runtime that name its pallets: the pallets themselves, its transactions, its version.

/// Declares a runtime: the pallets of every ledger, and further pallets that the caller passes in the form of
/// `frame_support::runtime`.
///
/// ```ignore
/// top_runtime_common::ledger_runtime! {
///     /// The runtime of a shard.
///     pub struct Runtime;
///
///     #[runtime::pallet_index(6)]
///     pub type Lattice = pallet_lattice;
/// }
/// ```
///
/// An index never changes, since it is in every call, event and error. 0 to 29 are for pallets of several ledgers; those of
/// one ledger begin at 30. The pallets run in the order of their indices.
///
/// It also declares the types of blocks and transactions, `Executive`, `WASM_BINARY`, and in the module `pallets` the
/// functions that make and check inherents. It belongs into the root of the runtime's crate.
#[macro_export]
macro_rules! ledger_runtime {
	($(#[$($meta:tt)*])* pub struct Runtime; $($own:tt)*) => {
		// The macros generate items without docs.
		#[allow(missing_docs)]
		mod pallets {
			// The expansion of `frame_support::runtime` names it too, and without std it is not in the prelude.
			use alloc::vec::Vec;
			use sp_inherents::{CheckInherentsResult, InherentData};

			#[frame_support::runtime]
			mod runtime {
				#[runtime::runtime]
				#[runtime::derive(RuntimeCall, RuntimeEvent, RuntimeError, RuntimeOrigin, RuntimeTask, RuntimeViewFunction,
					RuntimeHoldReason, RuntimeFreezeReason, RuntimeSlashReason, RuntimeLockId)]
				$(#[$($meta)*])*
				pub struct Runtime;

				#[runtime::pallet_index(0)]
				pub type System = frame_system;
				#[runtime::pallet_index(1)]
				pub type Timestamp = pallet_timestamp;
				#[runtime::pallet_index(2)]
				pub type Balances = pallet_balances;
				#[runtime::pallet_index(3)]
				pub type TransactionPayment = pallet_transaction_payment;
				#[runtime::pallet_index(4)]
				pub type Committee = pallet_committee;
				#[runtime::pallet_index(5)]
				pub type Quota = pallet_quota;

				// Nodes find the tombstones of accounts by its name. Index 6 is that of the lattice.
				#[runtime::pallet_index(7)]
				pub type Lives = pallet_lives;

				#[runtime::pallet_index(10)]
				pub type Utility = pallet_utility;
				#[runtime::pallet_index(11)]
				pub type Multisig = pallet_multisig;
				#[runtime::pallet_index(12)]
				pub type Proxy = pallet_proxy;
				#[runtime::pallet_index(13)]
				pub type Preimage = pallet_preimage;
				#[runtime::pallet_index(14)]
				pub type Scheduler = pallet_scheduler;

				#[runtime::pallet_index(20)]
				pub type Sudo = pallet_sudo;

				$($own)*
			}

			/// Returns the inherents of a block, from the data of its author.
			pub(crate) fn create_inherents(data: &InherentData) -> Vec<super::UncheckedExtrinsic> {
				data.create_extrinsics()
			}

			/// Checks the inherents of a block against the data of a replica.
			pub(crate) fn check_inherents(
				block: &<super::Block as sp_runtime::traits::Block>::LazyBlock,
				data: &InherentData,
			) -> CheckInherentsResult {
				data.check_extrinsics(block)
			}
		}

		pub use pallets::*;
		pub use tp_core::{AccountId, Balance, BlockNumber, Hash, Nonce, Signature};
		pub use $crate::{Address, Header, MemberKeys, ProxyType, SessionKeys};

		/// What a transaction carries beside its call.
		pub type TxExtension = $crate::TxExtension<Runtime>;
		/// A transaction or inherent.
		pub type UncheckedExtrinsic = $crate::UncheckedExtrinsic<RuntimeCall, TxExtension>;
		/// A block.
		pub type Block = $crate::Block<RuntimeCall, TxExtension>;
		/// What the sender of a transaction signs.
		pub type SignedPayload = sp_runtime::generic::SignedPayload<RuntimeCall, TxExtension>;
		/// Runs blocks through the pallets.
		pub type Executive = frame_executive::Executive<
			Runtime,
			Block,
			frame_system::ChainContext<Runtime>,
			$crate::SelfAuthorized<RuntimeCall>,
			AllPalletsWithSystem,
		>;

		#[cfg(feature = "std")]
		#[allow(dead_code, missing_docs)]
		mod blob {
			include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
		}

		/// The runtime as wasm, compressed. `None` if its build was skipped (`SKIP_WASM_BUILD`).
		#[cfg(feature = "std")]
		pub use blob::WASM_BINARY;
	};
}

/// Declares `VERSION`, the version of a runtime: its name and its spec version. Both must be literals, since the SDK's macro
/// writes them into the wasm blob.
#[macro_export]
macro_rules! runtime_version {
	($name:tt, $spec:tt) => {
		/// The version of this runtime.
		#[sp_version::runtime_version]
		pub const VERSION: sp_version::RuntimeVersion = sp_version::RuntimeVersion {
			spec_name: alloc::borrow::Cow::Borrowed($name),
			impl_name: alloc::borrow::Cow::Borrowed($name),
			authoring_version: 1,
			spec_version: $spec,
			impl_version: 1,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			// State version 0, values inline: measured a quarter cheaper than version 1.
			system_version: 0,
		};
	};
}
