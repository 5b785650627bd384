//! The accounts that units pay.

use crate::units::args::Receivers;
use anyhow::anyhow;
use rand::{rngs::StdRng, SeedableRng};
use rand_distr::{Distribution, Zipf};

/// The exponent of Zipf's law: 1, as of words, cities and purses.
const EXPONENT: f64 = 1.0;

/// Chooses the accounts that are paid: always the same for the same sender and height.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
	accounts: usize,
	law: Option<Zipf<f64>>,
}

impl Choice {
	/// Chooses among accounts `0..accounts`, which are two at least.
	///
	/// # Errors
	/// If there are no accounts.
	pub fn new(receivers: Receivers, accounts: usize) -> anyhow::Result<Self> {
		let law = match receivers {
			Receivers::Uniform => None,
			Receivers::Zipf => {
				Some(Zipf::new(accounts as u64, EXPONENT).map_err(|error| anyhow!("no accounts to pay: {error}"))?)
			},
		};
		Ok(Self { accounts, law })
	}

	/// Returns the accounts that a unit pays, none of them its sender.
	pub fn paid(&self, sender: usize, height: u32, operations: usize) -> Vec<usize> {
		let count = self.accounts;
		let other = |account: usize| if account == sender { (account + 1) % count } else { account };
		match self.law {
			// Far from the sender's index; every account is paid equally often.
			None => (0..operations).map(|operation| other((sender + count / 2 + operation) % count)).collect(),
			Some(law) => {
				let mut random = StdRng::seed_from_u64((sender as u64) << 32 | u64::from(height));
				// A rank is a whole number from 1 to the number of accounts.
				#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
				let mut rank = || law.sample(&mut random) as usize;
				(0..operations).map(|_| other(rank().clamp(1, count) - 1)).collect()
			},
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nobody_pays_itself() {
		for receivers in [Receivers::Uniform, Receivers::Zipf] {
			let choice = Choice::new(receivers, 5).unwrap();
			for (sender, height) in (0..5).flat_map(|sender| (0..20).map(move |height| (sender, height))) {
				let paid = choice.paid(sender, height, 16);
				assert_eq!(paid.len(), 16);
				assert!(paid.iter().all(|account| *account != sender && *account < 5), "{receivers:?}: {paid:?}");
				assert_eq!(paid, choice.paid(sender, height, 16));
			}
		}
	}

	#[test]
	fn few_accounts_get_most_payments_by_zipfs_law() {
		let choice = Choice::new(Receivers::Zipf, 1_000).unwrap();
		let mut payments = [0_u32; 1_000];
		for sender in 0..1_000 {
			choice.paid(sender, 3, 10).into_iter().for_each(|account| payments[account] += 1);
		}
		// 1 / (1 + 1/2 + … + 1/1000) = 13.4 % of 10,000 for the first, and half of that for the second.
		assert!((1_150..1_550).contains(&payments[0]), "{}", payments[0]);
		assert!((500..850).contains(&payments[1]), "{}", payments[1]);
		let first_hundred: u32 = payments[..100].iter().sum();
		assert!((6_500..7_300).contains(&first_hundred), "{first_hundred}");
	}
}
