//! The client against a test server.

use super::verifier::Vectors;
use codec::{DecodeAll, Encode};
use futures::StreamExt;
use jsonrpsee::{
	server::{Server, ServerHandle},
	types::ErrorObjectOwned,
	RpcModule, SubscriptionMessage,
};
use sp_core::{Bytes, H256};
use std::time::Duration;
use top_sdk::{
	reports::{
		AccountReport, BlockReport, InfoReport, NextReport, ReasonCode, UnitReport, UnitStatus, ERROR_NO_LATTICE,
		ERROR_UNKNOWN_UNIT,
	},
	*,
};
use tp_core::Header;
use tp_lattice::Reason;

/// Amount of a unit that the server refuses.
const REFUSED: Balance = 13;
/// Amount of a unit whose final report has no receipt.
const WITHOUT_RECEIPT: Balance = 14;
/// Amount of a unit whose final report has the receipt of another unit.
const OTHER_RECEIPT: Balance = 16;
/// Amount of a unit that stays ready.
const READY_ONLY: Balance = 15;

fn info() -> InfoReport {
	InfoReport {
		domain: H256::repeat_byte(5),
		tables: (0, 255),
		existential_deposit: 100,
		max_operations: 16,
		max_validity: 2_400,
		compute_per_unit: 1,
		compute_per_operation: 1,
		max_units_per_call: 1_000,
	}
}

fn account(account: AccountId) -> AccountReport {
	let next = NextReport { height: 8, head: H256::repeat_byte(8), spendable: 900, pending: 1 };
	AccountReport {
		account,
		exists: true,
		height: 7,
		head: H256::repeat_byte(7),
		free: 1_000,
		reserved: 0,
		frozen: 0,
		spendable: 1_000,
		received: 0,
		received_hash: H256::zero(),
		quota: None,
		next,
	}
}

/// Returns the reports of a unit, by the amount that it transfers.
fn reports_of(unit: &Unit) -> Vec<UnitReport> {
	let hash = unit.hash();
	let block = Some(BlockReport { number: 9, hash: H256::repeat_byte(9) });
	let report = |status| UnitReport::new(hash, status);
	let Operation::Transfer { amount, .. } = unit.body.operations[0] else { panic!("all units are transfers") };
	let mut made = Vectors::read().receipt();
	if amount != OTHER_RECEIPT {
		made.unit = unit.clone();
	}
	let receipt = (amount != WITHOUT_RECEIPT).then(|| Bytes(made.encode()));
	match amount {
		REFUSED => {
			vec![UnitReport { reason: Some(Reason::Balance.into()), ..report(UnitStatus::Invalid) }]
		},
		READY_ONLY => vec![report(UnitStatus::Ready)],
		_ => vec![
			report(UnitStatus::Ready),
			UnitReport { block, ..report(UnitStatus::InBlock) },
			UnitReport { block, receipt, ..report(UnitStatus::Final) },
		],
	}
}

fn units_of(encoded: &[Bytes]) -> Vec<Unit> {
	encoded.iter().map(|unit| Unit::decode_all(&mut &unit[..]).unwrap()).collect()
}

fn answer<T>(value: T) -> Result<T, ErrorObjectOwned> {
	Ok(value)
}

