//! What senders of units are told.

use std::collections::BTreeMap;
use top_sdk::reports::UnitReport;

/// Counts of reports by status, or by the code of a refusal.
#[derive(Default)]
pub struct Answers(BTreeMap<String, usize>);

impl Answers {
	/// Counts one.
	pub fn add(&mut self, report: &UnitReport) {
		let answer = match &report.reason {
			Some(reason) => serde_json::to_value(&reason.code).unwrap().as_str().unwrap().to_owned(),
			None => serde_json::to_value(report.status).unwrap().as_str().unwrap().to_owned(),
		};
		*self.0.entry(answer).or_default() += 1;
	}

	/// Adds the counts of another.
	pub fn merge(&mut self, other: Self) {
		for (answer, count) in other.0 {
			*self.0.entry(answer).or_default() += count;
		}
	}

	/// Returns the number of reports.
	pub fn count(&self) -> usize {
		self.0.values().sum()
	}

	/// Checks that all answers of the first list occur, and only answers of both lists.
	#[track_caller]
	pub fn assert_are(&self, must: &[&str], may: &[&str]) {
		for answer in must {
			assert!(self.0.contains_key(*answer), "no unit was answered with {answer}: {:?}", self.0);
		}
		let strange: Vec<_> = self
			.0
			.keys()
			.filter(|answer| !must.contains(&answer.as_str()) && !may.contains(&answer.as_str()))
			.collect();
		assert!(strange.is_empty(), "answers that nothing explains: {strange:?} of {:?}", self.0);
	}
}

impl std::fmt::Display for Answers {
	fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
		let answers: Vec<_> = self.0.iter().map(|(answer, count)| format!("{answer} {count}")).collect();
		f.write_str(&answers.join(", "))
	}
}
