use super::{
	error::Refused,
	replace,
	server::sender,
	words::{words, Detail},
};
use codec::Encode;
use jsonrpsee::{types::ErrorObjectOwned, RpcModule};
use sc_rpc_spec_v2::transaction::TransactionEvent;
use sc_transaction_pool_api::error::Error as PoolError;
use sp_core::Bytes;
use sp_runtime::transaction_validity::{InvalidTransaction, UnknownTransaction};
use std::time::Duration;
use tp_core::{refusal, AccountId, ChainTag, Hash, TableId, TableRange};

/// `@polkadot/api` cuts the data of an error here.
const SHOWN: usize = 255;

const INVALID: [InvalidTransaction; 11] = [
	InvalidTransaction::Call,
	InvalidTransaction::Payment,
	InvalidTransaction::Future,
	InvalidTransaction::Stale,
	InvalidTransaction::BadProof,
	InvalidTransaction::AncientBirthBlock,
	InvalidTransaction::ExhaustsResources,
	InvalidTransaction::BadMandatory,
	InvalidTransaction::MandatoryValidation,
	InvalidTransaction::BadSigner,
	InvalidTransaction::UnknownOrigin,
];

fn invalid(reason: InvalidTransaction) -> PoolError {
	PoolError::InvalidTransaction(reason)
}

fn shown(error: PoolError, detail: Option<Detail>) -> (i32, String, String) {
	let error = ErrorObjectOwned::from(Refused::by_pool(error, detail));
	let data = error.data().map(|data| serde_json::from_str(data.get()).unwrap()).unwrap_or_default();
	(error.code(), error.message().into(), data)
}

#[test]
fn refused_tip_and_used_share_are_told_in_words() {
	let (code, message, data) = shown(invalid(InvalidTransaction::Custom(refusal::TIP_REFUSED)), None);
	assert_eq!((code, &message[..]), (1010, "Invalid Transaction"));
	assert_eq!(data, "Custom error: 1: transactions are free here and a tip is refused: sign again with a tip of 0");
	let wait = Some(Detail::AcceptedIn(Duration::from_millis(3_599_001)));
	let (code, _, data) = shown(invalid(InvalidTransaction::Custom(refusal::QUOTA_USED)), wait);
	assert_eq!(code, 1010);
	assert!(data.starts_with("Custom error: 2: the account has used its share"), "{data}");
	assert!(data.ends_with(": accepted in 1 h 0 min"), "{data}");
}

#[test]
fn every_refusal_keeps_its_code_and_fits_the_clients() {
	let custom = refusal::REFUSALS.iter().map(|refusal| InvalidTransaction::Custom(refusal.code));
	let refused = INVALID.into_iter().chain(custom).map(|reason| (1010, invalid(reason)));
	let unknown = [UnknownTransaction::CannotLookup, UnknownTransaction::NoUnsignedValidator];
	let unknown = unknown.into_iter().map(|unknown| (1011, PoolError::UnknownTransaction(unknown)));
	for (expected, error) in refused.chain(unknown) {
		let (name, long) = (format!("{error:?}"), Some(Detail::AcceptedIn(Duration::from_secs(86_399))));
		let ours = words(&error, long).unwrap_or_default();
		assert!(!ours.contains(['(', ')']), "{name}: {ours}");
		let (code, _, data) = shown(error, long);
		assert_eq!(code, expected, "{name}");
		assert!(data.len() <= SHOWN && data.ends_with(&ours) && !data.is_empty(), "{name}: {data}");
	}
	let (code, _, data) = shown(invalid(InvalidTransaction::Stale), None);
	assert_eq!(code, 1010);
	// Clients know this beginning.
	assert!(data.starts_with("Transaction is outdated: its nonce is used"), "{data}");
}

#[test]
fn waits_are_told_in_two_units() {
	let told = |millis| {
		let wait = Some(Detail::AcceptedIn(Duration::from_millis(millis)));
		words(&invalid(InvalidTransaction::Custom(refusal::QUOTA_USED)), wait).unwrap()
	};
	for (millis, expected) in [(0, "0 s"), (1, "1 s"), (61_000, "1 min 1 s"), (7_260_000, "2 h 1 min")] {
		assert!(told(millis).ends_with(&format!("accepted in {expected}")), "{}", told(millis));
	}
}

#[test]
fn sender_of_another_shard_learns_its_shard_or_where_to_ask() {
	let account = AccountId::new([7; 32]);
	let mut transaction = vec![0x84, 0];
	transaction.extend(account.encode());
	transaction.extend([1; 80]);
	let bytes = |transaction: &[u8]| Bytes(transaction.to_vec().encode());
	assert_eq!(sender(&bytes(&transaction)), Some(account.clone()));
	transaction[1] = 1;
	assert_eq!(sender(&bytes(&transaction)), None, "the address is no account id");
	assert_eq!(sender(&bytes(&[0x84, 0, 1])), None);
	let detail = Some(Detail::SenderIn(TableId::of(&account)));
	let (code, _, data) = shown(invalid(InvalidTransaction::Custom(refusal::ELSEWHERE)), detail);
	assert_eq!(code, 1010);
	assert!(data.starts_with("Custom error: 3: the account lives in another shard"), "{data}");
	assert!(data.contains("zone_locate") && data.len() <= SHOWN, "{data}");
	assert!(data.ends_with(&format!(": its table is {:02x}", TableId::of(&account).0)), "{data}");
	let home = Detail::SenderAt(ChainTag::Shard { zone: 0, incarnation: 1 }, TableRange::of_shard(1, 2).unwrap());
	let (_, _, data) = shown(invalid(InvalidTransaction::Custom(refusal::ELSEWHERE)), Some(home));
	assert_eq!(
		data,
		"Custom error: 3: the account lives in shard 0/1, whose tables are 80 to ff: send it to an endpoint of that shard"
	);
}

#[test]
fn code_without_words_stays_as_it_is() {
	let (code, _, data) = shown(invalid(InvalidTransaction::Custom(255)), None);
	assert_eq!((code, &data[..]), (1010, "Custom error: 255"));
}

#[test]
fn event_of_a_refusal_has_the_words() {
	let refused = Refused::by_pool(invalid(InvalidTransaction::Custom(refusal::TIP_REFUSED)), None);
	let TransactionEvent::<Hash>::Invalid(event) = refused.into() else { panic!("the transaction is invalid") };
	assert!(event.error.starts_with("Invalid Transaction: Custom error: 1: transactions are free"), "{}", event.error);
}

#[tokio::test]
async fn methods_take_the_place_of_those_of_the_same_names() {
	let module = |names: &[&'static str], answer: u32| {
		let mut module = RpcModule::new(());
		for name in names {
			module.register_method(name, move |_, _, _| answer).unwrap();
		}
		module
	};
	let mut served = module(&["one", "two"], 1);
	assert!(served.clone().merge(module(&["two"], 2)).is_err(), "the names collide");
	replace(&mut served, module(&["two", "three"], 2)).unwrap();
	for (name, expected) in [("one", 1), ("two", 2), ("three", 2)] {
		assert_eq!(served.call::<_, u32>(name, jsonrpsee::rpc_params![]).await.unwrap(), expected, "{name}");
	}
}
