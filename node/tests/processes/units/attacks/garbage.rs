//! Bytes that are no unit, invalid units and repeated units: each is refused with its reason.

use super::{
	answers::Answers,
	setting::{MISFIT, VALIDATORS},
};
use crate::units::{
	accounts::{account, keypair, Payer},
	figures::Figures,
	scene::Scene,
	senders::encoded,
};
use codec::{Compact, Encode};
use futures::{future::join_all, StreamExt};
use jsonrpsee::{
	core::client::{ClientT, Error as TransportError},
	rpc_params,
	types::error::INVALID_PARAMS_CODE,
	ws_client::{WsClient, WsClientBuilder},
};
use sp_core::{ecdsa, Bytes, Pair};
use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};
use top_sdk::{
	reports::{ERROR_TOO_MANY_UNITS, MAX_UNITS_PER_CALL},
	Balance, Client, Domain, Unit, UnitBuilder, UnitHash, TOP,
};

/// Duration of the flood of each kind of garbage.
const LEAST: Duration = Duration::from_secs(4);
/// Units of one call of the flood.
const BATCH: usize = 500;
/// Size of a request that exceeds the maximum of a node.
const OVERSIZED: usize = 64 * 1024 * 1024;
/// An account that the genesis does not fund.
const STRANGER: u32 = 9_999_999;

/// Sends each kind of garbage once, and checks the reason of its refusal; then sends all kinds at full speed.
pub async fn is_refused_by_name(scene: &Scene, figures: &mut Figures) {
	let client = scene.client(0).await;
	let mut payer = Payer::of_genesis(MISFIT);
	let dest = account(MISFIT + 1);
	let good: Vec<Unit> = (0..2).map(|_| payer.pay(&dest, TOP, &scene.domain)).collect();
	until_final(&client, &good).await;

	let calls = calls_that_are_none(&scene.nodes()[0].rpc_url(), &good).await;
	figures.add("calls that are none", calls);
	assert!(oversized(scene.nodes()[0].ports().rpc).await.contains(" 413 "), "a request of {OVERSIZED} bytes is read");
	figures.add("a request of 64 MiB", "HTTP 413, unread");

	// Others may have paid the account meanwhile.
	let free = client.account(&payer.id).await.unwrap().unwrap().free;
	let units = bad_units(&payer, free, &good, &scene.domain);
	let mut named = BTreeMap::<&str, usize>::new();
	for (case, unit, code) in &units {
		let report = client.submit(std::slice::from_ref(unit)).await.unwrap().remove(0);
		let mut answer = Answers::default();
		answer.add(&report);
		assert_eq!(answer.to_string(), format!("{code} 1"), "{case}: {report:?}");
		*named.entry(code).or_default() += 1;
	}
	let names: Vec<&str> = named.into_keys().collect();
	figures.add("units of no use, each refused by name", format!("{}: {}", units.len(), names.join(", ")));
	rivals(&client, &mut payer, &scene.domain).await;
	figures.add("rivals", "conflict, duplicateHeight");
	pour(scene, &payer, &good, figures).await;
}

/// Sends bytes that do not decode.
async fn calls_that_are_none(url: &str, good: &[Unit]) -> String {
	let raw = WsClientBuilder::default().build(url).await.unwrap();
	let first = good[0].encode();
	let mut trailing = first.clone();
	trailing.push(0);
	let cases: [(&str, Vec<u8>); 5] = [
		("nothing", Vec::new()),
		("random bytes", vec![0xa7; 300]),
		("a unit cut short", first[..first.len() - 1].to_vec()),
		("a unit and a byte more", trailing),
		("operations without end", [&first[..72], &Compact(u32::MAX).encode()].concat()),
	];
	for (case, bytes) in &cases {
		let units = vec![Bytes(first.clone()), Bytes(bytes.clone())];
		let (code, message) = refusal(&raw, rpc_params![units]).await;
		assert_eq!(code, INVALID_PARAMS_CODE, "{case}: {message}");
		assert!(message.contains("unit 1"), "{case}: the message does not name the unit: {message}");
	}
	let (code, message) = refusal(&raw, rpc_params![["no hexadecimal"]]).await;
	assert_eq!(code, INVALID_PARAMS_CODE, "{message}");
	let many = vec![Bytes(first); MAX_UNITS_PER_CALL as usize + 1];
	let (code, message) = refusal(&raw, rpc_params![many]).await;
	assert_eq!(code, ERROR_TOO_MANY_UNITS, "{message}");
	format!("{} by {INVALID_PARAMS_CODE} with the unit's place, too many units by {code}", cases.len())
}

