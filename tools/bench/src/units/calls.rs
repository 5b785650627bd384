//! The JSON of the calls that submit signed units.

use crate::units::{
	args::{CallShape, Form, Watched},
	signer::SignedUnit,
};
use anyhow::Context;
use codec::{Compact, Encode};
use jsonrpsee::core::{traits::ToRpcParams, JsonRawValue};
use std::{ops::Range, sync::Arc};
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
pub struct Params {
	json: Box<JsonRawValue>,
	form: Form,
	/// Where the hex of each unit is in the JSON.
	places: Arc<[Range<usize>]>,
	/// The JSON of further arguments.
	options: &'static str,
}

impl Call {
	/// Makes a call of units.
	///
	/// # Errors
	/// If they are no JSON.
	pub fn new(units: &[SignedUnit], shape: CallShape) -> anyhow::Result<Self> {
		let unwatched = match shape.watched {
			Watched::None => units.len(),
			Watched::Last => units.len().saturating_sub(1),
			Watched::All => 0,
		};
		let (batch, watched) = units.split_at(unwatched);
		let params = |units: &[SignedUnit], options: &'static str| {
			let hex = units.iter().map(|unit| unit.hex.as_str());
			(!units.is_empty()).then(|| Params::of(hex, shape.form, options)).transpose()
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
	pub fn all(units: &[SignedUnit], shape: CallShape) -> anyhow::Result<Vec<Self>> {
		units.chunks(CALL_UNITS).map(|units| Self::new(units, shape)).collect()
	}
}

/// The options of a watch: the statuses alone.
const WATCH_OPTIONS: &str = r#",{"receipts":false}"#;

impl Params {
	/// Returns those of units in hex without prefix, with further arguments.
	fn of<'a>(
		units: impl ExactSizeIterator<Item = &'a str>,
		form: Form,
		options: &'static str,
	) -> anyhow::Result<Self> {
		let count = hex::encode(Compact(u32::try_from(units.len())?).encode());
		let (before, between, after) = match form {
			Form::List => (r#"[["0x"#.to_owned(), r#"","0x"#, r#""]"#),
			Form::Joined => (format!(r#"["0x{count}"#), "", r#"""#),
		};
		let (mut json, mut places) = (before, Vec::with_capacity(units.len()));
		for unit in units {
			json.push_str(if places.is_empty() { "" } else { between });
			let begin = json.len();
			json.push_str(unit);
			places.push(begin..json.len());
		}
		json.push_str(after);
		json.push_str(options);
		json.push(']');
		Ok(Self { json: JsonRawValue::from_string(json)?, form, places: places.into(), options })
	}

	/// Returns those of some of the units, by their indices.
	///
	/// # Errors
	/// If there is no such unit.
	pub fn only(&self, places: &[usize]) -> anyhow::Result<Self> {
		let unit = |place: &usize| self.places.get(*place).and_then(|range| self.json.get().get(range.clone()));
		let units = places.iter().map(unit).collect::<Option<Vec<_>>>().context("the call has no such unit")?;
		Self::of(units.into_iter(), self.form, self.options)
	}
}

impl ToRpcParams for &Params {
	fn to_rpc_params(self) -> Result<Option<Box<JsonRawValue>>, serde_json::Error> {
		Ok(Some(self.json.clone()))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn units(count: u8) -> Vec<SignedUnit> {
		(1..=count)
			.map(|number| SignedUnit { hash: UnitHash::repeat_byte(number), hex: format!("{number:02x}") })
			.collect()
	}

	fn text(params: &Option<Params>) -> Option<&str> {
		params.as_ref().map(|params| params.json.get())
	}

	const LIST: Form = Form::List;

	#[test]
	fn the_watched_units_come_last() {
		let call = |watched| Call::new(&units(3), CallShape { watched, form: LIST }).unwrap();
		let last = call(Watched::Last);
		assert_eq!(text(&last.batch), Some(r#"[["0x01","0x02"]]"#));
		assert_eq!(text(&last.watched), Some(r#"[["0x03"],{"receipts":false}]"#));
		let all = call(Watched::All);
		assert_eq!(text(&all.batch), None);
		assert_eq!(text(&all.watched), Some(r#"[["0x01","0x02","0x03"],{"receipts":false}]"#));
		let none = call(Watched::None);
		assert_eq!(text(&none.batch), Some(r#"[["0x01","0x02","0x03"]]"#));
		assert_eq!((text(&none.watched), none.hashes.len()), (None, 3));
		assert_eq!(text(&Call::new(&units(1), CallShape { watched: Watched::Last, form: LIST }).unwrap().batch), None);
	}

	#[test]
	fn units_in_one_string_follow_their_number() {
		let call = Call::new(&units(3), CallShape { watched: Watched::Last, form: Form::Joined }).unwrap();
		assert_eq!(text(&call.batch), Some(r#"["0x080102"]"#));
		assert_eq!(text(&call.watched), Some(r#"["0x0403",{"receipts":false}]"#));
	}

	#[test]
	fn some_units_of_a_call_can_be_submitted_again() {
		for (form, batch, watch) in [
			(LIST, r#"[["0x01","0x03"]]"#, r#"[["0x02"],{"receipts":false}]"#),
			(Form::Joined, r#"["0x080103"]"#, r#"["0x0402",{"receipts":false}]"#),
		] {
			let call = |watched| Call::new(&units(3), CallShape { watched, form }).unwrap();
			let again = call(Watched::None).batch.unwrap().only(&[0, 2]).unwrap();
			assert_eq!(again.json.get(), batch);
			assert_eq!(again.only(&[0, 1]).unwrap().json.get(), batch);
			assert_eq!(call(Watched::All).watched.unwrap().only(&[1]).unwrap().json.get(), watch);
			assert!(again.only(&[2]).is_err());
		}
	}

	#[test]
	fn calls_have_a_bounded_number_of_units() {
		let many: Vec<SignedUnit> = (0..3).flat_map(|_| units(200)).collect();
		let calls = Call::all(&many, CallShape { watched: Watched::Last, form: LIST }).unwrap();
		assert_eq!(calls.iter().map(|call| call.hashes.len()).collect::<Vec<_>>(), [256, 256, 88]);
	}
}
