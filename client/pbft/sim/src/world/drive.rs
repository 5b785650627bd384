//! The engine's part: feeds a replica and carries out its outputs.

use super::{queue::Local, World, IMPORT_MS};
use crate::{
	block::{Block, Final},
	keys,
	network::{NodeId, Packet},
	node::{Fetch, FETCH_TIMEOUT_MS},
};
use rand::Rng;
use std::sync::Arc;
use tc_pbft_core::{Input, Output, Proposal, Record, Verdict};
use tp_pbft::{BlockHash, Certificate, Height, View};

impl World {
	pub(super) fn on_local(&mut self, at: NodeId, event: Local) {
		match event {
			Local::Timer(timer, number) => {
				// A timer that was set again has another number; its earlier event is ignored.
				if self.nodes[at].timers.get(&timer) == Some(&number) {
					self.nodes[at].timers.remove(&timer);
					self.feed(at, Input::Timer(timer));
				}
			},
			Local::Built(height, view, proposal) => self.feed(at, Input::ProposalBuilt { height, view, proposal }),
			Local::Checked(hash, verdict) => {
				if verdict == Verdict::Valid && self.is_correct(at) {
					self.checks.on_executed(hash);
				}
				self.feed(at, Input::ProposalChecked { hash, verdict });
			},
			Local::BuildFailed(height, view) => self.feed(at, Input::BuildFailed { height, view }),
			Local::Start => self.start(at),
			Local::Work => self.feed(at, Input::WorkPending),
			Local::Listened(height) => self.on_listened(at, height),
			Local::Fetch(hash) => self.request_block(at, hash),
			Local::LinkUp(identity) => {
				if let Some(member) = self.nodes[at].committee.index_of(&keys::key(identity)) {
					self.feed(at, Input::MemberConnected(member));
				}
			},
		}
	}

	/// Starts the height after the newest block.
	pub(super) fn start(&mut self, at: NodeId) {
		self.keep_view_changes(at);
		self.look_for_own_signature(at);
		let second = self.processes_before(at);
		let node = &mut self.nodes[at];
		let since_parent_ms = if node.height == 0 { self.rng.gen_range(0..1_000) } else { 0 };
		let height = node.tip() + 1;
		let committee = self.scenario.election.committee(height, &node.tip_hash());
		node.height = height;
		node.members = self.scenario.election.members(height).to_vec();
		let own = committee.index_of(&keys::key(node.identity));
		let listens = node.listens(height, own, &committee, second, self.now);
		// Below `votes_since` the node may have voted, and does not know it.
		node.me = own.filter(|_| !listens && node.abstention.is_none() && height >= node.votes_since);
		node.log_lost &= node.abstention.is_some() || height < node.votes_since;
		node.committee = committee.clone();
		node.importing = false;
		node.timers.clear();
		node.fetches.clear();
		node.awaiting.clear();
		let me = node.me;
		let kept = node.inbox.take(height);
		let pace = self.scenario.pace;
		self.trace.note([self.now, at as u64, 4, u64::from(height)], || {
			format!("{:>8} node {at} starts height {height} as member {me:?}", self.now)
		});
		self.feed(at, Input::StartHeight { height, committee, me, pace, since_parent_ms });
		if listens {
			self.wait_to_vote(at, height);
		}
		for (from, message) in kept {
			self.verify_and_feed(at, from, message);
		}
		if self.rng.gen_range(0..1000) < self.scenario.busy_permille {
			let after = self.rng.gen_range(0..200);
			self.local(at, after, Local::Work);
		}
		if let Some((_, peer)) = self.nodes[at].ahead.filter(|(ahead, _)| *ahead >= height) {
			self.send_to_node(at, peer, Packet::BlockRequest(height));
		}
	}

