//! Evidence that needs two messages of two views, or of two chains: hidden Commits ([`tp_pbft::HiddenCommit`]), and two certificates of
//! one view.
//!
//! A member can hide its Commit from the members that open a later view, so the two messages are at different replicas until these
//! meet again. So view changes are kept after their height is decided, and compared with each certificate that comes for the
//! height.
//!
//! # Why a correct replica is never accused
//!
//! It signs a Commit in `try_commit` alone, which sets `prepared` to the certificate of that view before, and a view change in
//! `request_view` alone, which shows `prepared`. To prove: for its Commit of view v and its request for a view w > v at one
//! height, the request shows its certificate of view v, or one of a later view.
//!
//! - **In one process.** `prepared` belongs to the height and is set for the current view alone. Views never decrease, so the view
//!   of `prepared` never does. A request that is signed after the Commit shows it, or a later one. A request that is signed
//!   before the Commit is for view v at most, because rule 2 forbids a Commit below a requested view.
//! - **After a restart.** The record of the Commit holds its certificate, and is synced before the Commit leaves (rule 5). The replay
//!   sets `prepared` before the first new request, from the records in the order of their writing, so the last view wins. Requests
//!   in the log are sent again as they were signed. A record that is torn was not synced, so its Commit never left.
//! - **With a database older than the log.** The heights run again with their records. Heights whose records were deleted lie below
//!   `votes_since`, and the replica has no place there.
//! - **After a lost log.** The replica signs nothing at a height at which its key may have signed before ([`crate::Abstention`]), and
//!   a new process listens first ([`crate::Listening`]). Evidence is about one height, so an old vote of another height is harmless.
//! - **With `--votes-lost`** nothing protects the height that runs: if the replica signed a Commit there before it lost its log, its next
//!   request can hide it. That is provable, and slashed. The operator is told so, and takes it.
//! - **After q Commits that others sent.** A certificate with its block ends the height, and nothing is signed at it any more.
//!   While the block is missing, the replica goes on with the same `prepared`.
//! - **After a move by others.** f + 1 requests make it request a view in the same place. A new view makes it enter one without a
//!   request.
//! - **Beside a second process with its key.** The replica signs nothing more at the height. Before it knows of the other, both can
//!   contradict themselves by this as by two votes: it is the operator's fault, and costs as little.

use crate::message::{Signed, ViewChange};
use codec::Encode;
use std::collections::BTreeMap;
use tp_pbft::{
	Certificate, Committee, Equivocation, HiddenCommit, MemberIndex, PbftSignature, PreparedCertificate,
	QuorumCertificate, ShownCertificate, SignedPayload, View, VoteKind,
};

/// View changes that are kept of each member at a height. One is kept for each certificate that a member shows, and each of
/// these takes the Prepares of a quorum in another view. So a faulty member alone cannot push out its own.
pub const MAX_KEPT_OF_MEMBER: usize = 8;

/// The view changes of one height, as far as they can hide a Commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptViewChanges(BTreeMap<MemberIndex, Vec<Signed<ViewChange>>>);

/// Returns the view of the certificate that a view change shows. It hides Commits of later views, and those of this view for
/// other blocks.
fn shown_view(signed: &Signed<ViewChange>) -> Option<View> {
	signed.message.prepared.as_ref().map(|prepared| prepared.view)
}

/// Whether a view change hides all Commits that another one hides.
fn covers(one: &Signed<ViewChange>, other: &Signed<ViewChange>) -> bool {
	let block = |signed: &Signed<ViewChange>| signed.message.prepared.as_ref().map(|prepared| prepared.hash);
	let shows_less = shown_view(one) < shown_view(other);
	let shows_the_same = shown_view(one) == shown_view(other) && block(one) == block(other);
	(shows_less || shows_the_same) && one.message.view >= other.message.view
}

fn certifies_the_same(one: &PreparedCertificate, other: &PreparedCertificate) -> bool {
	(one.view, one.hash) == (other.view, other.hash)
}

