//! `top-node receipt anchor`, and files with trusted committees.

use anyhow::{ensure, Context};
use codec::DecodeAll;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use std::{
	fs,
	path::{Path, PathBuf},
};
use tc_routing_rpc_types::parse_chain;
use top_sdk::{CommitteeReport, RpcClient};
use tp_beacon::SignedHeader;
use tp_core::Hash;
use tp_pbft::{find_next_committee, Domain};
use tp_receipt::TrustedCommittee;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct AnchorCommand {
	/// JSON-RPC endpoint of the ledger whose committee is wanted. A receipt that a zone has sealed needs that of the zone.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
	/// Hash of the block before the first that the committee decides on. Default: the newest.
	#[arg(long, value_name = "HASH")]
	pub at: Option<Hash>,
	/// File to write. Default: the standard output.
	#[arg(long, value_name = "FILE")]
	pub out: Option<PathBuf>,
}

/// A committee in a file: what `pbft_committee` reports, with the name of the ledger.
#[derive(Debug, Serialize, Deserialize)]
struct CommitteeFile {
	chain: String,
	#[serde(flatten)]
	committee: CommitteeReport,
}

/// The last header of an epoch in a file, which names the committee of the next one.
#[derive(Debug, Deserialize)]
struct HeaderFile {
	chain: String,
	/// The hash of the ledger's genesis block.
	genesis: Hash,
	/// SCALE of header and certificate, as `beacon_handover` returns them.
	header: Bytes,
}

impl AnchorCommand {
	pub(super) async fn run(&self) -> anyhow::Result<()> {
		let client = RpcClient::connect(&self.url).await?;
		let committee = client.committee_report(self.at).await?;
		let (domain, _) = committee.decode().context("the node's committee does not decode")?;
		let file = CommitteeFile { chain: domain.chain.to_string(), committee };
		let text = serde_json::to_string_pretty(&file).context("a committee is plain data; qed")?;
		match &self.out {
			Some(path) => fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display())),
			None => {
				println!("{text}");
				Ok(())
			},
		}
	}
}

/// Reads a trusted committee from a file.
pub(super) fn read_anchor(path: &Path) -> anyhow::Result<TrustedCommittee> {
	let name = path.display();
	let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
	parse_anchor(&text).with_context(|| {
		format!("{name} is no anchor: `top-node receipt anchor --url URL` writes one, from the ledger at URL")
	})
}

/// Parses a trusted committee.
pub(super) fn parse_anchor(text: &str) -> anyhow::Result<TrustedCommittee> {
	let json: serde_json::Value = serde_json::from_str(text)?;
	match json.get("header") {
		Some(_) => of_header(&serde_json::from_value(json)?),
		None => of_committee(&serde_json::from_value(json)?),
	}
}

fn of_committee(file: &CommitteeFile) -> anyhow::Result<TrustedCommittee> {
	let (domain, committee) = file.committee.decode()?;
	let chain = domain.chain.to_string();
	ensure!(chain == file.chain, "it names {}, and its domain is that of {chain}", file.chain);
	let first = file.committee.first.unwrap_or_default();
	Ok(TrustedCommittee { domain, epoch: committee.epoch, first, members: committee.members })
}

fn of_header(file: &HeaderFile) -> anyhow::Result<TrustedCommittee> {
	let chain = parse_chain(&file.chain).with_context(|| format!("{:?} is no ledger", file.chain))?;
	let SignedHeader { header, .. } =
		SignedHeader::decode_all(&mut &file.header[..]).context("its header does not decode")?;
	let next = find_next_committee(&header.digest);
	let (epoch, members) = next.context("its header is not the last of an epoch, so it names no committee")?;
	let domain = Domain { chain, genesis: file.genesis };
	Ok(TrustedCommittee { domain, epoch, first: header.number.saturating_add(1), members })
}