	/// Runs a step of a replica.
	pub(super) fn feed(&mut self, at: NodeId, input: Input) {
		// An earlier output of the same event may have crashed the process.
		if !self.nodes[at].up {
			return;
		}
		let outputs = self.nodes[at].replica.step(input);
		let incarnation = self.nodes[at].incarnation;
		for output in outputs {
			if !self.nodes[at].up || self.nodes[at].incarnation != incarnation {
				return;
			}
			self.carry_out(at, output);
		}
	}

	fn carry_out(&mut self, at: NodeId, output: Output) {
		match output {
			Output::Persist(record) => self.persist(at, record),
			Output::Broadcast(message) => {
				let all = (0..self.scenario.election.weights.len()).filter_map(|at| u16::try_from(at).ok()).collect();
				self.emit(at, all, message);
			},
			Output::Send(member, message) => {
				let to = self.nodes[at].members[usize::from(member)];
				self.emit(at, vec![to], message);
			},
			Output::Ask(members, inventory) => {
				let inventory = Arc::new(inventory);
				for member in members {
					let to = self.nodes[at].members[usize::from(member)];
					self.send(at, to, Packet::Inventory(inventory.clone()));
				}
			},
			Output::PassOn(member, messages) => self.pass_on(at, member, messages),
			Output::BuildProposal { height, view } => self.build(at, height, view),
			Output::CheckProposal { proposal, authorship, timed } => {
				let parent = self.nodes[at].parent();
				let clock = timed.then(|| self.scenario.clock(at, self.now));
				let verdict = match Block::check(&proposal, &parent, authorship, clock) {
					_ if self.disk_fails(at) => Verdict::Unknown,
					Ok(()) => Verdict::Valid,
					Err(fault) => fault.verdict(),
				};
				if self.is_correct(at) {
					self.stats.unknown_verdicts += u64::from(verdict == Verdict::Unknown);
				}
				// The check is computed now and delivered later, as by an engine that executes off its task.
				let verdict = self.with_behaviour(at, verdict, |behaviour, _| behaviour.check(verdict));
				let after = self.execution();
				self.local(at, after, Local::Checked(proposal.hash, verdict));
			},
			Output::FetchBlock { hash, from } => {
				let node = &mut self.nodes[at];
				// All members are asked after the members that should have the block: their links may be broken.
				let holders = from.iter().map(|member| node.members[usize::from(*member)]);
				let others = node.members.iter().copied().filter(|identity| *identity != node.identity);
				let from = holders.chain(others).collect();
				node.fetches.insert(hash, Fetch { from, requests: 0 });
				self.request_block(at, hash);
			},
			Output::SetTimer { timer, after_ms } => {
				self.timers_set += 1;
				let number = self.timers_set;
				self.nodes[at].timers.insert(timer, number);
				self.local(at, after_ms, Local::Timer(timer, number));
			},
			Output::CancelTimer(timer) => {
				self.nodes[at].timers.remove(&timer);
			},
			Output::Commit { proposal, certificate } => self.commit(at, proposal, certificate),
			Output::Report(evidence) => {
				if self.is_correct(at) {
					let node = &self.nodes[at];
					let accused = node.members[usize::from(evidence.member())];
					self.checks.on_evidence(accused, &evidence, &node.committee);
					self.stats.evidence += 1;
				}
			},
			Output::OwnKeyUsed(_) if self.may_stop(at) => self.on_own_key_used(at),
			Output::OwnKeyUsed(slot) => {
				// Own messages come back in these runs, also after crashes. Without a log a replica has forgotten them.
				if self.is_correct(at) && self.scenario.keeps_log && self.scenario.abstains {
					self.checks.violated(format!("own key: node {at} finds a message that it did not send: {slot:?}"));
				}
			},
			Output::ViewStarted { view, primary } => {
				if view > 0 && self.is_correct(at) {
					self.stats.view_changes += 1;
				}
				self.trace.note([self.now, at as u64, 5, u64::from(view)], || {
					format!("{:>8} node {at} is in view {view} of primary {primary}", self.now)
				});
			},
		}
	}

