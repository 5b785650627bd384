//! The build script of every runtime: picks a toolchain that can compile to wasm, and calls the SDK's builder.
//!
//! The crate itself depends on nothing: as a member of the workspace it is compiled with everything else, and with the SDK's
//! builder among its dependencies the whole workspace would have other features than the node alone. So
//! [`build_runtime!`] is a macro, and the runtime has the builder as its own build dependency.
//!
//! The toolchain is the first of these:
//!
//! 1. `WASM_BUILD_TOOLCHAIN` or `TOP_WASM_TOOLCHAIN`, if set.
//! 2. The ordinary toolchain, if its target `wasm32v1-none` is installed.
//! 3. `top-wasm`, which `make setup` links where rustup cannot install the target.
//!
//! Without any, the build ends with a message that says what to do. So plain `cargo build` works after `make setup`.

mod interrupted;
mod shared_target;

use std::{
	env,
	path::{Path, PathBuf},
	process::Command,
};

/// The compilation target of runtimes: WebAssembly 1.0 without extensions.
pub const TARGET: &str = "wasm32v1-none";
/// The toolchain that `make setup` links where the ordinary one cannot have the target.
pub const FALLBACK_TOOLCHAIN: &str = "top-wasm";

/// Builds the runtime of the calling build script to wasm. Its crate has `substrate-wasm-builder` as a build dependency, and
/// the feature `metadata-hash`.
#[macro_export]
macro_rules! build_runtime {
	() => {{
		$crate::prepare();
		let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();
		// The symbol and the decimals that a cold wallet shows. They repeat `tp-core`, on which a build script cannot depend.
		#[cfg(feature = "metadata-hash")]
		let builder = builder.enable_metadata_hash("TOP", 6);
		let builder = match $crate::benchmarks_wanted() {
			true => builder.enable_feature("runtime-benchmarks"),
			false => builder,
		};
		builder.build();
	}};
}

/// The SDK's variable that names the toolchain of wasm builds.
const SDK_VARIABLE: &str = "WASM_BUILD_TOOLCHAIN";
/// The SDK's variable that names the workspace of the runtime.
const SDK_WORKSPACE_HINT: &str = "WASM_BUILD_WORKSPACE_HINT";
/// The variable that names the toolchain of this project's runtimes alone.
const OWN_VARIABLE: &str = "TOP_WASM_TOOLCHAIN";

/// A toolchain that compiles to wasm.
#[derive(Debug, PartialEq, Eq)]
pub enum Toolchain {
	/// The toolchain that compiles everything else.
	Ordinary,
	/// A rustup toolchain.
	Named(String),
}

/// Returns whether the wasm gets the benchmarks: whether the runtime has the feature `wasm-benchmarks`, and it is on.
pub fn benchmarks_wanted() -> bool {
	env::var_os("CARGO_FEATURE_WASM_BENCHMARKS").is_some()
}

/// Sets the variables of the SDK's wasm builder, which runs next in the same build script: the toolchain, the workspace, the
/// number of jobs.
/// Ends the build with a message if no toolchain can compile to wasm.
pub fn prepare() {
	println!("cargo:rerun-if-env-changed={OWN_VARIABLE}");
	let skipped = env::var_os("SKIP_WASM_BUILD").is_some();
	if !skipped && env::var_os(SDK_VARIABLE).is_none() {
		match pick_toolchain() {
			Some(Toolchain::Ordinary) => {},
			// The builder reads the variable.
			Some(Toolchain::Named(name)) => env::set_var(SDK_VARIABLE, name),
			None => {
				eprintln!(
					"No installed toolchain can compile the runtime: the ordinary one lacks the target `{TARGET}` and \
					there is no toolchain `{FALLBACK_TOOLCHAIN}`. Run `make setup`, which installs one of them."
				);
				std::process::exit(1);
			},
		}
	}
	// A wrapper of the checks is for the workspace's crates, not for the builder's projects: it would compile them again.
	env::remove_var("RUSTC_WORKSPACE_WRAPPER");
	// The builder's cargo counts its jobs alone. A runtime that waits for the shared folder holds a job of the outer cargo, so on two
	// processors the build that it waits for would have one job, and a processor would stand idle for ten minutes.
	for counted_by in ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"] {
		env::remove_var(counted_by);
	}
	if let (Some(out), Ok(runtime)) = (env::var_os("OUT_DIR"), env::var("CARGO_PKG_NAME")) {
		let out = Path::new(&out);
		if let Err(error) = shared_target::link(out, &runtime) {
			println!("cargo:warning=the runtimes compile their pallets apart: {error}");
		}
		if let Err(error) = interrupted::forget(out, &runtime) {
			println!("cargo:warning=a runtime of an interrupted build may remain in the node: {error}");
		}
	}
	// The SDK looks for the lock file above the target folder, which need not lie in the checkout.
	if env::var_os(SDK_WORKSPACE_HINT).is_none() {
		if let Some(workspace) = env::var_os("CARGO_MANIFEST_DIR").and_then(|crate_| workspace_of(Path::new(&crate_))) {
			env::set_var(SDK_WORKSPACE_HINT, workspace);
		}
	}
}

/// Returns the first toolchain of the list above that is installed.
pub fn pick_toolchain() -> Option<Toolchain> {
	if let Ok(name) = env::var(OWN_VARIABLE) {
		return Some(Toolchain::Named(name));
	}
	if ordinary_sysroot().is_some_and(|sysroot| has_target(&sysroot)) {
		return Some(Toolchain::Ordinary);
	}
	let listed = output(Command::new("rustup").args(["toolchain", "list"]))?;
	is_listed(&listed, FALLBACK_TOOLCHAIN).then(|| Toolchain::Named(FALLBACK_TOOLCHAIN.into()))
}

/// Returns the nearest folder above with a lock file.
fn workspace_of(crate_: &Path) -> Option<PathBuf> {
	crate_.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).map(Into::into)
}

/// Returns the sysroot of the compiler that cargo uses for the rest.
fn ordinary_sysroot() -> Option<PathBuf> {
	let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
	output(Command::new(rustc).args(["--print", "sysroot"])).map(|path| PathBuf::from(path.trim()))
}

/// Tells whether a sysroot has the standard library for the target.
fn has_target(sysroot: &Path) -> bool {
	sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

/// Tells whether rustup's list names a toolchain. Each line has a name, and remarks after it.
fn is_listed(list: &str, toolchain: &str) -> bool {
	list.lines().any(|line| line.split_whitespace().next() == Some(toolchain))
}

/// Returns the output of a command, if it succeeds.
fn output(command: &mut Command) -> Option<String> {
	let output = command.output().ok().filter(|output| output.status.success())?;
	String::from_utf8(output.stdout).ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn list_of_rustup_is_read_by_whole_names() {
		let list = "stable-x86_64-unknown-linux-gnu (active, default)\ntop-wasm\nnightly-x86_64-unknown-linux-gnu\n";
		assert!(is_listed(list, "top-wasm"));
		assert!(is_listed(list, "stable-x86_64-unknown-linux-gnu"));
		assert!(!is_listed(list, "top"));
		assert!(!is_listed("top-wasm-old\n", "top-wasm"));
	}

	#[test]
	fn sysroot_without_the_target_is_told_apart() {
		let sysroot = env::temp_dir().join(format!("top-wasm-build-{}", std::process::id()));
		let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
		assert!(!has_target(&sysroot));
		std::fs::create_dir_all(&library).unwrap();
		assert!(has_target(&sysroot));
		std::fs::remove_dir_all(&sysroot).unwrap();
	}
}
