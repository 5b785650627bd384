//! The JSON of the calls that submit signed units.

use crate::units::{args::Watched, signer::SignedUnit};
use jsonrpsee::core::{traits::ToRpcParams, JsonRawValue};
use std::borrow::Cow;
use top_sdk::UnitHash;

/// Maximum number of units of one call: a batch of signatures of a verifier.
pub const CALL_UNITS: usize = 256;

/// Units that are submitted together.
pub struct Call {
	/// Hashes of all units, in their order.
	pub hashes: Vec<UnitHash>,
	/// The place of the first watched unit.
	pub first_watched: usize,
	/// The units that are not watched, which come first.
	pub batch: Option<Params>,
	/// The watched units.
	pub watched: Option<Params>,
}

/// Parameters of a call, as JSON.
#[derive(Clone)]
pub struct Params(Box<JsonRawValue>);

impl Call {
	/// Makes a call of units.
	///
	/// # Errors
	/// If they are no JSON.
	pub fn new(units: &[SignedUnit], watched: Watched) -> anyhow::Result<Self> {
		let unwatched = match watched {
			Watched::None => units.len(),
			Watched::Last => units.len().saturating_sub(1),
			Watched::All => 0,
		};
		let (batch, watched) = units.split_at(unwatched);
		let params = |units: &[SignedUnit], options: &str| {
			let hex = units.iter().map(|unit| unit.hex.as_str());
			(!units.is_empty()).then(|| Params::of(hex, options)).transpose()
		};
		Ok(Self {
			hashes: units.iter().map(|unit| unit.hash).collect(),
			first_watched: unwatched,
			batch: params(batch, "")?,
			watched: params(watched, WATCH_OPTIONS)?,
		})
	}

	/// Splits units into calls of at most [`CALL_UNITS`].
	///
	/// # Errors
	/// As [`Self::new`].
	pub fn all(units: &[SignedUnit], watched: Watched) -> anyhow::Result<Vec<Self>> {
		units.chunks(CALL_UNITS).map(|units| Self::new(units, watched)).collect()
	}
}

/// The options of a watch: the statuses alone.
const WATCH_OPTIONS: &str = r#",{"receipts":false}"#;

impl Params {
	/// Returns those of units in hex, with further arguments.
	fn of<'a>(units: impl IntoIterator<Item = &'a str>, options: &str) -> anyhow::Result<Self> {
		let mut json = String::from("[[");
		for (place, unit) in units.into_iter().enumerate() {
			json.push_str(if place == 0 { "\"" } else { ",\"" });
			json.push_str(unit);
			json.push('"');
		}
		json.push(']');
		json.push_str(options);
		json.push(']');
		Ok(Self(JsonRawValue::from_string(json)?))
	}

	/// Returns those of some units of `lattice_submit`, by their indices.
	///
	/// # Errors
	/// If these are no parameters of `lattice_submit`.
	pub fn only(&self, places: &[usize]) -> anyhow::Result<Self> {
		let (units,): (Vec<Cow<str>>,) = serde_json::from_str(self.0.get())?;
		Self::of(places.iter().filter_map(|place| units.get(*place)).map(AsRef::as_ref), "")
	}

	/// Returns those of one unit of `lattice_submitAndWatch`, by its index.
	///
	/// # Errors
	/// If these are no parameters of `lattice_submitAndWatch`, or have no such unit.
	pub fn watched_only(&self, place: usize) -> anyhow::Result<Self> {
		let (units, _): (Vec<Cow<str>>, serde_json::Value) = serde_json::from_str(self.0.get())?;
		Self::of(units.get(place).map(AsRef::as_ref), WATCH_OPTIONS)
	}
}

impl ToRpcParams for &Params {
	fn to_rpc_params(self) -> Result<Option<Box<JsonRawValue>>, serde_json::Error> {
		Ok(Some(self.0.clone()))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn units(count: u8) -> Vec<SignedUnit> {
		(1..=count)
			.map(|number| SignedUnit { hash: UnitHash::repeat_byte(number), hex: format!("0x{number:02x}") })
			.collect()
	}

	#[test]
	fn the_watched_units_come_last() {
		let call = |watched| Call::new(&units(3), watched).unwrap();
		let text = |params: &Option<Params>| params.as_ref().map(|params| params.0.get().to_owned());
		let last = call(Watched::Last);
		assert_eq!(text(&last.batch).as_deref(), Some(r#"[["0x01","0x02"]]"#));
		assert_eq!(text(&last.watched).as_deref(), Some(r#"[["0x03"],{"receipts":false}]"#));
		let all = call(Watched::All);
		assert_eq!(text(&all.batch), None);
		assert_eq!(text(&all.watched).as_deref(), Some(r#"[["0x01","0x02","0x03"],{"receipts":false}]"#));
		let none = call(Watched::None);
		assert_eq!(text(&none.batch).as_deref(), Some(r#"[["0x01","0x02","0x03"]]"#));
		assert_eq!((text(&none.watched), none.hashes.len()), (None, 3));
		assert_eq!(text(&Call::new(&units(1), Watched::Last).unwrap().batch), None);
	}

	#[test]
	fn some_units_of_a_call_can_be_submitted_again() {
		let call = Call::new(&units(3), Watched::None).unwrap();
		assert_eq!(call.batch.unwrap().only(&[0, 2]).unwrap().0.get(), r#"[["0x01","0x03"]]"#);
		let watched = Call::new(&units(3), Watched::All).unwrap().watched.unwrap();
		assert_eq!(watched.watched_only(1).unwrap().0.get(), r#"[["0x02"],{"receipts":false}]"#);
	}

	#[test]
	fn calls_have_a_bounded_number_of_units() {
		let many: Vec<SignedUnit> = (0..3).flat_map(|_| units(200)).collect();
		let calls = Call::all(&many, Watched::Last).unwrap();
		assert_eq!(calls.iter().map(|call| call.hashes.len()).collect::<Vec<_>>(), [256, 256, 88]);
	}
}
