//! The pallets that `benchmark pallet` measures.

frame_benchmarking::define_benchmarks!(
	[frame_benchmarking, BaselineBench::<Runtime>]
	[pallet_balances, Balances]
	[pallet_template, Registry]
);