async fn refusal(raw: &WsClient, params: jsonrpsee::core::params::ArrayParams) -> (i32, String) {
	match raw.request::<serde_json::Value, _>("lattice_submit", params).await {
		Err(TransportError::Call(error)) => (error.code(), error.message().to_owned()),
		other => panic!("garbage was not refused: {other:?}"),
	}
}

/// Announces a request that is too large; returns the first line of the answer.
async fn oversized(port: u16) -> String {
	let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
	let head = format!(
		"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {OVERSIZED}\r\n\r\n"
	);
	stream.write_all(head.as_bytes()).await.unwrap();
	let mut answer = vec![0; 512];
	let read =
		tokio::time::timeout(Duration::from_secs(10), stream.read(&mut answer)).await.expect("it answers").unwrap();
	let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
	answer.lines().next().unwrap_or_default().to_owned()
}

/// Returns a unit for each reason, and the reason. The account has sent only `good`.
fn bad_units(payer: &Payer, free: Balance, good: &[Unit], domain: &Domain) -> Vec<(&'static str, Unit, &'static str)> {
	let dest = account(MISFIT + 1);
	let pays = |amount: Balance| UnitBuilder::new().transfer(&dest, amount);
	let next = |unit: UnitBuilder| payer.sign_at(payer.height, payer.head, unit, domain);
	let right = next(pays(TOP));

	let mut unsigned = right.clone();
	unsigned.signature = good[0].signature.clone();
	let mut by_ecdsa = right.clone();
	let ecdsa = ecdsa::Pair::from_seed(&[7; 32]);
	by_ecdsa.signature = ecdsa.sign(&right.body.signing_payload(domain)).into();
	let mut empty = right.clone();
	empty.body.operations = Default::default();
	empty.signature = payer.key.sign(&empty.body.signing_payload(domain));
	let elsewhere = payer.sign_at(payer.height, payer.head, pays(TOP), &Domain(UnitHash::repeat_byte(9)));
	let stranger = Payer { key: keypair(STRANGER), id: account(STRANGER), height: 0, head: UnitHash::repeat_byte(1) };
	let largest = (0..16).fold(UnitBuilder::new(), |unit, _| unit.service(vec![0x5e; 1_024]).unwrap());

	vec![
		("sent before", good[0].clone(), "final"),
		("another unit in the place of a final one", payer.sign_at(0, good[0].body.parent, pays(1), domain), "height"),
		("after another unit", payer.sign_at(payer.height, UnitHash::repeat_byte(3), pays(TOP), domain), "parent"),
		("far ahead", payer.sign_at(payer.height + 10_000, payer.head, pays(TOP), domain), "gapTooFar"),
		("of an unknown account", stranger.clone().pay(&dest, TOP, domain), "noAccount"),
		("with another unit's signature", unsigned, "signature"),
		("signed by a scheme that is none", by_ecdsa, "signature"),
		("signed for another ledger", elsewhere, "signature"),
		("that does nothing", empty, "empty"),
		("that has expired", next(pays(TOP).valid_until(1)), "expired"),
		("that would be valid for too long", next(pays(TOP).valid_until(u32::MAX)), "tooLong"),
		("that pays more than there is", next(pays(1 << 100)), "balance"),
		("that would leave nothing", next(UnitBuilder::new().transfer_keep_alive(&dest, free)), "wouldDie"),
		("too little for a new account", next(UnitBuilder::new().transfer(&account(STRANGER), 1)), "belowMinimum"),
		("that the ledger cannot do, and the largest", next(largest), "unsupported"),
	]
}

