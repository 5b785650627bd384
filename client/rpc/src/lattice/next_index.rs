//! `system_accountNextIndex` on a chain with two lanes.

use jsonrpsee::{
	core::RegisterMethodError,
	types::{ErrorObject, ErrorObjectOwned},
	RpcModule,
};
use tc_lattice::UnitPool;
use tp_core::{AccountId, Nonce};

/// The method, by which wallets ask for a nonce, and its older name.
const METHOD: &str = "system_accountNextIndex";
const ALIAS: &str = "account_nextIndex";
/// The code of the SDK's error of the method.
const UNREADABLE: i32 = 1;

/// Replaces the SDK's method in a module: it does not know units.
///
/// # Errors
/// Never: both names are free when they are registered.
pub fn next_index<Context: Send + Sync + 'static>(
	module: &mut RpcModule<Context>,
	units: UnitPool,
) -> Result<(), RegisterMethodError> {
	for name in [METHOD, ALIAS] {
		module.remove_method(name);
		let units = units.clone();
		module.register_async_method(name, move |params, _, _| {
			let (units, account) = (units.clone(), params.one::<AccountId>());
			async move { answer(units, account?).await }
		})?;
	}
	Ok(())
}

/// Returns the nonce after the units and the extrinsics of an account that wait.
async fn answer(units: UnitPool, account: AccountId) -> Result<Nonce, ErrorObjectOwned> {
	let refused = |error: &dyn std::error::Error| {
		ErrorObject::owned(UNREADABLE, "Unable to query nonce.", Some(error.to_string()))
	};
	let mut call = units.reads().state.try_call().map_err(|error| refused(&error))?;
	let pool = units.clone();
	let view = call.read(move || pool.account(&account)).await.map_err(|error| refused(&error))?;
	Ok(view.map_err(|error| refused(&error))?.next_nonce())
}
