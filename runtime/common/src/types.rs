//! Types of blocks and transactions.

use frame_support::dispatch::{DispatchInfo, PostDispatchInfo};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, Dispatchable},
	MultiAddress,
};
use tp_core::{AccountId, BlockNumber, Nonce, Signature};

/// The form in which a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;

/// A block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// A transaction or inherent: version 4 signed and bare, version 5 general and bare.
pub type UncheckedExtrinsic<RuntimeCall, Extension> =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, Extension>;

/// A block.
pub type Block<RuntimeCall, Extension> = generic::Block<Header, UncheckedExtrinsic<RuntimeCall, Extension>>;

/// The extensions of a transaction, which are checked in this order. All have the identifiers and the forms of the SDK's
/// own, so that every client can fill and sign them.
pub type TxExtension<Runtime> = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_quota::ChargeQuota<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// Returns the account that signs a transaction, or `None` if no account does.
pub fn signer<RuntimeCall, Extension>(transaction: &UncheckedExtrinsic<RuntimeCall, Extension>) -> Option<AccountId> {
	match &transaction.preamble {
		generic::Preamble::Signed(MultiAddress::Id(account), ..) => Some(account.clone()),
		_ => None,
	}
}

/// Returns the extensions of a transaction with a nonce that is valid for an era.
pub fn tx_extension<Runtime>(era: generic::Era, nonce: Nonce) -> TxExtension<Runtime>
where
	Runtime: frame_system::Config<Nonce = Nonce> + pallet_quota::Config + Send + Sync,
	Runtime::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
{
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(era),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_quota::ChargeQuota::from(0),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}
