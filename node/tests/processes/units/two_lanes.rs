//! Units and extrinsics of one account: one sequence of nonces, over both lanes and all lives of the account.

use crate::units::{
	accounts::Payer,
	figures::Figures,
	scene::{comes_true, Scene},
};
use futures::future::join_all;
use jsonrpsee::rpc_params;
use sp_core::Bytes;
use std::{future::Future, slice, time::Duration};
use top_node::transaction::{ChainParams, TransferBuilder};
use top_sdk::{
	reports::{UnitReport, UnitStatus},
	AccountId, Balance, Client, Domain, Keypair, RpcClient, Unit, UnitBuilder, TOP,
};
use tp_core::Nonce;

/// How long a unit or an extrinsic may take to become final.
const PATIENCE: Duration = Duration::from_secs(20);
/// Units and extrinsics in turns; pairs of both without a pause; races of one of each for one nonce.
const TURNS: u32 = 4;
const PAIRS: u32 = 10;
const RACES: u32 = 6;
/// How long a replay has to apply.
const REPLAY: Duration = Duration::from_secs(2);
const AMOUNT: Balance = TOP / 100;
/// The time of two blocks of an idle ledger, and a second more.
const TWO_IDLE_BLOCKS: Duration = Duration::from_secs(7);

/// An account that uses both lanes at one node.
struct User<'a> {
	key: Keypair,
	id: AccountId,
	dest: AccountId,
	domain: Domain,
	client: &'a Client,
	rpc: RpcClient,
	extrinsics: TransferBuilder,
}

/// Sends what one account signs over both lanes of the node, through the end of the account and its next life.
/// The account of the genesis with this number pays for it.
pub async fn share_one_sequence(scene: &Scene, client: &Client, node: usize, number: u32, figures: &mut Figures) {
	let mut funder = Payer::of_genesis(number);
	let (key, _) = Keypair::generate();
	let rpc = scene.rpc(node).await;
	let extrinsics = TransferBuilder::immortal(ChainParams::fetch(&rpc).await.unwrap());
	let id = key.account();
	let user = User { key, id, dest: funder.id.clone(), domain: scene.domain, client, rpc, extrinsics };

	user.be_paid(&mut funder).await;
	let begins = user.height().await;
	assert!(begins > 0, "an account begins with the number of its first block");
	let first = user.extrinsic(begins);
	// Its share comes back with the blocks that follow. The pool bans what it has refused once, so they come first.
	tokio::time::sleep(TWO_IDLE_BLOCKS).await;
	// The pool of extrinsics learns of a block a moment later than the watch of a unit.
	comes_true("an account known to the pool of extrinsics", PATIENCE, || async {
		user.rpc.submit(&first).await.is_ok()
	})
	.await;
	user.comes_to(begins + 1).await;

	user.take_turns().await;
	figures.add("extrinsics and units of one account in turns", 2 * TURNS);
	user.pair().await;
	figures.add("units and extrinsics of one account without a pause", 2 * PAIRS);
	user.refuse_the_second().await;
	let by_unit = user.race().await;
	figures.add("one of each for one nonce: unit won, extrinsic won", format!("{by_unit}, {}", RACES - by_unit));
	// No loser remains in a pool.
	tokio::time::sleep(Duration::from_secs(1)).await;
	assert_eq!(client.account(&user.id).await.unwrap().unwrap().next.pending, 0);
	assert_eq!(user.height().await, begins + 1 + 2 * TURNS + 2 * PAIRS + 3 + RACES);
	let second = user.live_again(&mut funder, &first).await;
	figures.add("first nonces of two lives", format!("{begins}, {second}"));
}

