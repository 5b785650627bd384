use super::*;
use xmltree::Element;

fn chart() -> Lines {
	Lines {
		title: "Latency <of> \"all\" & more\u{1}".into(),
		x: "units a second".into(),
		y: "ms".into(),
		lines: vec![
			Line { name: "p50".into(), points: vec![(100.0, 20.0), (50.0, 10.0)], is_dashed: false, colour: 0 },
			Line { name: "p99".into(), points: vec![(50.0, 0.0), (100.0, f64::NAN)], is_dashed: true, colour: 1 },
			Line { name: "none".into(), points: Vec::new(), is_dashed: false, colour: 12 },
		],
	}
}

fn bars() -> Bars {
	let part = |name: &str, value| (name.to_owned(), value);
	Bars {
		title: "Stages".into(),
		unit: "µs".into(),
		bars: vec![
			Bar { name: "units".into(), parts: vec![part("verify", 30.0), part("root", 70.0)] },
			Bar { name: "extrinsics".into(), parts: vec![part("root", 50.0), part("rest", -3.0)] },
		],
	}
}

fn texts(element: &Element, found: &mut Vec<String>) {
	found.extend(element.get_text().map(|text| text.into_owned()));
	element.children.iter().filter_map(|child| child.as_element()).for_each(|child| texts(child, found));
}

#[test]
fn a_drawing_is_well_formed_and_shows_its_texts() {
	let mut svg = Svg::new(800.0, 400.0 + bars().height());
	chart().draw(&mut svg, (0.0, 0.0), (800.0, 400.0));
	bars().draw(&mut svg, (0.0, 400.0), 800.0);
	let text = svg.finish();
	let root = Element::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
	assert_eq!((root.name.as_str(), root.namespace.as_deref()), ("svg", Some("http://www.w3.org/2000/svg")));
	let mut found = Vec::new();
	texts(&root, &mut found);
	for expected in ["Latency <of> \"all\" & more ", "p99", "Stages, µs", "extrinsics", "verify: 30 µs"] {
		assert!(found.iter().any(|text| text.trim() == expected.trim()), "{expected}: {found:?}");
	}
	assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
}

#[test]
fn bars_are_as_long_as_their_values() {
	let mut svg = Svg::new(800.0, 200.0);
	bars().draw(&mut svg, (0.0, 0.0), 810.0);
	let root = Element::parse(svg.finish().as_bytes()).unwrap();
	let widths: Vec<f64> = root
		.children
		.iter()
		.filter_map(|child| child.as_element())
		.filter(|child| child.name == "rect" && child.get_child("title").is_some())
		.map(|child| child.attributes["width"].parse().unwrap())
		.collect();
	// 100 µs are 600 pixels. A negative value has no length.
	assert_eq!(widths, [180.0, 420.0, 300.0, 0.0]);
}

#[test]
fn a_chart_without_lines_is_drawn() {
	let mut svg = Svg::new(500.0, 300.0);
	Lines { lines: Vec::new(), ..chart() }.draw(&mut svg, (0.0, 0.0), (500.0, 300.0));
	assert!(Element::parse(svg.finish().as_bytes()).is_ok());
}
