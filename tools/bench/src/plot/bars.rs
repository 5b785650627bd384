//! Stacked bars.

use crate::plot::{
	colour,
	scale::{short, Scale},
	svg::{Anchor, Svg},
};

/// Pixels for the names of bars.
const LEFT: f64 = 150.0;
const RIGHT: f64 = 60.0;
/// Pixels above the bars, with the title.
const ABOVE: f64 = 34.0;
/// Height of a bar, and with the space to the next.
const BAR: f64 = 16.0;
const ROW: f64 = 24.0;
/// Height of a row of the legend, and its columns.
const LEGEND_ROW: f64 = 18.0;
const LEGEND_COLUMNS: usize = 5;

/// A bar of stacked parts.
#[derive(Clone, Debug)]
pub struct Bar {
	/// Its name.
	pub name: String,
	/// Names and values of its parts. Parts of one name have one colour.
	pub parts: Vec<(String, f64)>,
}

/// A chart of bars.
#[derive(Clone, Debug)]
pub struct Bars {
	/// Its title.
	pub title: String,
	/// The unit of values.
	pub unit: String,
	/// The bars.
	pub bars: Vec<Bar>,
}

impl Bars {
	/// Returns the names of parts, each once, in the order of their first occurrence.
	fn names(&self) -> Vec<&str> {
		let mut names = Vec::new();
		for (name, _) in self.bars.iter().flat_map(|bar| &bar.parts) {
			if !names.contains(&name.as_str()) {
				names.push(name.as_str());
			}
		}
		names
	}

	/// Returns the height of the chart.
	pub fn height(&self) -> f64 {
		let legend = self.names().len().div_ceil(LEGEND_COLUMNS);
		ABOVE + self.bars.len() as f64 * ROW + legend as f64 * LEGEND_ROW + 20.0
	}

	/// Draws the chart into a place of a document.
	pub fn draw(&self, svg: &mut Svg, at: (f64, f64), width: f64) {
		let names = self.names();
		let sum = |bar: &Bar| bar.parts.iter().map(|(_, value)| value.max(0.0)).sum::<f64>();
		let scale = Scale::linear(self.bars.iter().map(sum), at.0 + LEFT, at.0 + width - RIGHT);
		svg.text((at.0 + 4.0, at.1 + 18.0), Anchor::Start, 15, &format!("{}, {}", self.title, self.unit));
		let mut row = at.1 + ABOVE;
		for bar in &self.bars {
			svg.text((at.0 + LEFT - 6.0, row + 12.0), Anchor::End, 11, &bar.name);
			let mut before = 0.0;
			for (name, value) in &bar.parts {
				let value = value.max(0.0);
				let (from, to) = (scale.at(before), scale.at(before + value));
				let series = names.iter().position(|other| other == name).unwrap_or(0);
				let title = format!("{name}: {} {}", short(value), self.unit);
				svg.rect((from, row), (to - from, BAR), colour(series), &title);
				before += value;
			}
			svg.text((scale.at(before) + 4.0, row + 12.0), Anchor::Start, 11, &short(before));
			row += ROW;
		}
		let column = (width - 10.0) / LEGEND_COLUMNS as f64;
		for (number, name) in names.iter().enumerate() {
			let x = at.0 + 4.0 + column * (number % LEGEND_COLUMNS) as f64;
			let y = row + LEGEND_ROW * (number / LEGEND_COLUMNS) as f64;
			svg.rect((x, y), (10.0, 10.0), colour(number), "");
			svg.text((x + 14.0, y + 9.0), Anchor::Start, 11, name);
		}
	}
}