/// Sends two units for one place in one call: for the next place, and for a later one.
async fn rivals(client: &Client, payer: &mut Payer, domain: &Domain) {
	let dest = account(MISFIT + 1);
	let pays = |amount| UnitBuilder::new().transfer(&dest, amount);
	let late = payer.height + 5;
	let waiting = [1, 2].map(|amount| payer.sign_at(late, UnitHash::repeat_byte(4), pays(amount * TOP), domain));
	let other = payer.sign_at(payer.height, payer.head, pays(2 * TOP), domain);
	let first = payer.pay(&dest, TOP, domain);
	for (units, taken, code) in [([first.clone(), other], "ready", "conflict"), (waiting, "future", "duplicateHeight")]
	{
		let mut answers = Answers::default();
		client.submit(&units).await.unwrap().iter().for_each(|report| answers.add(report));
		answers.assert_are(&[taken, code], &[]);
	}
	// The unit that was taken becomes final.
	until_final(client, &[first]).await;
}

async fn until_final(client: &Client, units: &[Unit]) {
	let mut watch = client.submit_and_watch(units).await.unwrap();
	let mut ended = 0;
	while let Some(report) = watch.next().await {
		let report = report.unwrap();
		if report.status.is_end() {
			assert_eq!(report.status, top_sdk::reports::UnitStatus::Final, "{report:?}");
			ended += 1;
		}
	}
	assert_eq!(ended, units.len());
}

/// Sends garbage to all validators at full speed.
async fn pour(scene: &Scene, payer: &Payer, good: &[Unit], figures: &mut Figures) {
	let dest = account(MISFIT + 1);
	let forged: Vec<Unit> = (0..BATCH)
		.map(|number| {
			let amount = TOP + number as Balance;
			let unit = UnitBuilder::new().transfer(&dest, amount);
			let mut unit = payer.sign_at(payer.height, payer.head, unit, &scene.domain);
			unit.signature = good[0].signature.clone();
			unit
		})
		.collect();
	let replayed = vec![good[0].clone(); BATCH];
	let mut cut = encoded(&replayed);
	cut.last_mut().expect("there are some; qed").0.pop();
	for (what, units, must) in [
		("wrong signatures", encoded(&forged), "signature"),
		("replays", encoded(&replayed), "final"),
		("cut short", cut, ""),
	] {
		let started = Instant::now();
		let lanes = (0..VALIDATORS).map(|node| {
			let (url, units) = (scene.nodes()[node].rpc_url(), units.clone());
			async move { pour_into(&url, units, started).await }
		});
		let mut all = Answers::default();
		let mut refused = 0;
		for (answers, calls) in join_all(lanes).await {
			all.merge(answers);
			refused += calls;
		}
		if must.is_empty() {
			assert!(refused > 0 && all.count() == 0, "{what}: {all}");
			figures.add(format!("{what}, as fast as it goes"), format!("{refused} calls of {BATCH} units refused"));
		} else {
			all.assert_are(&[must], &[]);
			figures.add(format!("{what}, as fast as it goes"), format!("{} units: {all}", all.count()));
		}
	}
}

/// Returns the answers, and the number of calls that were refused as a whole.
async fn pour_into(url: &str, units: Vec<Bytes>, started: Instant) -> (Answers, usize) {
	let raw = WsClientBuilder::default().build(url).await.unwrap();
	let (mut answers, mut refused) = (Answers::default(), 0);
	while started.elapsed() < LEAST {
		let reports: Result<Vec<top_sdk::reports::UnitReport>, _> =
			raw.request("lattice_submit", rpc_params![&units]).await;
		match reports {
			Ok(reports) => reports.iter().for_each(|report| answers.add(report)),
			Err(TransportError::Call(error)) => {
				assert!(error.code() == INVALID_PARAMS_CODE || error.message().contains("verify"), "{error:?}");
				refused += 1;
			},
			Err(error) => panic!("{error}"),
		}
	}
	(answers, refused)
}