impl KeptViewChanges {
	/// Keeps a verified view change, unless it hides nothing that a kept one does not hide.
	pub fn note(&mut self, signed: &Signed<ViewChange>) {
		let kept = self.0.entry(signed.sender).or_default();
		if kept.iter().any(|known| covers(known, signed)) {
			return;
		}
		kept.retain(|known| !covers(signed, known));
		let at = kept.partition_point(|known| shown_view(known) <= shown_view(signed));
		kept.insert(at, signed.clone());
		// The view changes that hide the earliest views stay.
		kept.truncate(MAX_KEPT_OF_MEMBER);
	}

	/// Whether nothing is kept.
	pub fn is_empty(&self) -> bool {
		self.0.is_empty()
	}

	/// Returns the number of members of whom something is kept.
	pub fn members(&self) -> usize {
		self.0.len()
	}

	/// Returns what is kept, by sender.
	pub fn iter(&self) -> impl Iterator<Item = &Signed<ViewChange>> {
		self.0.values().flatten()
	}

	/// Returns the evidence that a member hid its verified Commit.
	pub fn hidden_commit(
		&self,
		committee: &Committee,
		member: MemberIndex,
		view: View,
		commit: &SignedPayload,
	) -> Option<HiddenCommit> {
		let hides = |signed: &&Signed<ViewChange>| {
			HiddenCommit::hides(view, &commit.payload, signed.message.view, signed.message.prepared.as_ref())
		};
		let view_change = self.0.get(&member)?.iter().find(hides)?;
		let key = committee.member(member)?.key.clone();
		// A verified certificate is of the committee, so it fits.
		let shown = ShownCertificate::try_from(view_change.message.prepared.encode()).ok()?;
		Some(HiddenCommit {
			epoch: view_change.epoch,
			height: view_change.height,
			member,
			key,
			committed: view,
			commit: commit.clone(),
			requested: view_change.message.view,
			shown,
			signature: view_change.signature.clone(),
		})
	}

	/// Returns the certificates that view changes show, one of each block in each view.
	pub fn certificates(&self) -> Vec<&PreparedCertificate> {
		let mut certificates: Vec<&PreparedCertificate> = Vec::new();
		for shown in self.shown() {
			if !certificates.iter().any(|known| certifies_the_same(known, shown)) {
				certificates.push(shown);
			}
		}
		certificates
	}

	/// Whether a view change shows a certificate of the same block in the same view.
	pub fn shows(&self, certificate: &PreparedCertificate) -> bool {
		self.shown().any(|shown| certifies_the_same(shown, certificate))
	}

	fn shown(&self) -> impl Iterator<Item = &PreparedCertificate> {
		self.iter().filter_map(|signed| signed.message.prepared.as_ref())
	}

	/// Returns the evidence against all who hid their Commits in a verified certificate of the same height.
	pub fn hidden_in(&self, committee: &Committee, certificate: &Certificate) -> Vec<HiddenCommit> {
		let votes = votes_of(certificate);
		votes.filter_map(|(member, commit)| self.hidden_commit(committee, member, certificate.view, &commit)).collect()
	}
}

impl FromIterator<Signed<ViewChange>> for KeptViewChanges {
	fn from_iter<I: IntoIterator<Item = Signed<ViewChange>>>(signed: I) -> Self {
		let mut kept = Self::default();
		signed.into_iter().for_each(|signed| kept.note(&signed));
		kept
	}
}

fn votes_of<K>(certificate: &QuorumCertificate<K>) -> impl Iterator<Item = (MemberIndex, SignedPayload)> + '_
where
	K: VoteKind,
{
	let signed = |signature: &PbftSignature| SignedPayload { payload: certificate.hash, signature: signature.clone() };
	certificate.votes().map(move |(member, signature)| (member, signed(signature)))
}

/// Returns the evidence against all who signed two verified certificates of one slot for two blocks.
pub fn double_votes<K: VoteKind>(
	committee: &Committee,
	one: &QuorumCertificate<K>,
	other: &QuorumCertificate<K>,
) -> Vec<Equivocation> {
	if one.slot() != other.slot() || one.hash == other.hash {
		return Vec::new();
	}
	let others: BTreeMap<_, _> = votes_of(other).collect();
	let twice = votes_of(one).filter_map(|(member, first)| {
		let second = others.get(&member)?.clone();
		let key = committee.member(member)?.key.clone();
		Some(Equivocation { slot: one.slot(), member, key, first, second })
	});
	twice.collect()
}

#[cfg(test)]
mod tests;
