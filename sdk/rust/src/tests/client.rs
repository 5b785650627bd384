//! The client against a server that answers by the book.

use super::verifier::Vectors;
use crate::{
	reports::{
		AccountReport, BlockReport, InfoReport, NextReport, ReasonCode, UnitReport, UnitStatus, ERROR_NO_LATTICE,
		ERROR_UNKNOWN_UNIT,
	},
	*,
};
use codec::{DecodeAll, Encode};
use futures::StreamExt;
use jsonrpsee::{
	server::{Server, ServerHandle},
	types::ErrorObjectOwned,
	RpcModule, SubscriptionMessage,
};
use sp_core::{Bytes, H256};
use tp_lattice::Reason;

/// What a unit of so much comes to.
const REFUSED: Balance = 13;
/// A unit of so much is final, and its receipt is asked for.
const WITHOUT_RECEIPT: Balance = 14;
/// A unit of so much gets the receipt of another.
const ANOTHERS_RECEIPT: Balance = 16;
/// Such a unit never comes to its end.
const WAITING: Balance = 15;

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

/// What becomes of a unit, by the amount that it pays.
fn fate(unit: &Unit) -> Vec<UnitReport> {
	let hash = unit.hash();
	let block = Some(BlockReport { number: 9, hash: H256::repeat_byte(9) });
	let report = |status| UnitReport::new(hash, status);
	let Operation::Transfer { amount, .. } = unit.body.operations[0] else { panic!("they are transfers") };
	let mut made = Vectors::read().receipt();
	if amount != ANOTHERS_RECEIPT {
		made.unit = unit.clone();
	}
	let receipt = (amount != WITHOUT_RECEIPT).then(|| Bytes(made.encode()));
	match amount {
		REFUSED => {
			vec![UnitReport { reason: Some(Reason::Balance.into()), ..report(UnitStatus::Invalid) }]
		},
		WAITING => vec![report(UnitStatus::Ready)],
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
		.register_method("lattice_account", |params, _, _| {
			let id: AccountId = params.one().unwrap();
			answer((id != AccountId::new([0; 32])).then(|| account(id)))
		})
		.unwrap();
	module
		.register_method("lattice_submit", |params, _, _| {
			let units = units_of(&params.one::<Vec<Bytes>>().unwrap());
			answer(units.iter().map(|unit| fate(unit).remove(0)).collect::<Vec<_>>())
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
				for report in units_of(&units).iter().flat_map(fate) {
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
			// At the newest block, it is another.
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
async fn a_payment_is_made_and_proved() {
	let (_server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	assert_eq!((top.info().await.unwrap(), *top.domain()), (info(), Domain(H256::repeat_byte(5))));
	let (alice, bob) = (Keypair::from_uri("//Alice").unwrap(), AccountId::new([2; 32]));

	let mut payment = top.pay(&alice, &bob, 5).await.unwrap();
	assert_eq!(payment.report().status, UnitStatus::Ready);
	assert_eq!(payment.in_block().await.unwrap().number, 9);
	let hash = payment.hash();
	assert_eq!(payment.finalized().await.unwrap().unit.hash(), hash);

	// A receipt by an older committee.
	let vector = Vectors::read().receipt();
	let receipt = top.prove(vector.unit.hash()).await.unwrap();
	assert_eq!(receipt, vector);
	let mut verifier = top.verifier().await.unwrap();
	assert!(matches!(verifier.verify(&receipt), Err(VerifyError::UnknownEpoch { .. })));
	top.add_committee_of(&receipt, &mut verifier).await.unwrap();
	verifier.verify(&receipt).unwrap();
}

#[tokio::test]
async fn a_receipt_of_another_unit_is_no_answer() {
	let (_server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	let alice = Keypair::from_uri("//Alice").unwrap();
	// The server proves the unit of the vectors, whatever it is asked for.
	for (amount, asked) in [(ANOTHERS_RECEIPT, "lattice_submitAndWatch"), (WITHOUT_RECEIPT, "lattice_prove")] {
		let error = top.pay(&alice, &alice, amount).await.unwrap().finalized().await.unwrap_err();
		assert!(matches!(&error, Error::Answer { method, .. } if *method == asked), "{error}");
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
	let error = top.next_unit(&AccountId::new([0; 32])).await.err().unwrap();
	assert!(matches!(error, Error::NoAccount(_)), "{error}");
}

#[tokio::test]
async fn what_a_node_refuses_is_told_with_its_reason() {
	let (_server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	let alice = Keypair::from_uri("//Alice").unwrap();
	let error = top.pay(&alice, &alice, REFUSED).await.err().unwrap();
	assert!(error.to_string().contains("balance is too low"), "{error}");
	assert!(
		matches!(error, Error::Unit { status: UnitStatus::Invalid, reason: Some(reason), .. } if reason.code == ReasonCode::Balance)
	);

	let error = top.prove(H256::zero()).await.err().unwrap();
	assert!(matches!(error, Error::NotFinal(hash) if hash.is_zero()), "{error}");
	let error = top.table(1).await.err().unwrap();
	assert!(matches!(error, Error::Refused { method: "lattice_table", .. }), "{error}");
}

#[tokio::test]
async fn a_node_that_goes_away_ends_the_waiting() {
	let (server, url) = serve().await;
	let top = Client::connect(&url).await.unwrap();
	let alice = Keypair::from_uri("//Alice").unwrap();
	let payment = top.pay(&alice, &alice, WAITING).await.unwrap();
	server.stop().unwrap();
	let error = payment.finalized().await.err().unwrap();
	assert!(matches!(error, Error::WatchEnded), "{error}");
	let error = top.info().await.unwrap_err();
	assert!(error.to_string().contains("connect again"), "{error}");
}

#[tokio::test]
async fn many_units_are_watched_until_each_has_come_to_its_end() {
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
async fn a_ledger_without_units_is_told_as_is_a_node_that_is_not_there() {
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
