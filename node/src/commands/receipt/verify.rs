//! `top-node receipt verify`.

use super::{
	anchor::read_anchor,
	file::{read_receipt, Receipt},
	statement::Statement,
};
use anyhow::Context;
use std::path::PathBuf;
use tp_lattice::Receipt as UnitReceipt;
use tp_pbft::{check_signature, Committee};
use tp_receipt::{Anchors, TrustedCommittee};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct VerifyCommand {
	/// File with the receipt, as `top-node receipt fetch` writes it: hexadecimal text, or bytes.
	#[arg(value_name = "FILE")]
	pub receipt: PathBuf,
	/// File with a committee that you trust; repeat it for several. `top-node receipt anchor --url URL` writes one. A receipt that a
	/// zone has sealed needs a committee of the zone, any other one of the ledger where it is final.
	///
	/// The file is JSON: what `pbft_committee` reports, and the name of the ledger as "chain". In place of a committee it can have the
	/// last header of an epoch, which names the next one: {"chain": "zone 0", "genesis": "0x…", "header": "0x…"}, the header as
	/// `beacon_handover` returns it. A committee must be younger than the time after which its members' deposits can leave.
	#[arg(long = "anchor", value_name = "FILE", required = true)]
	pub anchors: Vec<PathBuf>,
	/// Print one JSON object.
	#[arg(long)]
	pub json: bool,
}

impl VerifyCommand {
	pub(super) fn run(&self) -> anyhow::Result<()> {
		let receipt = read_receipt(&self.receipt)?;
		let anchors = self.anchors.iter().map(|path| read_anchor(path)).collect::<anyhow::Result<Vec<_>>>()?;
		let statement = prove(&receipt, anchors).context("the receipt proves nothing")?;
		match self.json {
			true => println!("{}", serde_json::to_string(&statement).context("a statement is plain data; qed")?),
			false => println!("{}", statement.words()),
		}
		Ok(())
	}
}

/// Checks a receipt by trusted committees.
pub(super) fn prove(receipt: &Receipt, trusted: Vec<TrustedCommittee>) -> anyhow::Result<Statement> {
	match receipt {
		Receipt::Message(receipt) => {
			let mut anchors = Anchors::default();
			trusted.into_iter().for_each(|committee| anchors.trust(committee));
			Ok(Statement::of_message(&receipt.verify(&anchors, check_signature)?))
		},
		Receipt::Unit(receipt) => prove_unit(receipt, trusted),
	}
}

/// Checks the receipt of a unit by a committee of its epoch. The receipt does not name its ledger: that of the committee is tried.
fn prove_unit(receipt: &UnitReceipt, trusted: Vec<TrustedCommittee>) -> anyhow::Result<Statement> {
	let (epoch, number) = (receipt.certificate.epoch, receipt.header.number);
	let mut refused = None;
	let in_office = |committee: &TrustedCommittee| committee.epoch == epoch && committee.first <= number;
	for TrustedCommittee { domain, members, .. } in trusted.into_iter().filter(in_office) {
		let committee = Committee { epoch, members, seed: Default::default() };
		match receipt.verify(&domain, &committee, check_signature) {
			Ok(()) => return Ok(Statement::of_unit(receipt, &domain)),
			Err(error) => refused = Some(error),
		}
	}
	let refused = refused.map(anyhow::Error::from);
	Err(refused.unwrap_or_else(|| {
		anyhow::anyhow!("it is of epoch {epoch}, and no committee of that epoch at block {number} is trusted")
	}))
}