async fn serve() -> (ServerHandle, String) {
	let mut module = RpcModule::new(());
	module.register_method("lattice_info", |_, _, _| answer(info())).unwrap();
	module
		.register_method("chain_getHeader", |_, _, _| {
			let (zero, number) = (H256::zero(), 1_000);
			let digest = Default::default();
			answer(Header { parent_hash: zero, number, state_root: zero, extrinsics_root: zero, digest })
		})
		.unwrap();
	module
		.register_method("lattice_account", |params, _, _| {
			let id: AccountId = params.one().unwrap();
			// A node describes an account that does not exist as it would begin.
			let exists = id != AccountId::new([1; 32]);
			answer((id != AccountId::new([0; 32])).then(|| AccountReport { exists, ..account(id) }))
		})
		.unwrap();
	module
		.register_method("lattice_submit", |params, _, _| {
			let units = units_of(&params.one::<Vec<Bytes>>().unwrap());
			answer(units.iter().map(|unit| reports_of(unit).remove(0)).collect::<Vec<_>>())
		})
		.unwrap();
	module
		.register_subscription(
			"lattice_submitAndWatch",
			"lattice_unitStatus",
			"lattice_unwatch",
			|params, pending, _, _| async move {
				let (units, options): (Vec<Bytes>, reports::WatchOptions) = params.parse().unwrap();
				assert!(options.receipts);
				let sink = pending.accept().await.unwrap();
				for report in units_of(&units).iter().flat_map(reports_of) {
					sink.send(SubscriptionMessage::from_json(&report).unwrap()).await.unwrap();
				}
				Ok(())
			},
		)
		.unwrap();
	module
		.register_method("lattice_prove", |params, _, _| {
			let hash: UnitHash = params.one().unwrap();
			match hash.is_zero() {
				true => Err(ErrorObjectOwned::owned(ERROR_UNKNOWN_UNIT, "unknown", None::<()>)),
				false => Ok(Bytes(Vectors::read().receipt().encode())),
			}
		})
		.unwrap();
	module
		.register_method("pbft_committee", |params, _, _| {
			let at: Option<Hash> = params.one().unwrap();
			let mut committee = Vectors::read().committee;
			// The newest block has another committee.
			committee.epoch += u64::from(at.is_none());
			answer(committee)
		})
		.unwrap();
	start(module).await
}

async fn start(module: RpcModule<()>) -> (ServerHandle, String) {
	let server = Server::builder().build("127.0.0.1:0").await.unwrap();
	let url = format!("ws://{}", server.local_addr().unwrap());
	(server.start(module), url)
}

