//! The chain's JSON-RPC beyond what sc-service merges itself.

use crate::partial::{FullClient, TransactionPool};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};
use tc_pbft::StatusHandle;
use tc_rpc::{Pbft, PbftApiServer};
use tokio::sync::broadcast;
use tp_pbft::Certificate;

/// What the modules are made of.
pub struct RpcDeps {
	/// The chain.
	pub client: Arc<FullClient>,
	/// Its pool.
	pub pool: Arc<TransactionPool>,
	/// The engine's status.
	pub status: StatusHandle,
	/// Certificates as they are imported.
	pub certificates: broadcast::Sender<Certificate>,
}

/// `system_accountNextIndex`, `payment_*` (wallets ask for fees, and hear that there are none), `pbft_*`.
pub fn create(
	deps: &RpcDeps,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, jsonrpsee::core::RegisterMethodError> {
	let RpcDeps { client, pool, status, certificates } = deps;
	let mut module = RpcModule::new(());
	module.merge(System::new(client.clone(), pool.clone()).into_rpc())?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
	module.merge(Pbft::new(client.clone(), status.clone(), certificates.clone(), executor).into_rpc())?;
	Ok(module)
}
