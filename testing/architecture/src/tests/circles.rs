use super::Checkout;
use crate::{rust_files, typescript_files, FileGraph};

const MANIFEST: (&str, &str) = ("a/Cargo.toml", "");

/// The edges of a made-up crate, as `from → to: names`, without the folder of its sources.
fn edges(name: &str, sources: &[(&str, &str)]) -> Vec<String> {
	let mut shown = Vec::new();
	for (from, targets) in graph(name, sources).edges {
		for (to, names) in targets {
			let names: Vec<String> = names.into_iter().collect();
			let inside = |file: &str| file.trim_start_matches("a/src/").to_string();
			shown.push(format!("{} → {}: {}", inside(&from), inside(&to), names.join(", ")));
		}
	}
	shown
}

fn graph(name: &str, sources: &[(&str, &str)]) -> FileGraph {
	let sources: Vec<(String, &str)> = sources.iter().map(|(file, text)| (format!("a/src/{file}"), *text)).collect();
	let files: Vec<(&str, &str)> =
		sources.iter().map(|(file, text)| (file.as_str(), *text)).chain([MANIFEST]).collect();
	let checkout = Checkout::new(name, &files);
	let mut graph = FileGraph::default();
	rust_files(checkout.path(), &mut graph).unwrap();
	typescript_files(checkout.path(), &mut graph).unwrap();
	graph
}

fn circles(name: &str, sources: &[(&str, &str)]) -> Vec<String> {
	graph(name, sources).circles().iter().map(ToString::to_string).collect()
}

#[test]
fn declarations_and_exports_are_no_edges() {
	let found = edges(
		"exports",
		&[
			("lib.rs", "mod one;\nmod two;\npub use one::One;\npub use two::*;"),
			("one.rs", "use crate::Two;\npub struct One(Two);"),
			("two.rs", "pub struct Two;"),
		],
	);
	assert_eq!(found, ["one.rs → two.rs: Two"]);
}

#[test]
fn a_name_leads_to_the_file_that_defines_it() {
	let found = edges(
		"definitions",
		&[
			("lib.rs", "mod deep;\nmod user;\nmod flat;"),
			("deep/mod.rs", "mod inner;\nmod other;\npub(crate) use inner::{Item as Renamed, self};"),
			("deep/inner.rs", "pub struct Item; impl Item { pub fn new() {} }\npub fn call() {}"),
			("deep/other.rs", "use super::*; fn f(_: Renamed) {}"),
			("user.rs", "fn f() { crate::deep::Renamed::new(); super::flat::g::<u8>(); crate::deep::inner::call() }"),
			("flat.rs", "use crate::deep::inner; pub fn g() { inner::call() }\n// crate::user::f\nconst T: &str = \"crate::user::f\";"),
		],
	);
	assert_eq!(
		found,
		[
			"deep/other.rs → deep/inner.rs: Renamed",
			"flat.rs → deep/inner.rs: call",
			"user.rs → deep/inner.rs: call, new",
			"user.rs → flat.rs: g",
		]
	);
}

#[test]
fn what_frame_defines_is_no_edge() {
	let pallet = "mod calls;\npub use pallet::*;\n#[frame_support::pallet]\npub mod pallet {\n\tuse super::*;\n\tpub trait Config {}\n\tpub struct Pallet<T>(T);\n\tfn f() { calls::run() }\n}\npub const LIMIT: u8 = 1;";
	let found =
		edges("frame", &[("lib.rs", pallet), ("calls.rs", "use crate::{Config, Pallet, LIMIT};\npub fn run() {}")]);
	assert_eq!(found, ["calls.rs → lib.rs: LIMIT", "lib.rs → calls.rs: run"]);
}

#[test]
fn inline_modules_and_given_paths_lead_to_their_files() {
	let found = edges(
		"inline",
		&[
			("lib.rs", "mod outer { mod inner; pub struct Here; }\n#[cfg(test)]\n#[path = \"named.rs\"]\nmod tests;"),
			("outer/inner.rs", "use super::Here;"),
			("named.rs", "use super::outer::Here;"),
		],
	);
	assert_eq!(found, ["named.rs → lib.rs: Here", "outer/inner.rs → lib.rs: Here"]);
}

#[test]
fn a_circle_is_found_and_described() {
	let found = circles(
		"circle",
		&[
			("lib.rs", "mod a; mod b; mod c; mod d;"),
			("a.rs", "use crate::b::B; pub struct A;"),
			("b.rs", "pub struct B; fn f() { crate::c::c() }"),
			("c.rs", "use super::a::A; pub fn c() {} use crate::d::D;"),
			("d.rs", "pub struct D;"),
		],
	);
	assert_eq!(
		found,
		["3 files import each other\n  a/src/a.rs takes B from a/src/b.rs\n  a/src/b.rs takes c from a/src/c.rs\n  a/src/c.rs takes A from a/src/a.rs"]
	);
}

#[test]
fn circles_of_typescript_are_found() {
	let found = circles(
		"typescript",
		&[
			("index.ts", "export * from './one.js';\nexport { two } from './two.js';"),
			("one.ts", "import type { Two } from './two.js';\nexport const one = 1;"),
			("two.ts", "// import './index.js'\nimport { one } from \"./one.js\";\nimport * as path from 'path';"),
		],
	);
	assert_eq!(
		found,
		["2 files import each other\n  a/src/one.ts takes Two from a/src/two.ts\n  a/src/two.ts takes one from a/src/one.ts"]
	);
}
