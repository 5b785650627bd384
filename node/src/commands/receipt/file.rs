//! Receipts in files: hexadecimal text, or bytes.

use anyhow::{bail, ensure, Context};
use codec::DecodeAll;
use std::{fs, path::Path};
use tp_lattice::Receipt as UnitReceipt;
use tp_receipt::{bounds::MAX_RECEIPT_BYTES, MessageReceipt};

/// A receipt.
#[derive(Debug)]
// Read once a process.
#[allow(clippy::large_enum_variant)]
pub(super) enum Receipt {
	/// That of a unit in its shard.
	Unit(UnitReceipt),
	/// That of a message across ledgers.
	Message(MessageReceipt),
}

/// Reads a receipt from a file.
pub(super) fn read_receipt(path: &Path) -> anyhow::Result<Receipt> {
	let name = path.display();
	let length = fs::metadata(path).with_context(|| format!("cannot read {name}"))?.len();
	// Hexadecimal text is twice as long, and has a prefix.
	let longest = 2 * MAX_RECEIPT_BYTES as u64 + 16;
	ensure!(length <= longest, "{name} has {length} bytes, more than any receipt");
	let bytes = fs::read(path).with_context(|| format!("cannot read {name}"))?;
	decode_receipt(&bytes).with_context(|| format!("{name} is no receipt"))
}

/// Decodes a receipt.
pub(super) fn decode_receipt(bytes: &[u8]) -> anyhow::Result<Receipt> {
	let decoded = match std::str::from_utf8(bytes) {
		Ok(text) if text.starts_with("0x") => hex::decode(text.trim().trim_start_matches("0x"))?,
		_ => bytes.to_vec(),
	};
	// The account of a unit is no beginning of the other kind that decodes to its end.
	if let Ok(receipt) = MessageReceipt::decode_all(&mut &decoded[..]) {
		return Ok(Receipt::Message(receipt));
	}
	match UnitReceipt::decode_all(&mut &decoded[..]) {
		Ok(receipt) => Ok(Receipt::Unit(receipt)),
		Err(_) => bail!("it decodes neither as the receipt of a unit nor as that of a message"),
	}
}
