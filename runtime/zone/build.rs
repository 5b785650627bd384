//! Builds the runtime to wasm.

fn main() {
	#[cfg(feature = "std")]
	top_wasm_build::build_runtime!();
}
