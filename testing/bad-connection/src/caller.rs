//! A caller that pays over a bad connection, and does what the errors advise.

use top_sdk::{AccountId, Balance, Client, Error, Keypair, Receipt, Unit};

/// What a caller was told.
#[derive(Debug, Default)]
pub struct Told {
	/// Receipts of final payments, with their amounts.
	pub final_payments: Vec<(Balance, Receipt)>,
	/// Errors that had a unit, which was sent again.
	pub sent_again: usize,
	/// Errors without a unit: nothing was signed.
	pub not_signed: usize,
	/// Units that can never apply, for which another one was signed.
	pub signed_again: usize,
}

impl Told {
	/// Adds what another caller was told.
	pub fn merge(&mut self, other: Self) {
		let Self { final_payments, sent_again, not_signed, signed_again } = other;
		self.final_payments.extend(final_payments);
		self.sent_again += sent_again;
		self.not_signed += not_signed;
		self.signed_again += signed_again;
	}
}

/// Makes a payment of each amount, one after the other. Payments differ by their amounts.
pub async fn pay_each(
	top: &Client,
	from: &Keypair,
	to: &AccountId,
	amounts: impl IntoIterator<Item = Balance>,
) -> Told {
	let mut told = Told::default();
	for amount in amounts {
		let mut signed: Option<Unit> = None;
		let receipt = loop {
			let sent = match signed.take() {
				Some(unit) => top.send(unit).await,
				None => top.pay(from, to, amount).await,
			};
			let result = match sent {
				Ok(payment) => payment.finalized().await,
				Err(error) => Err(error),
			};
			match result {
				Ok(receipt) => break receipt,
				Err(error) => signed = again(error, &mut told),
			}
		};
		told.final_payments.push((amount, receipt));
	}
	told
}

/// Returns the unit to send again after an error; without one, the payment is signed again.
fn again(error: Error, told: &mut Told) -> Option<Unit> {
	match error.units() {
		[] => told.not_signed += 1,
		[unit] if error.may_still_apply() => {
			told.sent_again += 1;
			return Some(unit.clone());
		},
		_ => told.signed_again += 1,
	}
	None
}
