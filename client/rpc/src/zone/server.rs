//! Serves the methods.

use super::api::ZoneApiServer;
use crate::routing::LedgerReader;
use jsonrpsee::core::{async_trait, RpcResult};
use tc_routing::{
	reads::{Level, ReadError},
	LedgerAccess,
};
use tc_routing_rpc_types::{
	BlockReport, HeadReport, HeadsReport, LedgerReport, LevelReport, LocationReport, TablesReport,
};
use tp_core::{AccountId, TableRange};

/// Serves [`ZoneApiServer`].
pub struct Zone(LedgerReader);

impl Zone {
	/// Serves the ledgers of a node.
	pub fn new(reader: LedgerReader) -> Self {
		Self(reader)
	}
}

fn tables(range: TableRange) -> TablesReport {
	TablesReport { first: range.first.0, last: range.last.0 }
}

fn report(ledger: &dyn LedgerAccess) -> Result<LedgerReport, ReadError> {
	Ok(LedgerReport {
		chain: ledger.chain().to_string(),
		tables: ledger.ledger()?.tables.map(tables),
		genesis: ledger.genesis(),
		endpoints: ledger.endpoints(),
	})
}

#[async_trait]
impl ZoneApiServer for Zone {
	async fn ledgers(&self) -> RpcResult<Vec<LedgerReport>> {
		Ok(self.0.read(|ledgers| ledgers.all().map(|ledger| report(&**ledger)).collect()).await?)
	}

	async fn locate(&self, account: AccountId) -> RpcResult<LocationReport> {
		let locate = move |ledgers: &tc_routing::reads::Ledgers| {
			let (table, ledger) = ledgers.locate(&account)?;
			let zone = ledgers.zone();
			let range = ledger.ledger()?.tables.ok_or(ReadError::NoShard { zone, table })?;
			let (chain, tables) = (ledger.chain().to_string(), tables(range));
			Ok(LocationReport { zone, table: table.0, chain, tables, endpoints: ledger.endpoints() })
		};
		Ok(self.0.read(locate).await?)
	}

	async fn heads(&self) -> RpcResult<HeadsReport> {
		let sealed = self.0.read(|ledgers| ledgers.sealed()).await?;
		let invalid = |chain| sealed.invalid.iter().find(|(of, _)| *of == chain).map(|(_, number)| *number);
		let heads = sealed.heads.iter().map(|head| HeadReport {
			chain: head.ledger.chain.to_string(),
			number: head.height,
			hash: head.hash,
			invalid: invalid(head.ledger.chain),
		});
		Ok(HeadsReport { zone: BlockReport { number: sealed.number, hash: sealed.hash }, heads: heads.collect() })
	}

	async fn levels(&self) -> RpcResult<Vec<LevelReport>> {
		let levels = self.0.read(|ledgers| ledgers.levels()).await?;
		let report = |Level { chain, number, levels }| LevelReport {
			chain: chain.to_string(),
			number,
			inbox: levels.inbox,
			outbox: levels.outbox,
		};
		Ok(levels.into_iter().map(report).collect())
	}
}
