//! A chart of lines, with logarithmic values.

use crate::plot::{
	colour,
	scale::{short, Scale},
	svg::{Anchor, Svg},
};

/// Pixels around the plane of a chart.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 200.0;
const ABOVE: f64 = 40.0;
const BELOW: f64 = 50.0;
const GRID: &str = "#dddddd";
const AXIS: &str = "#333333";

/// A line through points.
#[derive(Clone, Debug)]
pub struct Line {
	/// Its name.
	pub name: String,
	/// Its points.
	pub points: Vec<(f64, f64)>,
	/// Whether it is dashed.
	pub is_dashed: bool,
	/// The number of its colour.
	pub colour: usize,
}

/// A chart of lines.
#[derive(Clone, Debug)]
pub struct Lines {
	/// Its title.
	pub title: String,
	/// What the horizontal axis shows.
	pub x: String,
	/// What the vertical axis shows.
	pub y: String,
	/// The lines.
	pub lines: Vec<Line>,
}

impl Lines {
	/// Draws the chart into a place of a document.
	pub fn draw(&self, svg: &mut Svg, at: (f64, f64), size: (f64, f64)) {
		let (left, right) = (at.0 + LEFT, at.0 + size.0 - RIGHT);
		let (above, below) = (at.1 + ABOVE, at.1 + size.1 - BELOW);
		let points = || self.lines.iter().flat_map(|line| &line.points);
		let x = Scale::linear(points().map(|point| point.0), left, right);
		let y = Scale::logarithmic(points().map(|point| point.1), below, above);
		svg.text((at.0 + LEFT, at.1 + 20.0), Anchor::Start, 15, &self.title);
		for tick in x.ticks() {
			svg.line((x.at(tick), above), (x.at(tick), below), GRID);
			svg.text((x.at(tick), below + 16.0), Anchor::Middle, 11, &short(tick));
		}
		for tick in y.ticks() {
			svg.line((left, y.at(tick)), (right, y.at(tick)), GRID);
			svg.text((left - 6.0, y.at(tick) + 4.0), Anchor::End, 11, &short(tick));
		}
		svg.line((left, below), (right, below), AXIS);
		svg.line((left, above), (left, below), AXIS);
		svg.text(((left + right) / 2.0, below + 36.0), Anchor::Middle, 12, &self.x);
		svg.text((at.0 + 4.0, above - 8.0), Anchor::Start, 12, &self.y);
		let mut row = above + 6.0;
		for line in &self.lines {
			let finite = line.points.iter().filter(|point| point.0.is_finite() && point.1.is_finite());
			let mut points: Vec<_> = finite.map(|point| (x.at(point.0), y.at(point.1))).collect();
			points.sort_by(|one, other| one.0.total_cmp(&other.0));
			svg.path(&points, colour(line.colour), line.is_dashed);
			svg.path(&[(right + 12.0, row), (right + 36.0, row)], colour(line.colour), line.is_dashed);
			svg.text((right + 42.0, row + 4.0), Anchor::Start, 11, &line.name);
			row += 17.0;
		}
	}
}
