//! Stands in for the crate `wasm-opt` (`[patch.crates-io]` of the workspace), which compiles all of Binaryen: 240 C++
//! files, about a quarter of the processor time of a first build.
//!
//! The SDK's wasm builder runs two passes at optimization level 0:
//!
//! - `StripDwarf`: removes debug information. Here: drops the custom sections named `.debug_*`.
//! - `SignextLowering`: replaces the sign extension instructions, which are newer than WebAssembly 1.0. The target
//!   `wasm32v1-none` has none. Here: refuses a module that declares the feature.
//!
//! Everything else in the module stays as the compiler wrote it, names of functions included.

use std::{fs, io, path::Path};

/// A pass over a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
	/// Removes debug information.
	StripDwarf,
	/// Ensures that the module has no sign extension instructions.
	SignextLowering,
}

/// The reason why a module was not written.
#[derive(Debug, thiserror::Error)]
pub enum OptimizationError {
	/// A file cannot be read or written.
	#[error("cannot read or write a module: {0}")]
	Io(#[from] io::Error),
	/// The input is no WebAssembly module.
	#[error("no WebAssembly module, or a broken one: {0}")]
	Malformed(&'static str),
	/// The module uses instructions beyond WebAssembly 1.0.
	#[error("the module uses sign extension instructions: compile it for wasm32v1-none")]
	SignExtension,
}

/// The passes to run.
#[derive(Clone, Debug, Default)]
pub struct OptimizationOptions {
	passes: Vec<Pass>,
}

impl OptimizationOptions {
	/// Returns options without any optimization.
	pub fn new_opt_level_0() -> Self {
		Self::default()
	}

	/// Allows features of WebAssembly 1.0 alone. No pass here adds another.
	pub fn mvp_features_only(&mut self) -> &mut Self {
		self
	}

	/// Keeps the names of functions. No pass here removes them.
	pub fn debug_info(&mut self, _keep: bool) -> &mut Self {
		self
	}

	/// Adds a pass.
	pub fn add_pass(&mut self, pass: Pass) -> &mut Self {
		self.passes.push(pass);
		self
	}

	/// Reads a module, runs the passes, writes the result. Both may be the same file.
	///
	/// # Errors
	/// If a file cannot be read or written, or the input is no module of WebAssembly 1.0.
	pub fn run(&self, input: impl AsRef<Path>, output: impl AsRef<Path>) -> Result<(), OptimizationError> {
		let module = fs::read(input)?;
		let result = self.apply(&module)?;
		Ok(fs::write(output, result)?)
	}

	fn apply(&self, module: &[u8]) -> Result<Vec<u8>, OptimizationError> {
		let (header, mut rest) =
			module.split_at_checked(HEADER.len()).ok_or(OptimizationError::Malformed("too short"))?;
		if header != HEADER {
			return Err(OptimizationError::Malformed("no header of version 1"));
		}
		let mut result = header.to_vec();
		while !rest.is_empty() {
			let (section, after) = Section::split_from(rest)?;
			rest = after;
			if self.passes.contains(&Pass::SignextLowering) && section.declares(b"sign-ext") {
				return Err(OptimizationError::SignExtension);
			}
			if !(self.passes.contains(&Pass::StripDwarf) && section.is_debug_information()) {
				result.extend_from_slice(section.encoded);
			}
		}
		Ok(result)
	}
}

/// Magic number and version of WebAssembly 1.0.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// The id of sections that do not change what a module does.
const CUSTOM: u8 = 0;
/// The custom section in which LLVM lists the features that a module uses (`+`) or must not use (`-`).
const FEATURES: &[u8] = b"target_features";

struct Section<'a> {
	/// The whole section: id, size, contents.
	encoded: &'a [u8],
	/// The name of a custom section, empty for others.
	name: &'a [u8],
	/// What follows the name.
	contents: &'a [u8],
}

impl<'a> Section<'a> {
	fn split_from(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), OptimizationError> {
		const CUT: OptimizationError = OptimizationError::Malformed("a section is cut off");
		let (&id, after_id) = bytes.split_first().ok_or(CUT)?;
		let (size, body) = read_length(after_id).ok_or(CUT)?;
		let (body, rest) = body.split_at_checked(size).ok_or(CUT)?;
		let encoded = &bytes[..bytes.len() - rest.len()];
		if id != CUSTOM {
			return Ok((Self { encoded, name: &[], contents: body }, rest));
		}
		let (length, after_length) = read_length(body).ok_or(CUT)?;
		let (name, contents) = after_length.split_at_checked(length).ok_or(CUT)?;
		Ok((Self { encoded, name, contents }, rest))
	}

	fn is_debug_information(&self) -> bool {
		self.name.starts_with(b".debug_")
	}

	fn declares(&self, feature: &[u8]) -> bool {
		let entry: Vec<u8> =
			[b"+", [u8::try_from(feature.len()).expect("names of features are short; qed")].as_slice(), feature]
				.concat();
		self.name == FEATURES && self.contents.windows(entry.len()).any(|window| window == entry)
	}
}

/// Reads an unsigned LEB128 of at most 32 bits.
fn read_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
	let mut value = 0u64;
	for (index, &byte) in bytes.iter().take(5).enumerate() {
		value |= u64::from(byte & 0x7f) << (7 * index);
		if byte & 0x80 == 0 {
			return Some((usize::try_from(value).ok()?, &bytes[index + 1..]));
		}
	}
	None
}

#[cfg(test)]
mod tests {
	use super::*;

	fn custom(name: &str, contents: &[u8]) -> Vec<u8> {
		let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap();
		let body = [&[length(name.as_bytes())], name.as_bytes(), contents].concat();
		[&[CUSTOM, length(&body)], body.as_slice()].concat()
	}

	fn module(sections: &[Vec<u8>]) -> Vec<u8> {
		[HEADER.to_vec(), sections.concat()].concat()
	}

	fn both() -> OptimizationOptions {
		let mut options = OptimizationOptions::new_opt_level_0();
		options.mvp_features_only().debug_info(true).add_pass(Pass::StripDwarf).add_pass(Pass::SignextLowering);
		options
	}

	#[test]
	fn debug_information_goes_and_the_rest_stays() {
		let types = vec![1, 4, 1, 0x60, 0, 0];
		let names = custom("name", b"functions");
		let input =
			module(&[types.clone(), custom(".debug_info", b"lines"), names.clone(), custom(".debug_str", b"x")]);
		assert_eq!(both().apply(&input).unwrap(), module(&[types, names]));
		assert_eq!(OptimizationOptions::new_opt_level_0().apply(&input).unwrap(), input);
	}

	#[test]
	fn sign_extension_is_refused_and_other_features_are_not() {
		let declaring = |features: &[u8]| module(&[custom("target_features", features)]);
		assert!(both().apply(&declaring(b"\x01+\x0fmutable-globals")).is_ok());
		assert!(both().apply(&declaring(b"\x01-\x08sign-ext")).is_ok());
		let refused = both().apply(&declaring(b"\x02+\x0fmutable-globals+\x08sign-ext"));
		assert!(matches!(refused, Err(OptimizationError::SignExtension)));
	}

	#[test]
	fn broken_modules_are_refused() {
		for broken in [
			&b"\0asm"[..],
			b"\0asm\x02\0\0\0",
			b"\0asm\x01\0\0\0\x01\x05\0",
			b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\xff\x01",
		] {
			assert!(matches!(both().apply(broken), Err(OptimizationError::Malformed(_))), "{broken:?}");
		}
	}
}