impl User<'_> {
	/// Has the account funded by a unit.
	async fn be_paid(&self, funder: &mut Payer) {
		let paid = funder.pay(&self.id, 10 * TOP, &self.domain);
		self.client.send(paid).await.unwrap().finalized().await.unwrap();
	}

	fn extrinsic(&self, nonce: Nonce) -> Vec<u8> {
		self.extrinsics.build(&self.key, nonce, &self.dest, AMOUNT)
	}

	fn sign(&self, unit: UnitBuilder) -> Unit {
		unit.transfer(&self.dest, AMOUNT).sign(&self.key, &self.domain).unwrap()
	}

	/// Returns the next unit as an app makes it.
	async fn unit(&self) -> Unit {
		self.sign(self.client.next_unit(&self.id).await.unwrap())
	}

	async fn submit(&self, unit: &Unit) -> UnitReport {
		self.client.submit(slice::from_ref(unit)).await.unwrap().remove(0)
	}

	async fn height(&self) -> Nonce {
		self.client.account(&self.id).await.unwrap().unwrap().height
	}

	/// Waits until the account has a nonce. The unit pool learns of it a moment later than the watch of an extrinsic.
	async fn comes_to(&self, height: Nonce) {
		comes_true("the account's nonce", PATIENCE, || async { self.height().await == height }).await;
	}

	/// Sends a unit and an extrinsic in turns, each after the one before it is final.
	async fn take_turns(&self) {
		let mut nonce = self.height().await;
		for _ in 0..TURNS {
			let unit = self.unit().await;
			assert_eq!(unit.body.height, nonce, "a unit follows an extrinsic");
			in_time(self.client.send(unit).await.unwrap().finalized()).await.unwrap();
			nonce += 1;
			let watch = self.rpc.submit_and_watch(&self.extrinsic(nonce)).await.unwrap();
			in_time(watch.finalized()).await.unwrap();
			nonce += 1;
			self.comes_to(nonce).await;
		}
		assert_eq!(self.rpc.next_nonce(&self.id).await.unwrap(), nonce);
	}

	/// Sends pairs of both without a pause, each with the nonce that the node tells: all become final.
	async fn pair(&self) {
		let mut nonce = self.height().await;
		let (mut units, mut extrinsics) = (Vec::new(), Vec::new());
		for _ in 0..PAIRS {
			let unit = self.unit().await;
			assert_eq!(unit.body.height, nonce, "a unit counts the extrinsics that wait");
			units.push(self.client.send(unit).await.unwrap());
			let told = self.rpc.next_nonce(&self.id).await.unwrap();
			assert_eq!(told, nonce + 1, "an extrinsic counts the units that wait");
			extrinsics.push(self.rpc.submit_and_watch(&self.extrinsic(told)).await.unwrap());
			nonce += 2;
		}
		for receipt in in_time(join_all(units.into_iter().map(|unit| unit.finalized()))).await {
			receipt.unwrap();
		}
		for block in in_time(join_all(extrinsics.into_iter().map(|watch| watch.finalized()))).await {
			block.unwrap();
		}
		self.comes_to(nonce).await;
	}

	/// Checks that the second of two for a nonce is refused at once, with the reason. Both wait behind a gap meanwhile.
	async fn refuse_the_second(&self) {
		let nonce = self.height().await;
		let head = self.client.account(&self.id).await.unwrap().unwrap().head;
		let gap = self.sign(UnitBuilder::new().at(nonce, head));

		let unit = self.sign(UnitBuilder::new().after(&gap));
		assert_eq!(self.submit(&unit).await.status, UnitStatus::Future);
		let refused = self.rpc.submit(&self.extrinsic(nonce + 1)).await.unwrap_err().to_string();
		assert!(refused.contains("a unit of") && refused.contains("system_accountNextIndex"), "{refused}");

		self.rpc.submit(&self.extrinsic(nonce + 2)).await.unwrap();
		let late = self.submit(&self.sign(UnitBuilder::new().after(&unit))).await;
		assert_eq!(late.status, UnitStatus::Dropped);
		assert!(serde_json::to_string(&late).unwrap().contains("extrinsicWaits"), "{late:?}");

		// The gap closes, and what waited applies.
		in_time(self.client.send(gap).await.unwrap().finalized()).await.unwrap();
		self.comes_to(nonce + 3).await;
	}

	/// Sends one of each for one nonce at the same moment: one applies. Returns how often it is the unit.
	async fn race(&self) -> u32 {
		let mut nonce = self.height().await;
		let mut by_unit = 0;
		for _ in 0..RACES {
			let (extrinsic, unit) = (self.extrinsic(nonce), self.unit().await);
			let hash = unit.hash();
			let (sent, submitted) =
				futures::join!(self.rpc.submit(&extrinsic), self.client.submit(slice::from_ref(&unit)));
			assert!(sent.is_ok() || submitted.is_ok(), "neither was taken: {sent:?}, {submitted:?}");
			nonce += 1;
			self.comes_to(nonce).await;
			let is_unit = self.client.account(&self.id).await.unwrap().unwrap().head == hash;
			let found = self.client.unit(hash).await.unwrap().map(|found| found.report.status);
			assert_eq!(found == Some(UnitStatus::Final), is_unit, "the head of the account and its unit do not agree");
			by_unit += u32::from(is_unit);
		}
		by_unit
	}

	/// Ends the account, has it funded again, and replays what it signed before. Returns the nonce of its second life.
	async fn live_again(&self, funder: &mut Payer, replayed: &[u8]) -> Nonce {
		let last = self.client.next_unit(&self.id).await.unwrap().transfer_all(&self.dest);
		let last = last.sign(&self.key, &self.domain).unwrap();
		let used = last.body.height;
		in_time(self.client.send(last.clone()).await.unwrap().finalized()).await.unwrap();
		assert!(self.client.account(&self.id).await.unwrap().is_none(), "it has ended");
		assert!(self.rpc.next_nonce(&self.id).await.unwrap() > used, "wallets hear a nonce that no life has used");

		self.be_paid(funder).await;
		let begins = self.height().await;
		assert!(begins > used, "the second life begins with {begins}, the first used {used}");
		let before = self.rpc.account(&self.id).await.unwrap();
		// This method gives the bytes to the pool as they are. `author_submitExtrinsic` would answer with the old block.
		let bytes = rpc_params![Bytes(replayed.to_vec())];
		self.rpc.request::<Option<String>>("transaction_v1_broadcast", bytes).await.unwrap();
		assert_eq!(self.submit(&last).await.status, UnitStatus::Final, "it is answered with its place");
		tokio::time::sleep(REPLAY).await;
		let after = self.rpc.account(&self.id).await.unwrap();
		assert_eq!((after.nonce, after.free), (before.nonce, before.free), "a replay applied");
		begins
	}
}

async fn in_time<T>(work: impl Future<Output = T>) -> T {
	tokio::time::timeout(PATIENCE, work).await.expect("it becomes final in time")
}
