//! A state as the metadata of its runtime describes it.

use crate::entries::{entries, Entries};
use codec::{Compact, Decode, DecodeAll, Error};
use frame_metadata::{v14::StorageEntryType, RuntimeMetadata, RuntimeMetadataPrefixed};
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef, TypeDefPrimitive as Primitive};
use serde_json::{json, Map, Value};
use sp_crypto_hashing::twox_128;
use std::collections::BTreeMap;

/// The values of a state by item, such as `Balances.Holds`, and by the rest of their keys, in hex.
///
/// Numbers are strings, bytes are hex, and a struct of one field without a name is that field.
pub type Storage = BTreeMap<String, BTreeMap<String, Value>>;

/// The bytes of a key that name its item.
const PREFIX: usize = 32;
/// The item of each pallet that has its storage version.
const VERSION: &[u8] = b":__STORAGE_VERSION__:";

/// The items of a runtime's storage, and the types of their values.
pub struct Schema {
	types: PortableRegistry,
	items: BTreeMap<Vec<u8>, (String, u32)>,
	versions: BTreeMap<Vec<u8>, String>,
}

impl Schema {
	/// Returns the schema of a runtime, from the encoding of its metadata of version 14.
	///
	/// # Errors
	/// If the bytes are something else.
	pub fn new(metadata: &[u8]) -> Result<Self, Error> {
		let RuntimeMetadataPrefixed(_, metadata) = RuntimeMetadataPrefixed::decode_all(&mut &metadata[..])?;
		let RuntimeMetadata::V14(metadata) = metadata else { return Err("not version 14".into()) };
		let (mut items, mut versions) = (BTreeMap::new(), BTreeMap::new());
		for pallet in metadata.pallets {
			let prefix = twox_128(pallet.name.as_bytes());
			versions.insert([prefix, twox_128(VERSION)].concat(), pallet.name.clone());
			for entry in pallet.storage.into_iter().flat_map(|storage| storage.entries) {
				let value = match entry.ty {
					StorageEntryType::Plain(value) | StorageEntryType::Map { value, .. } => value.id,
				};
				let name = format!("{}.{}", pallet.name, entry.name);
				items.insert([prefix, twox_128(entry.name.as_bytes())].concat(), (name, value));
			}
		}
		Ok(Self { types: metadata.types, items, versions })
	}

	/// Returns a state, without the values of the SDK's own keys, such as `:code`.
	///
	/// # Errors
	/// The first key that belongs to no item, or whose value is not exactly one of the item's type.
	pub fn read(&self, state: &Entries) -> Result<Storage, String> {
		let mut storage = Storage::new();
		for (key, mut bytes) in
			state.iter().filter(|(key, _)| !key.starts_with(b":")).map(|(key, value)| (key, &value[..]))
		{
			let (prefix, rest) = key.split_at(key.len().min(PREFIX));
			let (name, value) = if let Some(pallet) = self.versions.get(prefix) {
				(format!("{pallet}.version"), u16::decode(&mut bytes).map(|version| json!(version)))
			} else if let Some((name, id)) = self.items.get(prefix) {
				(name.clone(), self.value(*id, &mut bytes))
			} else {
				return Err(format!("no item has the key {}", hex(key)));
			};
			let value = value.map_err(|error| format!("{name} {}: {error}", hex(rest)))?;
			if !bytes.is_empty() {
				return Err(format!("{name} {}: {} bytes are left", hex(rest), bytes.len()));
			}
			storage.entry(name).or_default().insert(hex(rest), value);
		}
		Ok(storage)
	}

	/// Returns the state of the externalities in which it runs.
	///
	/// Panics if a value is not one of its item's type, since it serves tests.
	pub fn read_state(&self) -> Storage {
		self.read(&entries()).unwrap_or_else(|error| panic!("{error}"))
	}

	fn value(&self, id: u32, input: &mut &[u8]) -> Result<Value, Error> {
		let ty = self.types.resolve(id).ok_or("the registry lacks a type")?;
		match &ty.type_def {
			TypeDef::Composite(composite) => self.fields(&composite.fields, input),
			TypeDef::Variant(variants) => {
				let index = u8::decode(input)?;
				let found = variants.variants.iter().find(|variant| variant.index == index);
				let variant = found.ok_or("an enum has no such variant")?;
				match variant.fields.is_empty() {
					true => Ok(json!(variant.name)),
					false => Ok(json!({ &variant.name: self.fields(&variant.fields, input)? })),
				}
			},
			TypeDef::Sequence(sequence) => {
				let length = Compact::<u32>::decode(input)?.0;
				self.list(sequence.type_param.id, length, input)
			},
			TypeDef::Array(array) => self.list(array.type_param.id, array.len, input),
			TypeDef::Tuple(tuple) => {
				let values = tuple.fields.iter().map(|field| self.value(field.id, input));
				Ok(Value::Array(values.collect::<Result<_, _>>()?))
			},
			TypeDef::Primitive(primitive) => number(primitive, input),
			TypeDef::Compact(_) => Ok(json!(Compact::<u128>::decode(input)?.0.to_string())),
			TypeDef::BitSequence(_) => Err("sequences of bits are not supported".into()),
		}
	}

	fn fields(&self, fields: &[Field<PortableForm>], input: &mut &[u8]) -> Result<Value, Error> {
		if let [Field { name: None, ty, .. }] = fields {
			return self.value(ty.id, input);
		}
		let mut values = Map::new();
		for (index, field) in fields.iter().enumerate() {
			let name = field.name.clone().unwrap_or_else(|| index.to_string());
			values.insert(name, self.value(field.ty.id, input)?);
		}
		Ok(Value::Object(values))
	}

	fn list(&self, id: u32, length: u32, input: &mut &[u8]) -> Result<Value, Error> {
		let is_bytes = self.types.resolve(id).is_some_and(|ty| ty.type_def == TypeDef::Primitive(Primitive::U8));
		if is_bytes {
			let bytes = (0..length).map(|_| u8::decode(input)).collect::<Result<Vec<u8>, _>>()?;
			return Ok(json!(hex(&bytes)));
		}
		let values = (0..length).map(|_| self.value(id, input));
		Ok(Value::Array(values.collect::<Result<_, _>>()?))
	}
}

fn number(primitive: &Primitive, input: &mut &[u8]) -> Result<Value, Error> {
	Ok(match primitive {
		Primitive::Bool => json!(bool::decode(input)?),
		Primitive::Str => json!(String::decode(input)?),
		Primitive::U8 => json!(u8::decode(input)?.to_string()),
		Primitive::U16 => json!(u16::decode(input)?.to_string()),
		Primitive::U32 => json!(u32::decode(input)?.to_string()),
		Primitive::U64 => json!(u64::decode(input)?.to_string()),
		Primitive::U128 => json!(u128::decode(input)?.to_string()),
		Primitive::I64 => json!(i64::decode(input)?.to_string()),
		Primitive::I128 => json!(i128::decode(input)?.to_string()),
		_ => return Err("the kind of number is not supported".into()),
	})
}

fn hex(bytes: &[u8]) -> String {
	sp_core::bytes::to_hex(bytes, false)
}
