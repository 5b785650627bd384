//! The begin of a height: when it begins, and which replica runs it.

use super::{
	params::EngineError,
	signatures::KnownSignatures,
	state::{Current, Engine},
};
use crate::{
	keys::{own_index, KeystoreSigner},
	ledger::{HeightContext, Tip},
	log_targets::LOG_TARGET,
};
use std::{
	collections::{HashMap, HashSet},
	time::{Duration, Instant},
};
use tc_pbft_core::{Abstention, Input, Record, Replica};
use tp_pbft::{Domain, Height, MemberIndex};

/// While block sync brings blocks, no height begins until none came for this long. The wait is bounded, because only
/// the claims of peers tell that this node is behind.
const SYNC_QUIET: Duration = Duration::from_millis(1_500);

/// A block is announced this long after its import, or when the next one is imported. Members commit a block a moment
/// apart: a member that is told too early downloads a block that it is about to commit.
const ANNOUNCE_DELAY: Duration = Duration::from_millis(150);

impl Engine {
	/// Handles a change of the newest block.
	pub(super) async fn on_tip(&mut self) -> Result<(), EngineError> {
		self.examine_verified();
		let tip = *self.tip.borrow_and_update();
		// Handled before: at start, and after the wait for sync, the tip is read without a signal, which comes later.
		if self.current.as_ref().is_some_and(|current| current.parent == tip) {
			return Ok(());
		}
		// `is_behind` follows what peers claim about their height. A block that the engine committed itself proves that
		// this node is at the front, so a false claim cannot stop a voting member.
		let behind = self.own_import != Some(tip.hash) && self.ledger.is_behind();
		let awaits_state = self.awaits_state();
		if behind || awaits_state {
			self.wait_for_sync();
			return Ok(());
		}
		self.sync_quiet_at = None;
		self.announce();
		self.unannounced = Some((Instant::now() + ANNOUNCE_DELAY, tip.hash));
		self.start_height(tip).await
	}

	/// Ends the wait for sync: starts from the block that is the newest now. Without a state the wait begins again, however long it
	/// was: no vote and no import is possible.
	pub(super) async fn on_sync_quiet(&mut self) -> Result<(), EngineError> {
		if self.awaits_state() {
			self.wait_for_sync();
			return Ok(());
		}
		self.sync_quiet_at = None;
		let tip = *self.tip.borrow_and_update();
		self.start_height(tip).await
	}

	/// Whether the node takes its first state from other nodes.
	fn awaits_state(&mut self) -> bool {
		let awaits = self.ledger.awaits_state();
		self.awaited_state |= awaits;
		awaits
	}

	/// A validator that took its first state from other nodes, and has no vote log, may have voted before it lost both. So it does
	/// not vote before a quorum of others works. A new validator loses two heights by that.
	fn abstain_after_late_state(&mut self, parent: &Tip) {
		let is_late = std::mem::take(&mut self.awaited_state) && parent.height > 0;
		if is_late && self.takes_part && !self.votes_lost && self.vote_log.is_empty() {
			log::info!(
				target: LOG_TARGET,
				"The state of block {} came from other nodes, and there is no vote log. This node may have voted before, and does \
				 not vote before a quorum of other members works",
				parent.height,
			);
			self.abstention.get_or_insert_with(Abstention::without_log);
		}
	}

	fn wait_for_sync(&mut self) {
		self.note_behind();
		self.end_height();
		self.sync_quiet_at = Some(Instant::now() + SYNC_QUIET);
	}

	fn end_height(&mut self) {
		self.keep_view_changes();
		self.current = None;
		self.jobs.clear();
		self.timers.clear();
	}

