//! The floor: what a node cannot do without, the verification of signatures in full batches, on one thread of this machine.

use crate::{
	accounting::thread_time,
	percentiles::{ratio, rounded},
	units::{calls::CALL_UNITS, signer::SignedUnit},
};
use anyhow::{ensure, Context};
use codec::DecodeAll;
use serde::Serialize;
use std::time::Duration;
use top_sdk::{Domain, Unit};
use tp_lattice::verify_signatures;

/// Number of batches: some hundred milliseconds.
const BATCHES: usize = 16;

/// The floor of the processor time of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Floor {
	/// Verification of a unit's signature in full batches, in microseconds.
	pub verify_us_per_unit: f64,
	/// Processor time of a unit by one validator, divided by the former.
	pub times_floor: f64,
}

impl Floor {
	/// Compares the processor time of some units by all validators with the floor of one unit.
	pub fn new(verify: Duration, cpu: Duration, units: u64, validators: u16) -> Self {
		let us = |time: Duration| time.as_secs_f64() * 1_000_000.0;
		let each = ratio(us(cpu), units as f64 * f64::from(validators));
		Self { verify_us_per_unit: rounded(us(verify)), times_floor: rounded(ratio(each, us(verify))) }
	}
}

/// Measures the verification of a unit, given some signed ones. Call it while the network is idle.
///
/// # Errors
/// If there are no units, or one is not signed.
pub fn measure(domain: &Domain, units: &[Vec<SignedUnit>]) -> anyhow::Result<Duration> {
	let mut decoded = Vec::new();
	for unit in units.iter().flatten().take(BATCHES * CALL_UNITS) {
		let bytes = hex::decode(&unit.hex).context("a signed unit is in hex; qed")?;
		decoded.push(Unit::decode_all(&mut &bytes[..]).context("a signed unit decodes; qed")?);
	}
	let count = u32::try_from(decoded.len()).unwrap_or(u32::MAX);
	ensure!(count > 0, "there are no units to verify");
	let before = thread_time()?;
	for batch in decoded.chunks(CALL_UNITS) {
		ensure!(verify_signatures(domain, batch).into_iter().all(|is_right| is_right), "a signature is wrong");
	}
	Ok(thread_time()?.saturating_sub(before) / count)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::{
		accounts::Accounts,
		args::Scheme,
		signer::{tests::shape, Signer},
	};

	#[test]
	fn signatures_are_verified_for_their_domain_alone() {
		let accounts = Accounts::derive(Scheme::Ed25519, 4).unwrap();
		let domain = Domain::default();
		let mut signer = Signer::new(&accounts, domain, shape(Scheme::Ed25519, false), 4, 1).unwrap();
		let units = signer.sign(&[300]).unwrap();
		assert!(measure(&domain, &units).unwrap() > Duration::ZERO);
		let other = Domain(top_sdk::UnitHash::repeat_byte(1));
		assert!(measure(&other, &units).unwrap_err().to_string().contains("wrong"));
		assert!(measure(&domain, &[]).is_err());
	}

	#[test]
	fn each_validator_verifies_each_unit() {
		let floor = Floor::new(Duration::from_micros(15), Duration::from_secs(6), 10_000, 4);
		assert_eq!(floor, Floor { verify_us_per_unit: 15.0, times_floor: 10.0 });
	}
}
