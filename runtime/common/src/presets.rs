//! Genesis presets by name.

/// Declares `get_preset` and `preset_names`, given the function that returns the genesis of a ledger by its validators,
/// and the names of presets with the number of validators of each. The validators are those of
/// [`development::members`](crate::development::members).
///
/// ```ignore
/// top_runtime_common::presets!(genesis, [DEVELOPMENT: 1, LOCAL: 4]);
/// ```
#[macro_export]
macro_rules! presets {
	($genesis:path, [$($name:ident: $validators:literal),* $(,)?]) => {
		/// Returns a preset, as a JSON patch to the default genesis.
		pub fn get_preset(id: &sp_genesis_builder::PresetId) -> Option<alloc::vec::Vec<u8>> {
			let patch = match id.as_ref() {
				$($name => $genesis(&$crate::development::members($validators)),)*
				_ => return None,
			};
			Some($crate::development::preset(&patch))
		}

		/// Returns the names of all presets.
		pub fn preset_names() -> alloc::vec::Vec<sp_genesis_builder::PresetId> {
			[$($name),*].map(sp_genesis_builder::PresetId::from).to_vec()
		}
	};
}
