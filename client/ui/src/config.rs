//! `/config.json`, which tells the page its ledgers.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Where a browser finds the RPC of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rpc {
	/// At this port of the host that the page came from.
	Port(u16),
	/// At this address: `wss://node.example.org`.
	Url(String),
}

/// A ledger that the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
	/// Part of the addresses of the page's views: letters, digits and `-`.
	pub id: String,
	/// Its name for people.
	pub name: String,
	/// Its RPC.
	pub rpc: Rpc,
	/// The committee that the page trusts first: the result of `pbft_committee`. Without it the page marks all values as
	/// unchecked.
	pub anchor: Option<Value>,
	/// Where the committee comes from, in words.
	pub anchor_source: &'static str,
}

/// The file, as the page reads it (`Config` in `web/explorer/src/shared/model.ts`).
#[derive(Serialize)]
struct Config<'a> {
	ledgers: Vec<LedgerConfig<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LedgerConfig<'a> {
	id: &'a str,
	name: &'a str,
	#[serde(serialize_with = "as_list")]
	endpoints: String,
	#[serde(skip_serializing_if = "Option::is_none")]
	anchor: Option<&'a Value>,
	#[serde(skip_serializing_if = "Option::is_none")]
	anchor_source: Option<&'a str>,
}

/// Writes the one endpoint as the list that the page reads.
fn as_list<S: Serializer>(endpoint: &str, serializer: S) -> Result<S::Ok, S::Error> {
	[endpoint].serialize(serializer)
}

/// Returns the file for a page that a browser has from `host`, a name or an address without port.
pub(crate) fn config(ledgers: &[Ledger], host: &str) -> Vec<u8> {
	let ledgers = ledgers
		.iter()
		.map(|Ledger { id, name, rpc, anchor, anchor_source }| LedgerConfig {
			id,
			name,
			endpoints: match rpc {
				Rpc::Port(port) => format!("ws://{host}:{port}"),
				Rpc::Url(url) => url.clone(),
			},
			anchor: anchor.as_ref(),
			anchor_source: anchor.as_ref().map(|_| *anchor_source),
		})
		.collect();
	serde_json::to_vec(&Config { ledgers }).expect("texts and JSON values are JSON; qed")
}
