//! Builds the runtime to wasm.

fn main() {
	#[cfg(feature = "std")]
	{
		top_wasm_build::prepare();
		let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();
		// What a cold wallet shows, as in `tp-core`, which a build script cannot ask.
		#[cfg(feature = "metadata-hash")]
		let builder = builder.enable_metadata_hash("TOP", 6);
		builder.build();
	}
}
