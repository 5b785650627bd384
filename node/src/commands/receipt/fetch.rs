//! `top-node receipt fetch`.

use anyhow::{bail, Context};
use codec::{DecodeAll, Encode};
use jsonrpsee::rpc_params;
use sp_core::Bytes;
use std::{
	fs,
	path::PathBuf,
	time::{Duration, Instant},
};
use tc_routing_rpc_types::ERROR_NOT_YET;
use top_sdk::{Error, RpcClient};
use tp_beacon::{bounds::MAX_HANDOVER, NamedHeader, SignedHeader};
use tp_core::Hash;
use tp_pbft::Epoch;
use tp_receipt::MessageReceipt;

/// The length of a unit's hash. No id of a message has it.
const HASH_BYTES: usize = 32;
/// Pause before a node is asked again.
const AGAIN: Duration = Duration::from_millis(250);

/// How much a receipt proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LevelArg {
	/// The committee of the ledger has made it final.
	Final,
	/// The zone has sealed it.
	Sealed,
	/// The destination has taken it. Nodes make no such receipt of a payment that comes back.
	Credited,
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct FetchCommand {
	/// Hash of a unit, or the id of a message as `mailbox_sent` returns it.
	#[arg(value_name = "UNIT_OR_ID")]
	pub of: String,
	/// JSON-RPC endpoint of the ledger that sent it.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
	/// How much the receipt proves.
	#[arg(long, value_enum, default_value_t = LevelArg::Final)]
	pub level: LevelArg,
	/// Adds the ends of the zone's epochs from this one on, for verifiers whose committee is that old.
	#[arg(long, value_name = "EPOCH")]
	pub from_epoch: Option<Epoch>,
	/// Seconds to wait for a receipt that cannot be made yet: of what the zone has not sealed, or the destination not taken. 0 asks once.
	#[arg(long, value_name = "SECONDS", default_value_t = 30)]
	pub wait: u64,
	/// File to write.
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
}

impl LevelArg {
	fn name(self) -> &'static str {
		match self {
			Self::Final => "final",
			Self::Sealed => "sealed",
			Self::Credited => "credited",
		}
	}
}

impl FetchCommand {
	pub(super) async fn run(&self) -> anyhow::Result<()> {
		let id = self.of.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
		let Some(id) = id else { bail!("{:?} is neither the hash of a unit nor the id of a message (0x…)", self.of) };
		let client = RpcClient::connect(&self.url).await?;
		let (is_unit, level) = (id.len() == HASH_BYTES, self.level.name());
		let receipt = self.ask(&client, &id, is_unit).await?;
		let receipt = match (is_unit, self.level, self.from_epoch) {
			(true, LevelArg::Final, _) | (_, _, None) => receipt.0,
			(_, _, Some(from)) => with_handovers(&client, &receipt, from).await?,
		};
		fs::write(&self.out, format!("0x{}\n", hex::encode(&receipt)))
			.with_context(|| format!("cannot write {}", self.out.display()))?;
		println!("{} bytes of a receipt ({level}) in {}", receipt.len(), self.out.display());
		Ok(())
	}

	/// Asks the node for the receipt, again and again while it cannot be made yet.
	async fn ask(&self, client: &RpcClient, id: &[u8], is_unit: bool) -> Result<Bytes, Error> {
		let (level, deadline) = (self.level.name(), Instant::now() + Duration::from_secs(self.wait));
		let mut is_told = false;
		loop {
			let answer = match is_unit {
				true => client.request("lattice_prove", rpc_params![Hash::from_slice(id), level]).await,
				false => client.request("mailbox_prove", rpc_params![Bytes(id.to_vec()), level]).await,
			};
			match answer {
				Err(Error::Refused { code: ERROR_NOT_YET, message, .. }) if Instant::now() < deadline => {
					if !is_told {
						eprintln!("{message}: asking again for {} s", self.wait);
					}
					is_told = true;
					tokio::time::sleep(AGAIN).await;
				},
				answer => return answer,
			}
		}
	}
}

/// Adds the last headers of epochs of the zone.
async fn with_handovers(client: &RpcClient, receipt: &[u8], from: Epoch) -> anyhow::Result<Vec<u8>> {
	let mut receipt = MessageReceipt::decode_all(&mut &receipt[..]).context("the node's receipt does not decode")?;
	let sealed = receipt.sealing.as_ref().map(|sealing| (sealing.by.chain, sealing.by.signed.certificate.epoch));
	let (chain, until) = sealed.unwrap_or((receipt.lane().source, receipt.origin.signed().1.epoch));
	let mut handovers = Vec::new();
	let mut next = from;
	while next < until {
		let answer: Vec<Bytes> = client.request("beacon_handover", rpc_params![chain.to_string(), next]).await?;
		let count = answer.len();
		for last in answer {
			let signed = SignedHeader::decode_all(&mut &last[..]).context("the node's header does not decode")?;
			next = signed.certificate.epoch.saturating_add(1);
			if signed.certificate.epoch < until {
				handovers.push(NamedHeader { chain, signed });
			}
		}
		if count < MAX_HANDOVER {
			break;
		}
	}
	handovers.append(&mut receipt.handovers);
	receipt.handovers = handovers;
	Ok(receipt.encode())
}
