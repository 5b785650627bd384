//! Elements of an SVG document.

use std::fmt::Write;

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
	/// To the right of it.
	Start,
	/// Centred.
	Middle,
	/// To the left of it.
	End,
}

/// A document of fixed size.
#[derive(Debug)]
pub struct Svg {
	width: f64,
	height: f64,
	body: String,
}

impl Svg {
	/// Begins a white document.
	pub fn new(width: f64, height: f64) -> Self {
		let mut svg = Self { width, height, body: String::new() };
		svg.rect((0.0, 0.0), (width, height), "#ffffff", "");
		svg
	}

	/// Draws a straight line.
	pub fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str) {
		self.push(format_args!(
			r#"<line x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" stroke="{}"/>"#,
			from.0,
			from.1,
			to.0,
			to.1,
			escaped(colour)
		));
	}

	/// Draws a line through points, with a dot at each.
	pub fn path(&mut self, points: &[(f64, f64)], colour: &str, is_dashed: bool) {
		let joined: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
		let dashes = if is_dashed { r#" stroke-dasharray="5 3""# } else { "" };
		let colour = escaped(colour);
		self.push(format_args!(
			r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>"#,
			joined.join(" ")
		));
		for (x, y) in points {
			self.push(format_args!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#));
		}
	}

	/// Draws a filled rectangle, with a text that browsers show for it.
	pub fn rect(&mut self, at: (f64, f64), size: (f64, f64), colour: &str, title: &str) {
		let (width, height) = (size.0.max(0.0), size.1.max(0.0));
		let title = if title.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(title)) };
		self.push(format_args!(
			r#"<rect x="{:.1}" y="{:.1}" width="{width:.1}" height="{height:.1}" fill="{}">{title}</rect>"#,
			at.0,
			at.1,
			escaped(colour)
		));
	}

	/// Writes a text.
	pub fn text(&mut self, at: (f64, f64), anchor: Anchor, size: u8, text: &str) {
		let anchor = match anchor {
			Anchor::Start => "start",
			Anchor::Middle => "middle",
			Anchor::End => "end",
		};
		self.push(format_args!(
			r#"<text x="{:.1}" y="{:.1}" text-anchor="{anchor}" font-size="{size}">{}</text>"#,
			at.0,
			at.1,
			escaped(text)
		));
	}

	/// Returns the document.
	pub fn finish(self) -> String {
		let Self { width, height, body } = self;
		format!(
			"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} \
			 {height:.0}\" font-family=\"sans-serif\">\n{body}</svg>\n"
		)
	}

	fn push(&mut self, element: std::fmt::Arguments) {
		writeln!(self.body, "{element}").expect("writing to a string never fails; qed");
	}
}

/// Escapes what has a meaning in XML, and leaves out control characters, which XML does not allow.
fn escaped(text: &str) -> String {
	let mut escaped = String::with_capacity(text.len());
	for next in text.chars() {
		match next {
			'&' => escaped.push_str("&amp;"),
			'<' => escaped.push_str("&lt;"),
			'>' => escaped.push_str("&gt;"),
			'"' => escaped.push_str("&quot;"),
			next if next.is_control() => escaped.push(' '),
			next => escaped.push(next),
		}
	}
	escaped
}
