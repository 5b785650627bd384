//! The variants of the bench: a base, and one factor varied at a time.

/// Extrinsics of the variants that measure the extrinsic lane.
const BASELINE_TRANSFERS: u32 = 5_000;

/// A variant of the bench.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
	/// The factor that differs from the base.
	pub factor: &'static str,
	/// Its value.
	pub value: String,
	/// Arguments of `bench units`.
	pub arguments: Vec<String>,
}

/// The sizes of a matrix.
#[derive(Clone, Copy, Debug)]
pub struct Sizes<'a> {
	/// Accounts of the base.
	pub accounts: u32,
	/// Other numbers of accounts.
	pub more_accounts: &'a [u32],
	/// Units of each run.
	pub units: u32,
	/// Seconds of each load below the capacity.
	pub open_seconds: u32,
	/// Samples under light load.
	pub samples: u32,
}

impl Variant {
	/// Returns its name.
	pub fn name(&self) -> String {
		match self.factor {
			"base" => self.factor.to_owned(),
			factor => format!("{factor} {}", self.value),
		}
	}
}

/// Returns the base, which comes first, and the variants. The base, and variants with more accounts or validators, have
/// loads below the capacity and the extrinsic lane as well; the others have full and light load only.
pub fn all(sizes: &Sizes) -> Vec<Variant> {
	let Sizes { accounts, more_accounts, units, open_seconds, samples } = *sizes;
	let variant = |factor, value: String, accounts: u32, is_whole: bool, flags: &[&str]| {
		let (open, baseline) = if is_whole { (open_seconds, BASELINE_TRANSFERS) } else { (0, 0) };
		let sizes = [
			format!("--accounts={accounts}"),
			format!("--units={units}"),
			format!("--samples={samples}"),
			format!("--open-seconds={open}"),
			format!("--baseline-transfers={baseline}"),
		];
		let arguments = sizes.into_iter().chain(flags.iter().map(|flag| (*flag).to_owned())).collect();
		Variant { factor, value, arguments }
	};
	let varied = |factor, value: &str, flags: &[&str]| variant(factor, value.to_owned(), accounts, false, flags);
	let mut variants = vec![
		variant("base", String::new(), accounts, true, &[]),
		varied("scheme", "ed25519", &["--scheme=ed25519"]),
		varied("payload", "wrapped", &["--wrapped"]),
		varied("watched", "none", &["--watch=none"]),
		varied("watched", "all", &["--watch=all"]),
		varied("receivers", "zipf", &["--receivers=zipf"]),
		varied("operations", "16", &["--ops-per-unit=16"]),
		varied("quotas", "lifted", &["--quotas=lifted"]),
		variant("validators", "4".into(), accounts, true, &["--validators=4"]),
	];
	for more in more_accounts.iter().filter(|more| **more != accounts) {
		variants.push(variant("accounts", more.to_string(), *more, true, &[]));
	}
	variants
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::UnitsBench;
	use clap::Parser;
	use std::collections::BTreeSet;

	#[derive(Debug, clap::Parser)]
	struct Cli {
		#[command(flatten)]
		bench: UnitsBench,
	}

	fn variants() -> Vec<Variant> {
		let more_accounts = [10_000, 100_000, 4_000_000];
		all(&Sizes { accounts: 100_000, more_accounts: &more_accounts, units: 15_000, open_seconds: 8, samples: 20 })
	}

	#[test]
	fn the_bench_takes_all_variants() {
		for Variant { factor, value, arguments } in variants() {
			let parsed = Cli::try_parse_from(["units".to_owned()].into_iter().chain(arguments));
			assert!(parsed.is_ok(), "{factor} {value}: {parsed:?}");
		}
	}

	#[test]
	fn each_variant_differs_from_the_base_in_one_factor() {
		let variants = variants();
		let names: BTreeSet<String> = variants.iter().map(Variant::name).collect();
		assert_eq!(names.len(), variants.len());
		assert_eq!(variants[0].name(), "base");
		// The sizes are loads of the same bench, not factors.
		let is_size = |flag: &&String| flag.starts_with("--open-seconds") || flag.starts_with("--baseline");
		let flags = |variant: &Variant| -> BTreeSet<String> {
			variant.arguments.iter().filter(|flag| !is_size(flag)).cloned().collect()
		};
		let base = flags(&variants[0]);
		for variant in &variants[1..] {
			assert_eq!(flags(variant).difference(&base).count(), 1, "{variant:?}");
		}
	}
}
