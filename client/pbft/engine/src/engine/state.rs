//! What the engine keeps: for its lifetime, and for the height that runs.

use super::{
	clocks::Clocks, commits::ParentCommits, jobs::Jobs, signatures::KnownSignatures, sketches::HeldSketches,
	timers::Timers, turns::Turns,
};
use crate::{
	kept::KeptHeights,
	keys::SigningFailure,
	ledger::{HeightContext, Ledger, Tip},
	metrics::Metrics,
	network::{
		admitted_keys::AdmittedKeys,
		blocks::RecentBlocks,
		peers::{Admitted, Peers},
		reserved::ReservedPeers,
		ProtocolNames,
	},
	status::EngineStatus,
	verified::VerifiedCertificates,
	vote_log::{Replay, VoteLog},
};
use futures::future::AbortHandle;
use sc_network::{service::traits::NetworkService, NotificationService, PeerId};
use sp_core::H256;
use sp_keystore::KeystorePtr;
use std::{
	collections::{HashMap, HashSet},
	sync::Arc,
	time::Instant,
};
use tc_pbft_core::{Abstention, Inbox, Listening, Message, Replica, Signed};
use tokio::sync::watch;
use tp_pbft::{BlockHash, Contacts, Domain, Epoch, Height, MemberIndex, PbftId, View};

/// An engine with an open vote log and a recovered chain, ready to run.
pub struct Engine {
	pub(super) ledger: Arc<dyn Ledger>,
	pub(super) tip: watch::Receiver<Tip>,
	pub(super) genesis: H256,
	pub(super) keystore: KeystorePtr,
	pub(super) signing_failure: SigningFailure,
	pub(super) vote_log: VoteLog,
	pub(super) verified: Arc<VerifiedCertificates>,
	/// When the oldest record was written that may not be on disk yet. While it is set, nothing may be sent.
	pub(super) unsynced_since: Option<Instant>,
	/// Votes below this height may be missing from the log, because the database is older than the log.
	pub(super) votes_since: Height,
	/// Whether the operator said that votes were lost, and that no other process runs with the keys.
	pub(super) votes_lost: bool,
	/// Set while this node could contradict votes that it does not know.
	pub(super) abstention: Option<Abstention>,
	/// Whether the node has waited for its first state from other nodes, until the height after that begins.
	pub(super) awaited_state: bool,
	/// Set while this process is new, and another one may run with its key.
	pub(super) listening: Option<Listening>,
	/// Votes of earlier runs, for heights that were not imported yet.
	pub(super) replayed: Replay,
	pub(super) notifications: Box<dyn NotificationService>,
	pub(super) network_service: Arc<dyn NetworkService>,
	pub(super) names: ProtocolNames,
	pub(super) peers: Peers,
	pub(super) reserved: ReservedPeers,
	pub(super) admitted_keys: AdmittedKeys,
	/// Whether this node is a validator. Another one with a member's key must not connect to members, and so vote beside it.
	pub(super) takes_part: bool,
	/// Whether private addresses are dialled.
	pub(super) dials_private: bool,
	/// What the ledger said last about other members, and when. `None` before, and when it is to be asked again.
	pub(super) contacts: Option<(Contacts, Instant)>,
	pub(super) recent: RecentBlocks,
	pub(super) inbox: Inbox<PeerId>,
	pub(super) sketches: HeldSketches,
	pub(super) jobs: Jobs,
	pub(super) timers: Timers,
	pub(super) turns: Turns,
	pub(super) clocks: Clocks,
	/// When this process began.
	pub(super) began: Instant,
	pub(super) metrics: Metrics,
	pub(super) status: watch::Sender<EngineStatus>,
	/// The handshake that peers were sent last; empty if it could not be set.
	pub(super) hello: Vec<u8>,
	/// The replica that votes, with its key.
	pub(super) replica: Option<(PbftId, Replica)>,
	/// The replica of a node outside the committee. It only takes certificates.
	pub(super) watcher: Option<Replica>,
	pub(super) current: Option<Current>,
	pub(super) parent_commits: ParentCommits,
	/// View changes of heights that ended.
	pub(super) kept: KeptHeights,
	/// Certificates of heights that ended, which were compared with what is kept.
	pub(super) examined: HashSet<(Height, View, BlockHash)>,
	/// Members that were reported, by the height of their offence.
	pub(super) reported: HashSet<(Height, MemberIndex)>,
	/// The epoch in which all peers were asked for the certificates of heights that ended.
	pub(super) past_asked: Option<Epoch>,
	/// The last block that the engine imported itself.
	pub(super) own_import: Option<BlockHash>,
	/// The last block whose bytes a vote put into the log.
	pub(super) logged_block: Option<BlockHash>,
	/// When block sync counts as quiet, unless it brings another block first.
	pub(super) sync_quiet_at: Option<Instant>,
	/// The newest block, and when it is announced to the peers.
	pub(super) unannounced: Option<(Instant, BlockHash)>,
}

