//! Verifies receipts with the genesis committee as the only trust anchor: later committees follow from the headers.

use crate::support::witness::hashes;
use codec::DecodeAll;
use std::collections::BTreeMap;
use top_sdk::{Client, Receipt, RpcClient, UnitHash, Verifier};
use tp_pbft::find_next_committee;

/// Receipts that one task checks.
const CHUNK: usize = 2_000;

/// Checks receipts of a chain.
pub struct Proofs {
	verifier: Verifier,
	/// Height up to which headers were followed.
	followed: u32,
}

impl Proofs {
	/// Trusts the committee of the genesis.
	pub async fn of(client: &Client, rpc: &RpcClient) -> Self {
		let genesis = rpc.block_hash(0).await.unwrap();
		let report = client.committee(Some(genesis)).await.unwrap();
		assert_eq!(report.epoch, 0);
		Self { verifier: Verifier::from_report(&report).unwrap(), followed: 0 }
	}

	/// Follows the headers to the newest final block.
	pub async fn follow(&mut self, rpc: &RpcClient) {
		let newest = rpc.finalized_height().await.unwrap();
		for (height, hash) in hashes(rpc, self.followed + 1, newest).await.unwrap() {
			let header = rpc.header(hash).await.unwrap();
			assert_eq!((header.number, header.hash()), (height, hash));
			if find_next_committee(&header.digest).is_some() {
				self.verifier.follow(&header, &rpc.certificate(hash).await.unwrap()).unwrap();
			}
			self.followed = height;
		}
	}

	/// Returns the number of known committees.
	pub fn committees(&self) -> usize {
		self.verifier.epochs().count()
	}

	/// Checks the encoded receipt of a unit; returns the height of its block.
	#[track_caller]
	pub fn check(&self, hash: &UnitHash, receipt: &[u8]) -> u32 {
		check(&self.verifier, hash, receipt)
	}

	/// Checks many receipts; returns the number of each block.
	pub async fn check_all(&self, receipts: Vec<(UnitHash, Vec<u8>)>) -> BTreeMap<u32, usize> {
		let mut tasks = tokio::task::JoinSet::new();
		let mut left = receipts.into_iter().peekable();
		while left.peek().is_some() {
			let (chunk, verifier) = (left.by_ref().take(CHUNK).collect::<Vec<_>>(), self.verifier.clone());
			tasks.spawn_blocking(move || {
				chunk.iter().map(|(hash, receipt)| check(&verifier, hash, receipt)).collect::<Vec<_>>()
			});
		}
		let mut blocks = BTreeMap::new();
		while let Some(heights) = tasks.join_next().await {
			heights.unwrap().into_iter().for_each(|height| *blocks.entry(height).or_default() += 1);
		}
		blocks
	}
}

#[track_caller]
fn check(verifier: &Verifier, hash: &UnitHash, receipt: &[u8]) -> u32 {
	let receipt = Receipt::decode_all(&mut &receipt[..]).expect("a receipt decodes");
	let proved = verifier.verify(&receipt).unwrap_or_else(|error| panic!("the receipt of {hash:?}: {error}"));
	assert_eq!(proved.unit, *hash, "the receipt is another unit's");
	proved.number
}

/// Checks that wrong receipts fail the check that valid ones pass.
pub fn assert_check_can_fail(proofs: &Proofs, receipt: &[u8]) {
	let good = Receipt::decode_all(&mut &receipt[..]).unwrap();
	assert!(proofs.verifier.verify(&good).is_ok());
	let mut other_unit = good.clone();
	other_unit.unit.body.height += 1;
	assert!(proofs.verifier.verify(&other_unit).is_err(), "a receipt proves another unit");
	let mut other_header = good.clone();
	other_header.header.number += 1;
	assert!(proofs.verifier.verify(&other_header).is_err(), "a receipt proves by another header");
	let mut forged = good;
	forged.certificate.signatures.swap(0, 1);
	assert!(proofs.verifier.verify(&forged).is_err(), "a receipt proves by a wrong certificate");
}
