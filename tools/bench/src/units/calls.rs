//! Units, signed in advance and kept as the JSON of the calls that submit them: while the load runs, the generator only
//! copies bytes.

use crate::units::accounts::{genesis_head, in_parallel, Accounts};
use anyhow::Context;
use codec::Encode;
use jsonrpsee::core::{traits::ToRpcParams, JsonRawValue};
use std::borrow::Cow;
use top_sdk::{Balance, Domain, Operation, Unit, UnitBuilder, UnitHash};

/// Maximum number of units of one call: a batch of signatures of a verifier.
pub const CALL_UNITS: usize = 256;
/// Amount of a transfer: the smallest unit, so that no account runs out.
const AMOUNT: Balance = 1;

/// The calls of all connections.
pub struct Calls {
	/// The calls of each connection, in their order.
	pub by_sender: Vec<Vec<Call>>,
	/// Number of units of all calls.
	pub units: u64,
}

/// Units that are submitted together.
pub struct Call {
	/// Number of units.
	pub units: u32,
	/// All units but the last, if there are others.
	pub batch: Option<Params>,
	/// The last unit, which is watched.
	pub watched: Params,
}

/// Parameters of a call, as JSON.
#[derive(Clone)]
pub struct Params(Box<JsonRawValue>);

impl Calls {
	/// Signs units, on all processors. The accounts take turns. Each connection has its own accounts, so that the units
	/// of an account arrive in their order.
	///
	/// # Errors
	/// If a unit cannot be built.
	pub fn sign(
		accounts: &Accounts,
		domain: &Domain,
		units: u32,
		operations: u8,
		senders: u16,
	) -> anyhow::Result<Self> {
		let load = Load { accounts, domain, units: usize::try_from(units)?, operations: operations.into() };
		let senders = usize::from(senders).min(accounts.len()).min(load.units);
		let by_sender = in_parallel((0..senders).collect(), |sender| load.calls(sender, senders))?;
		Ok(Self { by_sender, units: units.into() })
	}
}

/// The units to sign.
struct Load<'a> {
	accounts: &'a Accounts,
	domain: &'a Domain,
	units: usize,
	operations: usize,
}

impl Load<'_> {
	/// Returns the calls of the connection with an index.
	fn calls(&self, sender: usize, senders: usize) -> anyhow::Result<Vec<Call>> {
		let mut chains: Vec<(usize, UnitHash)> = (sender..self.accounts.len())
			.step_by(senders)
			.map(|account| (account, genesis_head(&self.accounts.ids[account])))
			.collect();
		let (mut calls, mut units) = (Vec::new(), Vec::with_capacity(CALL_UNITS));
		for height in 0.. {
			// The accounts ascend, and the first ones may have one unit more than the others.
			chains.retain(|(account, _)| height * self.accounts.len() + account < self.units);
			if chains.is_empty() {
				break;
			}
			for (account, head) in &mut chains {
				let unit = self.unit(*account, height, *head)?;
				*head = unit.hash();
				units.push(unit.encode());
				if units.len() == CALL_UNITS {
					calls.push(Call::new(std::mem::take(&mut units))?);
				}
			}
		}
		if !units.is_empty() {
			calls.push(Call::new(units)?);
		}
		Ok(calls)
	}

	fn unit(&self, account: usize, height: usize, parent: UnitHash) -> anyhow::Result<Unit> {
		let count = self.accounts.len();
		let mut builder = UnitBuilder::new().at(u32::try_from(height)?, parent);
		for operation in 0..self.operations {
			// Far from the payer's index; every account is paid equally often.
			let paid = (account + count / 2 + operation) % count;
			let paid = if paid == account { (paid + 1) % count } else { paid };
			let dest = self.accounts.ids[paid].clone();
			builder = builder.operation(Operation::TransferKeepAlive { dest, amount: AMOUNT });
		}
		Ok(builder.sign(&self.accounts.keys[account], self.domain)?)
	}
}

