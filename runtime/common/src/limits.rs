//! What fits into a block.

use frame_support::{
	dispatch::DispatchClass,
	weights::{
		constants::{BlockExecutionWeight, ExtrinsicBaseWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits;
use pallet_quota::ShareRules;
use sp_runtime::{Perbill, Percent};
use tp_core::{BlockNumber, TOP};
use tp_lattice::Usage;

/// Share of a block open to ordinary transactions. The rest is kept for operational ones, such as evidence.
pub const NORMAL_SHARE: Perbill = Perbill::from_percent(75);

/// Most that a block may compute: 2 s of reference time. There is no limit of proof size, since no one executes these
/// blocks from proofs.
pub const MAX_BLOCK_WEIGHT: Weight = Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX);

/// Most bytes of a block's body. Far above what transfers need to fill the weight (5,000 of them have 0.8 MB).
pub const MAX_BLOCK_BYTES: u32 = 5 * 1024 * 1024;

/// How long an initialization may take, as a share of a block: what agendas may use at once.
const INITIALIZATION_SHARE: Perbill = Perbill::from_percent(5);

/// A day's share of every account: some 2,000 units that pay one account each, or 800 transfers by extrinsic. Of bytes it is
/// enough to send the ledger a runtime.
const FREE: Usage = Usage { compute: 3 * WEIGHT_REF_TIME_PER_SECOND / 10, bytes: 1024 * 1024 };

/// What accounts may use, before anything is lent. 1,000 TOP locked give as much again as every account has.
pub const SHARES: ShareRules =
	ShareRules { free: FREE, per_stake_unit: FREE, stake_unit: 1_000 * TOP, block_free: Percent::from_percent(30) };

/// How many block hashes a runtime knows, hence how long a mortal transaction can live.
pub const BLOCK_HASH_COUNT: BlockNumber = 4_096;

/// Least time between two blocks' timestamps, in milliseconds. The pace is the consensus' affair
/// (`PbftApi::config`); a timestamp only has to grow.
pub const MINIMUM_PERIOD_MS: u64 = 1;

/// The weights that a block and its classes of transactions may have.
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

/// The bytes that a block and its classes of transactions may have.
pub fn block_length() -> limits::BlockLength {
	limits::BlockLength::builder()
		.max_length(MAX_BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |max| *max = NORMAL_SHARE * *max)
		.build()
}