	/// Writes a record to the vote log, unless the write crashes the process.
	fn persist(&mut self, at: NodeId, record: Record) {
		self.trace.note([self.now, at as u64, 6, u64::from(record.height())], || {
			format!("{:>8} node {at} persists {record:?}", self.now)
		});
		let node = &mut self.nodes[at];
		node.note_own_vote(&record);
		match &mut node.armed {
			Some(crash) if crash.at_record == Some(0) => {
				let crash = crash.clone();
				// A torn record was not synced, so nothing that follows from it was sent. An intact one binds after the
				// restart.
				if crash.torn {
					self.stats.torn += 1;
				} else {
					node.log.push(record);
				}
				self.crash(at, &crash);
			},
			armed => {
				if let Some(records) = armed.as_mut().and_then(|crash| crash.at_record.as_mut()) {
					*records -= 1;
				}
				node.log.push(record);
			},
		}
	}

	fn build(&mut self, at: NodeId, height: Height, view: View) {
		let node = &self.nodes[at];
		let Some(author) = node.me else { return };
		if self.disk_fails(at) {
			let after = self.execution();
			return self.local(at, after, Local::BuildFailed(height, view));
		}
		let parent = node.parent();
		let time = self.scenario.clock(at, self.now).max(parent.time + 1);
		let block = Block { height, parent: parent.hash, view, author, time, salt: self.rng.gen(), sound: true };
		let block = self.with_behaviour(at, block.clone(), |behaviour, context| behaviour.build(context, block));
		let proposal = block.into_proposal();
		if self.is_correct(at) {
			self.checks.on_executed(proposal.hash);
		}
		let after = self.execution();
		self.local(at, after, Local::Built(height, view, proposal));
	}

	/// Whether the disk of a process fails now, so that it can neither build nor check.
	fn disk_fails(&self, at: NodeId) -> bool {
		self.scenario.disk_faults.iter().any(|fault| fault.node == at && (fault.from..fault.until).contains(&self.now))
	}

	/// Asks the next member that should have a block.
	pub(super) fn request_block(&mut self, at: NodeId, hash: BlockHash) {
		let Some(fetch) = self.nodes[at].fetches.get_mut(&hash) else { return };
		let Some(peer) = fetch.from.get(fetch.requests % fetch.from.len().max(1)).copied() else { return };
		fetch.requests += 1;
		self.send(at, peer, Packet::FetchRequest(hash));
		self.local(at, FETCH_TIMEOUT_MS, Local::Fetch(hash));
	}

	fn commit(&mut self, at: NodeId, proposal: Proposal, certificate: Certificate) {
		let (height, hash, view) = (certificate.height, certificate.hash, certificate.view);
		self.trace.note([self.now, at as u64, 7, hash.to_low_u64_be()], || {
			format!("{:>8} node {at} commits {hash:?} at {height} by a certificate of view {view}", self.now)
		});
		if self.is_correct(at) {
			let node = &self.nodes[at];
			// With a lowered quorum no certificate verifies, so only agreement is checked.
			let committee = self.scenario.sound_quorum.then_some(&node.committee);
			if !self.checks.decided().contains_key(&height) && view > 0 {
				self.stats.late_blocks += 1;
			}
			self.checks.on_commit(node.identity, height, hash, &certificate, committee);
			if node.importing || height != node.tip() + 1 {
				self.checks.violated(format!("{} commits {height} again", node.identity));
			}
		}
		let node = &mut self.nodes[at];
		node.importing = true;
		node.timers.clear();
		node.chain.push(Final { proposal, certificate });
		// A crash may remove the newest block, so its records are kept until the next block is there.
		node.durable = node.durable.max(height - 1);
		node.log.retain(|record| record.height() >= height);
		// A database older than the log would run the heights below again, without their records.
		node.votes_since = node.votes_since.max(height);
		let after = self.rng.gen_range(0..=IMPORT_MS);
		self.local(at, after, Local::Start);
	}
}
