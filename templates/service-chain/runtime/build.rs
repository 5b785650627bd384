//! Compiles the runtime to WebAssembly.

fn main() {
	#[cfg(feature = "std")]
	top_wasm_build::build_runtime!();
}
