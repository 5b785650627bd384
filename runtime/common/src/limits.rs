//! The limits of a block, and the shares of accounts.

use frame_support::{
	dispatch::DispatchClass,
	weights::{
		constants::{BlockExecutionWeight, ExtrinsicBaseWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits;
use sp_runtime::Perbill;
use tp_core::BlockNumber;

pub use pallet_quota::config_preludes::SHARES;

/// The share of a block for ordinary transactions. The rest is reserved for operational ones, such as evidence.
pub const NORMAL_SHARE: Perbill = Perbill::from_percent(75);

/// The most that a block may compute: 2 s of reference time. There is no limit of proof size, since these blocks are not
/// executed from proofs.
pub const MAX_BLOCK_WEIGHT: Weight = Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX);

/// The most bytes of a block's body. Transfers reach the limit of weight long before: 5,000 of them have 0.8 MB.
pub const MAX_BLOCK_BYTES: u32 = 5 * 1024 * 1024;

/// The share of a block that its initialization is expected to take, which bounds scheduled calls.
const INITIALIZATION_SHARE: Perbill = Perbill::from_percent(5);

/// The number of block hashes that a runtime keeps, and so the longest life of a mortal transaction in blocks: 34 min at the
/// main chain's pace, and 6.8 min at the shards'.
///
/// `@polkadot/api` signs for this many blocks, because the least period of the timestamps is far below a block's time. More
/// than 4,096 would break it: an era that is longer begins at a multiple of blocks, and `@polkadot/api` signs another hash.
pub const BLOCK_HASH_COUNT: BlockNumber = 4_096;

/// The least time between the timestamps of two blocks, in milliseconds. Timestamps only have to grow: consensus sets the
/// pace (`PbftApi::config`).
pub const MINIMUM_PERIOD_MS: u64 = 1;

/// Returns for how many blocks `@polkadot/api` signs if its caller does not say, by the constants of the runtime.
pub const fn default_mortality() -> u64 {
	const MORTAL_MS: u64 = 5 * 60 * 1_000;
	const MAX_FINALITY_LAG: u64 = 5;
	let wanted = MORTAL_MS / (2 * MINIMUM_PERIOD_MS) + MAX_FINALITY_LAG;
	if wanted < BLOCK_HASH_COUNT as u64 {
		wanted
	} else {
		BLOCK_HASH_COUNT as u64
	}
}

/// Returns the limits of weight of a block and its classes of transactions.
pub fn block_weights() -> limits::BlockWeights {
	let normal = NORMAL_SHARE * MAX_BLOCK_WEIGHT;
	limits::BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| weights.base_extrinsic = ExtrinsicBaseWeight::get())
		.for_class(DispatchClass::Normal, |weights| weights.max_total = Some(normal))
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(MAX_BLOCK_WEIGHT);
			weights.reserved = Some(MAX_BLOCK_WEIGHT - normal);
		})
		.avg_block_initialization(INITIALIZATION_SHARE)
		.build_or_panic()
}

/// Returns the limits of length of a block and its classes of transactions.
pub fn block_length() -> limits::BlockLength {
	limits::BlockLength::builder()
		.max_length(MAX_BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |max| *max = NORMAL_SHARE * *max)
		.build()
}
