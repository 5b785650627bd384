//! Types of blocks and transactions.

use sp_runtime::{generic, traits::BlakeTwo256, MultiAddress};
use tp_core::{AccountId, BlockNumber, Signature};

/// How a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;

/// A block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// A transaction or inherent: version 4 signed and bare, version 5 general and bare.
pub type UncheckedExtrinsic<RuntimeCall, Extension> =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, Extension>;

/// A block.
pub type Block<RuntimeCall, Extension> = generic::Block<Header, UncheckedExtrinsic<RuntimeCall, Extension>>;

/// What a transaction carries beside its call, and what is checked of it, in this order. All are the SDK's own, under
/// their standard identifiers, so that every client knows how to fill and to sign them.
pub type TxExtension<Runtime> = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);