#[tokio::test]
async fn a_payment_becomes_final_and_its_receipt_verifies() {
	let (_server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	assert_eq!((top.info().await.unwrap(), *top.domain()), (info(), Domain(H256::repeat_byte(5))));
	let (alice, bob) = (Keypair::from_uri("//Alice").unwrap(), AccountId::new([2; 32]));

	let mut payment = top.pay(&alice, &bob, 5).await.unwrap();
	assert_eq!(payment.report().status, UnitStatus::Ready);
	assert_eq!(payment.in_block().await.unwrap().number, 9);
	let hash = payment.hash();
	assert_eq!(payment.finalized().await.unwrap().unit.hash(), hash);

	// A receipt of an older epoch.
	let vector = Vectors::read().receipt();
	let receipt = top.prove(vector.unit.hash()).await.unwrap();
	assert_eq!(receipt, vector);
	// The node names another committee now. Its word does not make a receipt of an earlier epoch valid.
	let mut verifier = top.verifier().await.unwrap();
	assert!(matches!(verifier.verify(&receipt), Err(VerifyError::UnknownEpoch { .. })));
	top.follow(&mut verifier, &receipt).await.unwrap();
	assert!(matches!(verifier.verify(&receipt), Err(VerifyError::UnknownEpoch { .. })));
	Verifier::from_report(&Vectors::read().committee).unwrap().verify_unit(&receipt, vector.unit.hash()).unwrap();
}

#[tokio::test]
async fn a_receipt_of_another_unit_is_rejected() {
	let (_server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	let alice = Keypair::from_uri("//Alice").unwrap();
	// The server returns the receipt of the vectors for every unit.
	for (amount, asked) in [(OTHER_RECEIPT, "lattice_submitAndWatch"), (WITHOUT_RECEIPT, "lattice_prove")] {
		let error = top.pay(&alice, &alice, amount).await.unwrap().finalized().await.unwrap_err();
		assert!(matches!(error.cause(), Error::Answer { method, .. } if *method == asked), "{error}");
		assert!(error.may_still_apply() && error.units().len() == 1, "{error}");
		assert!(error.to_string().contains("another unit"), "{error}");
	}
}

#[tokio::test]
async fn the_next_unit_follows_those_in_the_pool() {
	let (_server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	let alice = Keypair::from_uri("//Alice").unwrap();
	let builder = top.next_unit(&alice.account()).await.unwrap();
	let unit = builder.transfer(&alice, 1).sign(&alice, top.domain()).unwrap();
	assert_eq!((unit.body.height, unit.body.parent), (8, H256::repeat_byte(8)));
	assert_eq!(unit.body.valid_until, 1_000 + 2_100, "a unit expires, within what the ledger allows");
	for absent in [[0; 32], [1; 32]] {
		let error = top.next_unit(&AccountId::new(absent)).await.err().unwrap();
		assert!(matches!(error, Error::NoAccount(_)), "{error}");
	}
}

#[tokio::test]
async fn refusals_of_the_node_have_a_reason() {
	let (_server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	let alice = Keypair::from_uri("//Alice").unwrap();
	let error = top.pay(&alice, &alice, REFUSED).await.err().unwrap();
	assert!(error.to_string().contains("balance is too low"), "{error}");
	assert!(!error.is_local());
	assert_eq!(error.units().len(), 1, "a refused unit can be sent again once the balance is there");
	assert!(
		matches!(error, Error::Unit { status: UnitStatus::Invalid, reason: Some(reason), .. } if reason.code == ReasonCode::Balance)
	);

	let error = top.prove(H256::zero()).await.err().unwrap();
	assert!(matches!(error, Error::NotFinal(hash) if hash.is_zero()), "{error}");
	let error = top.table(1).await.err().unwrap();
	assert!(matches!(error, Error::Refused { method: "lattice_table", .. }), "{error}");
}

#[tokio::test]
async fn a_node_that_stops_ends_all_waiting() {
	let alice = Keypair::from_uri("//Alice").unwrap();
	let patient = ConnectOptions { reconnect_for: Duration::from_secs(1), ..Default::default() };
	for options in [ConnectOptions::without_reconnecting(), patient] {
		let (server, url) = serve().await;
		let top = Client::connect_with(&url, options).await.unwrap();
		let payment = top.pay(&alice, &alice, READY_ONLY).await.unwrap();
		let unit = payment.unit().clone();
		server.stop().unwrap();
		let error = payment.finalized().await.err().unwrap();
		assert!(error.is_connection() && error.may_still_apply(), "{error}");
		assert_eq!(error.units(), [unit], "the same bytes can be sent again");
		assert!(error.to_string().contains("send the same again"), "{error}");
		let error = top.info().await.unwrap_err();
		assert!(error.is_connection(), "{error}");
	}
}

#[tokio::test]
async fn many_units_are_watched_until_all_are_terminal() {
	let (_server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	let alice = Keypair::from_uri("//Alice").unwrap();
	let mut units = Vec::<Unit>::new();
	for amount in [1, REFUSED, 2] {
		let builder = UnitBuilder::new().transfer(&alice, amount);
		let builder = match units.last() {
			Some(last) => builder.after(last),
			None => builder.at(0, H256::zero()),
		};
		units.push(builder.sign(&alice, top.domain()).unwrap());
	}
	let statuses: Vec<_> = top.submit(&units).await.unwrap().iter().map(|report| report.status).collect();
	assert_eq!(statuses, [UnitStatus::Ready, UnitStatus::Invalid, UnitStatus::Ready]);

	let mut watch = top.submit_and_watch(&units).await.unwrap();
	let mut ends = 0;
	while let Some(report) = watch.next().await {
		let report = report.unwrap();
		ends += usize::from(report.status.is_end());
		assert_eq!(watch.open(), 3 - ends);
	}
	assert_eq!(ends, 3);
}

#[tokio::test]
async fn missing_nodes_and_ledgers_without_units_are_reported() {
	let (_server, url) = start(RpcModule::new(())).await;
	assert!(matches!(Client::connect(&url).await, Err(Error::NoLattice)));
	let mut module = RpcModule::new(());
	let refusal = || Err::<(), _>(ErrorObjectOwned::owned(ERROR_NO_LATTICE, "none", None::<()>));
	module.register_method("lattice_info", move |_, _, _| refusal()).unwrap();
	let (_server, url) = start(module).await;
	assert!(matches!(Client::connect(&url).await, Err(Error::NoLattice)));
	let error = Client::connect("ws://127.0.0.1:1").await.unwrap_err();
	assert!(error.to_string().contains("is the node running"), "{error}");
}
