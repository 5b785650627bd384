//! The accounts that calls of the wallets' pallets derive from their senders.

// The macro generates items without docs.
#![allow(missing_docs)]

/// Declares `Derived`, by which `pallet-mailbox` refuses pure proxies and multisigs of other shards, for the `Runtime` of the calling
/// crate. It has the pallets `Proxy` and `Multisig`.
#[macro_export]
macro_rules! derived_accounts {
	() => {
		/// An account that a call derives from its sender.
		#[derive(codec::Encode, codec::Decode, scale_info::TypeInfo)]
		pub enum Derived {
			/// A pure proxy.
			Pure {
				/// Its rights, which are a part of its id.
				proxy_type: ProxyType,
				/// The number that its creator gives it.
				index: u16,
			},
			/// A multisig.
			Multisig {
				/// How many of the signatories approve a call.
				threshold: u16,
				/// The signatories beside the sender.
				others: alloc::vec::Vec<AccountId>,
			},
		}

		impl pallet_mailbox::Derivation<RuntimeCall> for Derived {
			// `as_multi_threshold_1` takes no deposit: its call runs at once, and fails if it moves balance of another shard's account.
			fn of(call: &RuntimeCall) -> Option<Self> {
				use pallet_multisig::Call::{approve_as_multi, as_multi};
				match call {
					RuntimeCall::Proxy(pallet_proxy::Call::create_pure { proxy_type, index, .. }) => {
						Some(Self::Pure { proxy_type: *proxy_type, index: *index })
					},
					RuntimeCall::Multisig(
						as_multi { threshold, other_signatories, .. }
						| approve_as_multi { threshold, other_signatories, .. },
					) => Some(Self::Multisig { threshold: *threshold, others: other_signatories.clone() }),
					_ => None,
				}
			}

			fn account(&self, sender: &AccountId) -> AccountId {
				match self {
					Self::Pure { proxy_type, index } => Proxy::pure_account(sender, proxy_type, *index, None),
					Self::Multisig { threshold, others } => {
						let mut signatories = others.clone();
						signatories.push(sender.clone());
						signatories.sort();
						Multisig::multi_account_id(&signatories, *threshold)
					},
				}
			}
		}
	};
}