	/// Starts the height after `parent`.
	pub(super) async fn start_height(&mut self, parent: Tip) -> Result<(), EngineError> {
		self.look_for_own_signature(&parent)?;
		let since_parent_ms = self.since_proposal_ms(&parent);
		self.end_height();
		let height = parent.height + 1;
		self.sketches.start_height(height);
		let context = self.ledger.context(parent.hash)?;
		self.abstain_after_late_state(&parent);
		// Invariant: below `votes_since` this node has no place, so its replica cannot contradict a forgotten vote.
		let own = own_index(&self.keystore, &context.committee);
		// Both: a node that abstains listens too, for what it hears meanwhile counts when it may vote again.
		let (abstains, listens) = (self.abstains(height), self.listens(height, own, &context.committee));
		let me = own.filter(|_| !abstains && !listens && height >= self.votes_since);
		if height == self.votes_since {
			log::info!(target: LOG_TARGET, "This node knows its votes from height {height} on, and votes");
		}
		let domain = Domain { chain: context.config.chain, genesis: self.genesis };
		// Votes of lower heights are not needed: their blocks are imported. Fragile: before `prune`, which may delete the
		// segments that they are in.
		self.replayed.forget_below(height);
		self.vote_log.prune(height)?;
		self.begin_log(&parent)?;
		// Before the handshake and the peers: both depend on which key votes at this height.
		self.select_replica(height, me, domain, &context)?;
		self.refresh_hello();
		self.follow_committees(&parent, &context.committee);

		let input = Input::StartHeight {
			height,
			committee: context.committee.clone(),
			me,
			pace: context.config.pace,
			since_parent_ms,
		};
		// Waits on the parent's state: transactions that the parent included do not count as work.
		self.jobs.await_work(parent.hash);
		self.current = Some(Current {
			height,
			parent,
			context,
			domain,
			own,
			me,
			proposals_seen: HashMap::new(),
			warned: HashSet::new(),
			awaiting_block: HashMap::new(),
			signatures: KnownSignatures::default(),
		});
		self.publish_status();
		self.feed(input).await?;
		// Fragile: after `StartHeight`, because the core takes no message of a height before.
		self.take_kept(height).await?;
		self.ask_while_listening();
		if let Some(epoch) = self.current.as_ref().map(|current| current.context.committee.epoch) {
			self.ask_all_for_past(epoch);
		}
		Ok(())
	}

	/// Returns how long ago this node saw the proposal of a block that the present height decided. The least time between blocks
	/// counts from there, so that votes and import of a block are no pause before the next.
	fn since_proposal_ms(&self, block: &Tip) -> u64 {
		let seen = self.current.as_ref().and_then(|current| current.proposals_seen.get(&block.hash));
		seen.map_or(0, |seen| u64::try_from(seen.elapsed().as_millis()).unwrap_or(u64::MAX))
	}

	/// Writes the newest block's certificate into a log without entries, so that an empty log beside a database with blocks
	/// is a lost one. A node that follows the chain before it becomes a member casts no votes, and needs no log; it would
	/// look like a node that lost its log.
	fn begin_log(&mut self, parent: &Tip) -> Result<(), EngineError> {
		let loses_no_votes = self.abstention.is_none() && parent.height + 1 >= self.votes_since;
		if parent.height == 0 || !self.vote_log.is_empty() || !loses_no_votes {
			return Ok(());
		}
		if let Some(certificate) = self.ledger.certificate(parent.hash)? {
			self.vote_log.note_final(certificate, None)?;
		}
		Ok(())
	}

	/// Selects the replica of a height. A replica is kept as long as its key; if the log holds votes for the height, a
	/// new replica is made from them.
	fn select_replica(
		&mut self,
		height: Height,
		me: Option<MemberIndex>,
		domain: Domain,
		context: &HeightContext,
	) -> Result<(), EngineError> {
		let key = me.and_then(|me| context.committee.member(me)).map(|member| member.key.clone());
		let votes = self.replayed.votes(height)?;
		// A node that listens may get its place at this height later, and is then bound by its votes.
		if me.is_some() {
			self.replayed.forget(height);
		}
		let exists = self.replica.is_some() || self.watcher.is_some();
		// Votes from the log force a new replica, even under the same key: only a new one replays them.
		let replays = me.is_some() && !votes.is_empty();
		let fits = !replays && self.replica.as_ref().map(|(key, _)| key) == key.as_ref();
		if exists && fits {
			return Ok(());
		}
		// Other members may have lost the blocks that this node voted for before the restart, and ask for them.
		for record in &votes {
			match record {
				Record::Committed { proposal, .. } => self.recent.pin(proposal.clone()),
				Record::Proposed { proposal, .. } => self.recent.insert(proposal.clone()),
				Record::Prepared { .. } | Record::ViewChanged(_) => {},
			}
		}
		let signer =
			|key| KeystoreSigner { keystore: self.keystore.clone(), key, failure: self.signing_failure.clone() };
		self.replica = key.map(|key| {
			let signer = Box::new(signer(key.clone()));
			(key, Replica::new(domain, signer, votes))
		});
		self.watcher = self.replica.is_none().then(|| {
			// The key is never used: a replica without a place in the committee signs nothing.
			let signer = signer(sp_core::ed25519::Public::default().into());
			Replica::new(domain, Box::new(signer), Vec::new())
		});
		Ok(())
	}

	/// Announces the newest block with its certificate, if that is still to be done.
	pub(super) fn announce(&mut self) {
		let Some((_, hash)) = self.unannounced.take() else { return };
		match self.ledger.certificate(hash) {
			Ok(Some(certificate)) => self.ledger.announce(hash, &certificate),
			Ok(None) => {},
			Err(error) => log::warn!(target: LOG_TARGET, "Block {hash:?} is not announced: {error}"),
		}
	}
}
