//! The chain's JSON-RPC: the SDK's modules, and ours.

mod sdk;

pub use sdk::{create as create_sdk, SdkDeps};

use crate::client::{FullClient, TransactionPool};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};
use tc_lattice::{Archive, ChainView, UnitPool};
use tc_pbft::{sdk::Committees, StatusHandle};
use tc_rpc::{
	next_index, AccountProofApiServer, AccountProofs, AccountProver, Beacon, BeaconApiServer, Lattice,
	LatticeApiServer, LedgerReader, Mailbox, MailboxApiServer, Pbft, PbftApiServer, ShardOf, Zone, ZoneApiServer,
};
use tokio::sync::broadcast;
use tp_pbft::Certificate;

/// Sources of the RPC modules.
pub struct RpcDeps {
	/// The chain.
	pub client: Arc<FullClient>,
	/// The transaction pool.
	pub pool: Arc<TransactionPool>,
	/// The committees of all heights.
	pub committees: Arc<Committees<FullClient>>,
	/// Status of the engine.
	pub status: StatusHandle,
	/// Certificates as they are imported.
	pub certificates: broadcast::Sender<Certificate>,
	/// Proofs of accounts, if the chain keeps them in a store beside the trie: the same as in [`SdkDeps`].
	pub account_proofs: Option<Arc<dyn AccountProofs>>,
	/// The shards of the node, as in [`SdkDeps`]; `None` if the chain runs alone.
	pub shard_of: Option<ShardOf>,
	/// The unit lane, if the chain has one.
	pub lattice: Option<LatticeDeps>,
	/// The ledgers of the node.
	pub ledgers: LedgerReader,
}

/// Sources of the module `lattice_*`.
pub struct LatticeDeps {
	/// The unit pool.
	pub units: UnitPool,
	/// Blocks and receipts of the past.
	pub archive: Arc<Archive>,
	/// The chain.
	pub chain: Arc<dyn ChainView>,
}

/// Creates the modules `system_accountNextIndex`, `payment_*` (wallets ask for fees; there are none), `pbft_*`,
/// `lattice_accountProof`, `mailbox_*`, `beacon_*`, `zone_*` on a chain that does not run alone, and all of `lattice_*` on
/// a chain with a unit lane.
pub fn create(
	deps: &RpcDeps,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, jsonrpsee::core::RegisterMethodError> {
	let RpcDeps { client, pool, committees, status, certificates, account_proofs, shard_of, lattice, ledgers } = deps;
	let mut module = RpcModule::new(());
	let mut system = System::new(client.clone(), pool.clone()).into_rpc();
	if let Some(LatticeDeps { units, .. }) = lattice {
		next_index(&mut system, units.clone())?;
	}
	module.merge(system)?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
	let pbft = Pbft::new(client.clone(), committees.clone(), status.clone(), certificates.clone(), executor.clone());
	module.merge(pbft.into_rpc())?;
	let units = lattice.as_ref().map(|lattice| lattice.units.clone());
	module.merge(AccountProver::new(client.clone(), account_proofs.clone(), units).into_rpc())?;
	// Clients of a chain that runs alone find by the missing methods that its node is the only door.
	if shard_of.is_some() {
		module.merge(Zone::new(ledgers.clone()).into_rpc())?;
	}
	module.merge(Mailbox::new(ledgers.clone(), executor.clone()).into_rpc())?;
	module.merge(Beacon::new(ledgers.clone()).into_rpc())?;
	if let Some(LatticeDeps { units, archive, chain }) = lattice {
		let lattice = Lattice::new(units.clone(), archive.clone(), chain.clone(), executor);
		module.merge(lattice.across(ledgers.clone()).into_rpc())?;
	}
	Ok(module)
}