/// The height that runs.
pub(super) struct Current {
	pub(super) height: Height,
	pub(super) parent: Tip,
	pub(super) context: HeightContext,
	pub(super) domain: Domain,
	/// This node's place in the committee by its keys.
	pub(super) own: Option<MemberIndex>,
	/// The place in which it votes: none while it could contradict itself.
	pub(super) me: Option<MemberIndex>,
	/// When each proposal was first seen.
	pub(super) proposals_seen: HashMap<BlockHash, Instant>,
	/// Blocks whose refusal was logged.
	pub(super) warned: HashSet<BlockHash>,
	/// Proposals whose body is being fetched or checked, one per sender.
	pub(super) awaiting_block: HashMap<MemberIndex, AwaitedBlock>,
	pub(super) signatures: KnownSignatures,
}

/// A proposal, without its body, until that is fetched or checked.
pub(super) struct AwaitedBlock {
	pub(super) hash: BlockHash,
	pub(super) message: Signed<Message>,
	/// Whether the body came with the proposal, and is being checked.
	pub(super) inline: bool,
	/// Whether a sketch came with the proposal, and is being completed.
	pub(super) sketched: bool,
	pub(super) fetch: Option<AbortHandle>,
}

impl Drop for AwaitedBlock {
	fn drop(&mut self) {
		if let Some(fetch) = &self.fetch {
			fetch.abort();
		}
	}
}

impl Engine {
	/// Returns the admitted peers, as they change.
	pub fn admitted(&self) -> Admitted {
		self.peers.admitted()
	}

	/// Returns the replica that runs: the voting one, or the watcher.
	pub(super) fn replica(&self) -> Option<&Replica> {
		self.replica.as_ref().map(|(_, replica)| replica).or(self.watcher.as_ref())
	}

	pub(super) fn replica_mut(&mut self) -> Option<&mut Replica> {
		self.replica.as_mut().map(|(_, replica)| replica).or(self.watcher.as_mut())
	}

	/// Publishes where the engine stands.
	pub(super) fn publish_status(&self) {
		let Some(current) = &self.current else { return };
		let Some(replica) = self.replica() else { return };
		let core = replica.status();
		self.status.send_replace(EngineStatus {
			height: current.height,
			parent: current.parent.hash,
			epoch: current.context.committee.epoch,
			view: core.view,
			primary: core.primary,
			member: current.me,
			committee_size: current.context.committee.size(),
			quorum: current.context.committee.quorum(),
			peers: self.peers.count(),
		});
	}

	/// Returns the peers that hold a member's key.
	pub(super) fn peers_of(&self, member: MemberIndex) -> Vec<PeerId> {
		let key = self.current.as_ref().and_then(|current| current.context.committee.member(member));
		key.map(|member| self.peers.of_member(&member.key).collect()).unwrap_or_default()
	}
}
