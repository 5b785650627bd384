//! Charts as SVG: lines and stacked bars.
//!
//! ```text
//! svg     elements, escaped
//! scale   from values to pixels, with round ticks
//! lines   a chart of lines, with logarithmic values
//! bars    stacked bars
//! ```

mod bars;
mod lines;
mod scale;
mod svg;

pub use bars::{Bar, Bars};
pub use lines::{Line, Lines};
pub use svg::Svg;

/// Colours of series, in their order: readable in black and white as well.
pub const COLOURS: [&str; 10] =
	["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2", "#bcbd22", "#7f7f7f"];

/// Returns the colour of a series.
pub fn colour(series: usize) -> &'static str {
	COLOURS[series % COLOURS.len()]
}

#[cfg(test)]
mod tests;
