//! Puts the version with the commit into the binary, and the explorer if the feature `ui` asks for it.

use std::{
	env,
	error::Error,
	fmt::Write as _,
	fs,
	path::{Path, PathBuf},
};
use substrate_build_script_utils::{generate_cargo_keys, rerun_if_git_head_changed};

/// The built explorer.
const PAGE: &str = "../web/explorer/dist/page";
/// Kinds of files that the page needs. The others are maps of its sources.
const EXTENSIONS: [&str; 4] = ["html", "js", "css", "svg"];

fn main() -> Result<(), Box<dyn Error>> {
	generate_cargo_keys();
	rerun_if_git_head_changed();
	let list = if env::var_os("CARGO_FEATURE_UI").is_some() { explorer()? } else { "&[]".to_owned() };
	fs::write(PathBuf::from(env::var("OUT_DIR")?).join("explorer.rs"), list)?;
	Ok(())
}

/// Returns the files of the page as the source of a list.
fn explorer() -> Result<String, Box<dyn Error>> {
	let page = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join(PAGE);
	println!("cargo::rerun-if-changed={}", page.display());
	if !page.join("index.html").exists() {
		println!("cargo::error=the feature `ui` needs the built explorer: run scripts/explorer.sh build");
		return Ok("&[]".to_owned());
	}
	let mut paths = fs::read_dir(&page)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
	paths.sort();
	let mut list = "&[\n".to_owned();
	for path in &paths {
		let is_part = path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|part| extension == *part));
		let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| is_part) else { continue };
		println!("cargo::rerun-if-changed={}", path.display());
		let compressed = page.join(format!("{name}.gz"));
		let gzip = match paths.contains(&compressed) {
			true => format!("Some(include_bytes!({compressed:?}))"),
			false => "None".to_owned(),
		};
		writeln!(list, "\ttc_ui::File {{ name: {name:?}, content: include_bytes!({path:?}), gzip: {gzip} }},")?;
	}
	list.push(']');
	Ok(list)
}
