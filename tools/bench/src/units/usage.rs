//! Processor time by group of threads.

use crate::{
	accounting::{GroupTimes, Metered},
	percentiles::{ratio, rounded},
};
use serde::Serialize;
use std::{collections::BTreeMap, time::Duration};

/// Processor time per transfer, in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GroupReport {
	/// The whole process, by the kernel's count of it.
	pub whole: f64,
	/// Its threads by group. Their sum is the whole.
	pub groups: BTreeMap<String, f64>,
}

impl GroupReport {
	/// Computes the times per transfer.
	pub fn new(times: &GroupTimes, transfers: f64) -> Self {
		let each = |time: Duration| rounded(ratio(time.as_secs_f64() * 1_000_000.0, transfers));
		let groups = times.groups.iter().map(|(group, time)| (group.clone(), each(*time))).collect();
		Self { whole: each(times.whole), groups }
	}
}

/// Processor time of validators, and of the load generator beside them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CpuReport {
	/// All validators together.
	pub validators_us: GroupReport,
	/// The load generator. It is no part of the validators' time, and shares the processors with them.
	pub generator_us: GroupReport,
	/// Processors that both kept busy.
	pub cores_used: f64,
}

impl CpuReport {
	/// Computes the times per transfer.
	pub fn new(metered: &Metered, transfers: f64) -> Self {
		let both = metered.nodes_cpu.whole + metered.generator_cpu.whole;
		Self {
			validators_us: GroupReport::new(&metered.nodes_cpu, transfers),
			generator_us: GroupReport::new(&metered.generator_cpu, transfers),
			cores_used: rounded(ratio(both.as_secs_f64(), metered.time.as_secs_f64())),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn times_are_per_transfer() {
		let times = |ms| GroupTimes {
			groups: BTreeMap::from([("runtime".to_owned(), Duration::from_millis(ms))]),
			whole: Duration::from_millis(ms),
		};
		let metered = Metered {
			time: Duration::from_secs(1),
			nodes_cpu: times(1_500),
			generator_cpu: times(300),
			..Metered::default()
		};
		let report = CpuReport::new(&metered, 1_000.0);
		assert_eq!((report.validators_us.whole, report.generator_us.whole, report.cores_used), (1_500.0, 300.0, 1.8));
		assert_eq!(report.validators_us.groups["runtime"], 1_500.0);
	}
}
