//! Builds the runtime to wasm.

fn main() {
	#[cfg(feature = "std")]
	{
		top_wasm_build::prepare();
		substrate_wasm_builder::WasmBuilder::build_using_defaults();
	}
}
