//! A chain in memory. Its blocks are real ones, and every block is valid unless a test says otherwise.

use crate::{
	error::{BuildError, ImportError, LedgerError, ProposalError},
	ledger::{BuildOrder, CheckOrder, HeightContext, Ledger, Tip},
	sketch::Completed,
	verified::VerifiedCertificates,
};
use codec::Encode;
use parking_lot::Mutex;
use sp_runtime::{
	traits::{BlakeTwo256, Block as _, Hash, Header as _},
	OpaqueExtrinsic, StateVersion,
};
use std::{
	collections::VecDeque,
	sync::{
		atomic::{AtomicBool, AtomicU32, Ordering},
		Arc,
	},
};
use tc_pbft_core::Proposal;
use tokio::sync::watch;
use tp_core::{Block, Header};
use tp_pbft::{check_signature, BlockHash, Certificate, Contacts, Domain, Evidence, Height, PbftId, PbftSignature};

pub const VERSION: StateVersion = StateVersion::V1;

/// How a check goes.
pub enum Check {
	/// It fails for this reason.
	Fails(fn() -> ProposalError),
	/// It panics.
	Panics,
}

pub struct TestLedger {
	pub context: HeightContext,
	pub tip: watch::Sender<Tip>,
	pub blocks: Mutex<Vec<(Proposal, Certificate)>>,
	/// The next committee, and the addresses of members.
	pub contacts: Mutex<Contacts>,
	/// How the next checks go. Every other block is valid.
	pub checks: Mutex<VecDeque<Check>>,
	/// What sketches complete to. Every other one is unusable.
	pub completes: Mutex<VecDeque<Completed<Vec<u8>>>>,
	/// The orders of all checks.
	pub checked: Mutex<Vec<CheckOrder>>,
	pub reports: Mutex<Vec<Evidence>>,
	/// Shared with the engine.
	pub verified: Arc<VerifiedCertificates>,
	/// The signatures that imports checked.
	pub import_checks: AtomicU32,
	/// How often the committee of a height was read.
	pub contexts: AtomicU32,
	/// Whether the state comes from other nodes and is not here yet.
	pub awaits_state: AtomicBool,
	domain: Domain,
}

/// Returns a block on a parent.
pub fn block_on(parent: &Tip, extrinsics: Vec<OpaqueExtrinsic>) -> Block {
	let root = BlakeTwo256::ordered_trie_root(extrinsics.iter().map(Encode::encode).collect(), VERSION);
	let header = Header::new(parent.height + 1, root, Default::default(), parent.hash, Default::default());
	Block::new(header, extrinsics)
}

pub fn proposal(block: &Block) -> Proposal {
	Proposal { hash: block.hash(), bytes: Arc::new(block.encode()) }
}

impl TestLedger {
	pub fn new(context: HeightContext, domain: Domain, tip: Tip) -> Arc<Self> {
		Arc::new(Self {
			context,
			tip: watch::Sender::new(tip),
			blocks: Mutex::default(),
			contacts: Mutex::default(),
			checks: Mutex::default(),
			completes: Mutex::default(),
			checked: Mutex::default(),
			reports: Mutex::default(),
			verified: Arc::default(),
			import_checks: AtomicU32::new(0),
			contexts: AtomicU32::new(0),
			awaits_state: AtomicBool::new(false),
			domain,
		})
	}
}

#[async_trait::async_trait]
impl Ledger for TestLedger {
	fn tip(&self) -> Tip {
		*self.tip.borrow()
	}

	fn context(&self, _: BlockHash) -> Result<HeightContext, LedgerError> {
		self.contexts.fetch_add(1, Ordering::Relaxed);
		Ok(self.context.clone())
	}

	fn contacts(&self, _: BlockHash) -> Result<Contacts, LedgerError> {
		Ok(self.contacts.lock().clone())
	}

	async fn build(&self, order: BuildOrder) -> Result<Proposal, BuildError> {
		Ok(proposal(&block_on(&order.parent, Vec::new())))
	}

	fn check(&self, order: CheckOrder) -> Result<(), ProposalError> {
		self.checked.lock().push(order);
		let next = self.checks.lock().pop_front();
		match next {
			None => Ok(()),
			Some(Check::Fails(why)) => Err(why()),
			Some(Check::Panics) => panic!("the test wants it"),
		}
	}

	fn complete(&self, _: BlockHash, _: &[u8], _: &[u8]) -> Completed<Vec<u8>> {
		self.completes.lock().pop_front().unwrap_or(Completed::Unusable)
	}

	async fn import(&self, proposal: Proposal, certificate: Certificate) -> Result<(), ImportError> {
		let tip = Tip { height: certificate.height, hash: proposal.hash };
		let check = |key: &PbftId, message: &[u8], signature: &PbftSignature| {
			self.import_checks.fetch_add(1, Ordering::Relaxed);
			check_signature(key, message, signature)
		};
		let verified = self.verified.verify(&certificate, &self.domain, &self.context.committee, check);
		verified.expect("the engine and the tests import valid certificates; qed");
		self.blocks.lock().push((proposal, certificate));
		self.tip.send_replace(tip);
		Ok(())
	}

	fn block(&self, hash: BlockHash) -> Result<Option<Proposal>, LedgerError> {
		Ok(self.blocks.lock().iter().map(|(proposal, _)| proposal).find(|proposal| proposal.hash == hash).cloned())
	}

	fn certificate(&self, hash: BlockHash) -> Result<Option<Certificate>, LedgerError> {
		Ok(self.blocks.lock().iter().map(|(_, found)| found).find(|found| found.hash == hash).cloned())
	}

	fn hash_at(&self, height: Height) -> Result<Option<BlockHash>, LedgerError> {
		Ok(self
			.blocks
			.lock()
			.iter()
			.map(|(_, found)| found)
			.find(|found| found.height == height)
			.map(|found| found.hash))
	}

	fn report(&self, evidence: Evidence) {
		self.reports.lock().push(evidence);
	}

	async fn work_pending(&self, _: BlockHash) {
		futures::future::pending().await
	}

	fn awaits_state(&self) -> bool {
		self.awaits_state.load(Ordering::Relaxed)
	}

	fn is_behind(&self) -> bool {
		false
	}

	fn announce(&self, _: BlockHash, _: &Certificate) {}
}
