//! The pallets that are measured.

frame_benchmarking::define_benchmarks!(
	[frame_benchmarking, BaselineBench::<Runtime>]
	[pallet_balances, Balances]
	[pallet_collective, Council]
	[pallet_committee, Committee]
	[pallet_comprehensive_stake, ComprehensiveStake]
	[pallet_computing_power, ComputingPower]
	[pallet_multisig, Multisig]
	[pallet_offences, Offences]
	[pallet_preimage, Preimage]
	[pallet_proxy, Proxy]
	[pallet_quota, Quota]
	[pallet_rewards, Rewards]
	[pallet_scheduler, Scheduler]
	[pallet_shard_assignment, ShardAssignment]
	[pallet_sudo, Sudo]
	[pallet_timestamp, Timestamp]
	[pallet_utility, Utility]
);