impl Call {
	fn new(mut units: Vec<Vec<u8>>) -> anyhow::Result<Self> {
		let count = u32::try_from(units.len())?;
		let last = units.pop().context("a call has units; qed")?;
		let batch = if units.is_empty() { None } else { Some(Params::submit(units.iter().map(hex))?) };
		Ok(Self {
			units: count,
			batch,
			watched: Params::raw(format!("[[\"{}\"],{{\"receipts\":false}}]", hex(&last)))?,
		})
	}
}

impl Params {
	/// Returns those of `lattice_submit`, from units in hex.
	fn submit(units: impl IntoIterator<Item = impl AsRef<str>>) -> anyhow::Result<Self> {
		let mut json = String::from("[[");
		for (place, unit) in units.into_iter().enumerate() {
			json.push_str(if place == 0 { "\"" } else { ",\"" });
			json.push_str(unit.as_ref());
			json.push('"');
		}
		json.push_str("]]");
		Self::raw(json)
	}

	/// Returns those of some of the units, by their indices.
	///
	/// # Errors
	/// If these are no parameters of `lattice_submit`.
	pub fn only(&self, places: &[usize]) -> anyhow::Result<Self> {
		let (units,): (Vec<Cow<str>>,) = serde_json::from_str(self.0.get())?;
		Self::submit(places.iter().filter_map(|place| units.get(*place)))
	}

	fn raw(json: String) -> anyhow::Result<Self> {
		Ok(Self(JsonRawValue::from_string(json)?))
	}
}

impl ToRpcParams for &Params {
	fn to_rpc_params(self) -> Result<Option<Box<JsonRawValue>>, serde_json::Error> {
		Ok(Some(self.0.clone()))
	}
}

fn hex(unit: &Vec<u8>) -> String {
	format!("0x{}", hex::encode(unit))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::args::Scheme;
	use codec::DecodeAll;
	use std::collections::BTreeMap;

	fn units_of(params: &Params) -> Vec<Unit> {
		let json: serde_json::Value = serde_json::from_str(params.0.get()).unwrap();
		let bytes = |unit: &serde_json::Value| hex::decode(unit.as_str().unwrap().trim_start_matches("0x")).unwrap();
		json[0].as_array().unwrap().iter().map(|unit| Unit::decode_all(&mut &bytes(unit)[..]).unwrap()).collect()
	}

	#[test]
	fn units_continue_their_accounts_chains_in_the_order_of_one_connection() {
		for scheme in [Scheme::Sr25519, Scheme::Ed25519] {
			let accounts = Accounts::derive(scheme, 7).unwrap();
			let domain = Domain(UnitHash::repeat_byte(3));
			let calls = Calls::sign(&accounts, &domain, 600, 2, 2).unwrap();
			assert_eq!(calls.by_sender.len(), 2);
			let mut heads: BTreeMap<_, _> = accounts.ids.iter().map(|id| (id.clone(), (0, genesis_head(id)))).collect();
			let mut count = 0;
			for call in calls.by_sender.iter().flatten() {
				let batch = call.batch.as_ref().map(units_of).unwrap_or_default();
				let units: Vec<Unit> = batch.into_iter().chain(units_of(&call.watched)).collect();
				assert_eq!(units.len(), call.units as usize);
				for unit in units {
					let place = heads.get_mut(&unit.body.account).unwrap();
					assert_eq!((unit.body.height, unit.body.parent), *place);
					assert_eq!(unit.body.operations.len(), 2);
					assert!(unit.is_signed(&domain));
					*place = (place.0 + 1, unit.hash());
					count += 1;
				}
			}
			assert_eq!(count, 600);
			assert!(heads.values().all(|(height, _)| [85, 86].contains(height)), "{heads:?}");
		}
	}

	#[test]
	fn some_units_of_a_call_can_be_submitted_again() {
		let params = Params::submit(["0x01", "0x02", "0x03"]).unwrap();
		assert_eq!(params.only(&[0, 2]).unwrap().0.get(), r#"[["0x01","0x03"]]"#);
		assert_eq!(Call::new(vec![vec![1]]).unwrap().watched.0.get(), r#"[["0x01"],{"receipts":false}]"#);
	}
}
