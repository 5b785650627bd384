//! The blob is the next version of the same runtime.

use codec::Decode;
use std::borrow::Cow;

/// More than the unpacked bytes of any runtime.
const BOMB_LIMIT: usize = 50 * 1024 * 1024;
/// Length of a wasm module's magic number and version.
const PREAMBLE: usize = 8;

/// An API's identifier and version.
type RuntimeApi = [u8; 12];

/// The first fields of the version that a node reads from a runtime without running it.
#[derive(Debug, PartialEq, Eq, Decode)]
struct EmbeddedVersion {
	spec_name: String,
	impl_name: String,
	authoring_version: u32,
	spec_version: u32,
}

/// Reads an unsigned LEB128 number, as wasm encodes them.
fn number(input: &mut &[u8]) -> usize {
	let mut value = 0;
	for shift in (0..).step_by(7) {
		let (byte, rest) = input.split_first().expect("a number ends");
		*input = rest;
		value |= usize::from(byte & 0x7f) << shift;
		if byte & 0x80 == 0 {
			break;
		}
	}
	value
}

/// Returns the content of a module's custom section.
fn custom_section<'a>(module: &'a [u8], name: &str) -> Option<&'a [u8]> {
	assert_eq!(module[..4], *b"\0asm");
	let mut input = &module[PREAMBLE..];
	while let Some((id, rest)) = input.split_first() {
		input = rest;
		let length = number(&mut input);
		let (mut section, rest) = input.split_at(length);
		input = rest;
		if *id == 0 {
			let length = number(&mut section);
			let (found, content) = section.split_at(length);
			if found == name.as_bytes() {
				return Some(content);
			}
		}
	}
	None
}

fn unpack(blob: &[u8]) -> Cow<'_, [u8]> {
	sp_maybe_compressed_blob::decompress(blob, BOMB_LIMIT).unwrap()
}

fn version(blob: &[u8]) -> EmbeddedVersion {
	let module = unpack(blob);
	EmbeddedVersion::decode(&mut custom_section(&module, "runtime_version").unwrap()).unwrap()
}

#[test]
fn blob_is_the_next_version_of_the_same_runtime() {
	let present = top_main_runtime::WASM_BINARY.expect("the runtime was built to wasm");
	let next = crate::WASM_BINARY.expect("the upgrade was built to wasm");
	assert_ne!(present, next);
	let (present, next) = (version(present), version(next));
	assert_eq!(present.spec_version, top_main_runtime::VERSION.spec_version);
	assert_eq!(next, EmbeddedVersion { spec_version: present.spec_version + 1, ..present });
}

/// Returns the runtime APIs of a blob, sorted, since the linker puts them in any order.
fn apis(blob: &[u8]) -> Vec<RuntimeApi> {
	let module = unpack(blob);
	let section = custom_section(&module, "runtime_apis").unwrap();
	let mut apis: Vec<_> = section.chunks(size_of::<RuntimeApi>()).map(|api| api.try_into().unwrap()).collect();
	apis.sort();
	apis
}

#[test]
fn both_have_the_same_runtime_apis() {
	let present = apis(top_main_runtime::WASM_BINARY.unwrap());
	assert_eq!(present.len(), top_main_runtime::VERSION.apis.len());
	assert_eq!(apis(crate::WASM_BINARY.unwrap()), present);
}
