//! Reads the ledgers, block by block.

use crate::{
	access::{AccessError, Beside, Followed, Lacking, LedgerAccess},
	drawn,
	log_targets::LOG_TARGET,
	reads::{first, handover},
	shared::Shared,
	state::State,
};
use parking_lot::MutexGuard;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_routing_core::{limits::MAX_AHEAD, Output};
use tp_beacon::{bounds::MAX_HANDOVER, Authority, Registration, SignedHeader};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Lane, Ledger, Mountain, Sequence};
use tp_pbft::{Committee, Epoch};
use tp_routing::BeaconReport;

/// Blocks of one ledger that are read before the next one has its turn.
const TURN: usize = 64;
/// The number of newest blocks of a shard or of the main chain that are read whole. The router reads headers alone of
/// the blocks before them: their states may be pruned, and the newest block has what they have sent. A node keeps the states of 256 blocks.
const NEAR: BlockNumber = 64;
/// Blocks of a ledger that one turn passes.
const PASSED: usize = 1_024;
/// Epochs of the main chain that wait to be included at most, before more of it is read: half of what a router keeps.
const WAITING_EPOCHS: usize = 32;

/// Takes in what the nodes have executed since the last call. Several threads may call it; one reads.
pub(crate) fn catch_up(shared: &Shared) {
	follow(shared, shared.following.lock(), None);
}

/// Acts as [`catch_up`], but ends after `patience` with the block that is being read. Returns whether it has read: not if another thread
/// reads for longer.
pub(crate) fn catch_up_within(shared: &Shared, patience: Duration) -> bool {
	let until = Instant::now() + patience;
	shared.following.try_lock_for(patience).map(|following| follow(shared, following, Some(until))).is_some()
}

/// Takes in new blocks of all ledgers, until a time.
fn follow(shared: &Shared, _following: MutexGuard<()>, until: Option<Instant>) {
	let ledgers: Vec<Arc<dyn LedgerAccess>> = shared.ledgers.lock().values().cloned().collect();
	let zone = ChainTag::Zone(shared.zone);
	let Some(own) = ledgers.iter().find(|ledger| ledger.chain() == zone) else { return };
	if shared.state.lock().is_none() {
		match start_zone(shared.zone, shared.authority, &**own) {
			Ok(state) => *shared.state.lock() = Some(state),
			Err(error) => return shared.complain(zone, "start", &format!("The router waits: {error}")),
		}
	}
	let others = ledgers.iter().filter(|ledger| !matches!(ledger.chain(), ChainTag::Zone(_)));
	let mut has_read = false;
	// The zone last: its blocks then find the blocks that they include.
	for ledger in others.chain([own]) {
		match follow_one(shared, &**ledger, until) {
			Ok(count) => has_read |= count > 0,
			Err(error) => {
				shared.complain(ledger.chain(), "read", &format!("The router begins again: {error}"));
				shared.forget(ledger.chain());
			},
		}
	}
	// Before the notice: what ledgers lack of committees decides what they can take.
	drawn::refresh(shared, &ledgers);
	if has_read {
		shared.news.notify_waiters();
	}
}

/// Begins at the newest block of the zone, which is read again, because messages are proved below it.
fn start_zone(zone: u16, authority: Authority, own: &dyn LedgerAccess) -> Result<State, AccessError> {
	let newest = own.newest();
	let (next, neighbours) = match newest {
		0 => (1, BeaconReport::default()),
		_ => (newest, own.neighbours(newest)?),
	};
	let Committee { epoch, members, .. } = own.committee(1)?;
	let lasts = last_headers(own, epoch, next)?;
	let registration = Registration {
		ledger: Ledger { chain: own.chain(), tables: None },
		genesis: own.genesis(),
		authority,
		epoch,
		first: 1,
		members,
	};
	Ok(State::new(zone, next, registration, &neighbours, lasts))
}

/// Returns the last headers of a ledger's newest epochs, of those before a height.
fn last_headers(own: &dyn LedgerAccess, first: Epoch, before: BlockNumber) -> Result<Vec<SignedHeader>, AccessError> {
	let Some(newest) = own.header(before.saturating_sub(1))? else { return Ok(Vec::new()) };
	let from = newest.certificate.epoch.saturating_sub(MAX_HANDOVER as Epoch - 1).max(first);
	let mut lasts = handover(own, from)?;
	lasts.retain(|last| last.header.number < before);
	Ok(lasts)
}

/// Takes in new blocks of a ledger, until a time. Returns their number.
fn follow_one(shared: &Shared, ledger: &dyn LedgerAccess, until: Option<Instant>) -> Result<usize, AccessError> {
	let chain = ledger.chain();
	let is_followed = shared.with_state(|state| state.next(chain).is_some()).unwrap_or_default();
	let is_main = chain == ChainTag::Main;
	if !is_followed && !(if is_main { start_main(shared, ledger)? } else { start_shard(shared, ledger)? }) {
		return Ok(0);
	}
	let passed = match chain {
		// Its blocks make anchors: if they are far behind, the router begins again at the newest one.
		ChainTag::Zone(_) => 0,
		_ => pass(shared, ledger, until)?,
	};
	for count in passed..passed + TURN {
		if until.is_some_and(|until| Instant::now() >= until) {
			return Ok(count);
		}
		let Some(next) = shared.with_state(|state| state.next(chain)).flatten() else { return Ok(count) };
		let waits = !matches!(chain, ChainTag::Zone(_)) && (is_far(ledger, next) || is_ahead(shared, chain, next));
		if !waits && next > ledger.newest() {
			note_invalid(shared, ledger);
		}
		if waits || next > ledger.newest() || !take(shared, ledger, next)? {
			return Ok(count);
		}
	}
	Ok(passed + TURN)
}

/// Begins to follow a shard at its sealed block. Returns whether its node has that block.
fn start_shard(shared: &Shared, ledger: &dyn LedgerAccess) -> Result<bool, AccessError> {
	let chain = ledger.chain();
	let sealed = shared.with_state(|state| state.sealed(chain)).unwrap_or_default();
	if sealed > ledger.newest() {
		return Ok(false);
	}
	let (first, committee) = (ledger.committee(1)?, ledger.committee(sealed + 1)?);
	let registration = Registration {
		ledger: ledger.ledger()?,
		genesis: ledger.genesis(),
		authority: shared.authority,
		epoch: first.epoch,
		first: 1,
		members: first.members,
	};
	match shared.with_state(|state| state.start_shard(registration, committee)) {
		Some(Ok(())) => Ok(true),
		Some(Err(error)) => {
			shared.complain(chain, "register", &format!("It cannot be routed: {error}"));
			Ok(false)
		},
		None => Ok(false),
	}
}

/// Begins to follow the main chain at the block that the zone includes. Returns whether its node has that block.
fn start_main(shared: &Shared, ledger: &dyn LedgerAccess) -> Result<bool, AccessError> {
	let included = shared.with_state(|state| state.sealed(ChainTag::Main)).unwrap_or_default();
	if included > ledger.newest() {
		return Ok(false);
	}
	let committee = ledger.committee(included + 1)?;
	match shared.with_state(|state| state.start_main(ledger.genesis(), committee)) {
		Some(Ok(())) => Ok(true),
		Some(Err(error)) => {
			shared.complain(ChainTag::Main, "register", &format!("It cannot be routed: {error}"));
			Ok(false)
		},
		None => Ok(false),
	}
}

/// Whether a block is far behind the newest one.
fn is_far(ledger: &dyn LedgerAccess, number: BlockNumber) -> bool {
	ledger.newest().saturating_sub(number) > NEAR
}

/// Whether zone blocks have to include more of a shard, or epochs of the main chain, before the router reads a block of it.
fn is_ahead(shared: &Shared, chain: ChainTag, number: BlockNumber) -> bool {
	let is_ahead = shared.with_state(|state| match chain {
		// The audit keeps no more blocks above the sealed one, and each block is read once.
		ChainTag::Shard { .. } => number > state.sealed(chain).saturating_add(MAX_AHEAD),
		ChainTag::Main => state.waiting_epochs() >= WAITING_EPOCHS,
		ChainTag::Zone(_) => false,
	});
	is_ahead.unwrap_or_default()
}

/// Passes blocks that are far behind the newest one. Returns their number.
fn pass(shared: &Shared, ledger: &dyn LedgerAccess, until: Option<Instant>) -> Result<usize, AccessError> {
	let chain = ledger.chain();
	for count in 0..PASSED {
		let Some(next) = shared.with_state(|state| state.next(chain)).flatten() else { return Ok(count) };
		let is_late = until.is_some_and(|until| Instant::now() >= until);
		if is_late || !is_far(ledger, next) || is_ahead(shared, chain, next) {
			return Ok(count);
		}
		let Some(signed) = ledger.header(next)? else { return Ok(count) };
		let outputs = shared.with_state(|state| state.pass(chain, &signed));
		outputs.into_iter().flatten().for_each(note);
	}
	Ok(PASSED)
}

/// Takes note of a certified block of a shard that is not valid. The zone includes no head from it on.
fn note_invalid(shared: &Shared, ledger: &dyn LedgerAccess) {
	let Some(SignedHeader { header, .. }) = ledger.invalid() else { return };
	let outputs = shared.with_state(|state| state.note_invalid(ledger.chain(), &header));
	outputs.into_iter().flatten().for_each(note);
}

/// Takes in a block. Returns whether the node has it.
fn take(shared: &Shared, ledger: &dyn LedgerAccess, number: BlockNumber) -> Result<bool, AccessError> {
	let chain = ledger.chain();
	let Some(block) = ledger.block(number)? else { return Ok(false) };
	let beside = beside(shared, ledger, &block)?;
	let outputs = shared.with_state(|state| state.take(chain, block, beside));
	outputs.into_iter().flatten().for_each(note);
	Ok(true)
}

/// Reads what the router lacks. If the node does not keep a message, those behind it in the lane are left out: other routers carry
/// them.
fn beside(shared: &Shared, ledger: &dyn LedgerAccess, block: &Followed) -> Result<Beside, AccessError> {
	let chain = ledger.chain();
	let mut beside = Beside::default();
	let has_evidence = shared.with_state(|state| state.router.has_evidence()).unwrap_or_default();
	if has_evidence && matches!(chain, ChainTag::Zone(_)) {
		beside.evidence = ledger.evidence(block.signed.header.number)?;
	}
	let lacking = shared.with_state(|state| state.lacking(chain, &block.mailbox)).unwrap_or_default();
	for Lacking { lane, first, acknowledged, end } in lacking {
		let first = match first {
			Some(first) => first,
			None => {
				let base = base_of(ledger, &lane, acknowledged)?;
				let first = base.count();
				beside.begun.push((lane, base));
				first
			},
		};
		for sequence in first..end {
			let Some(message) = ledger.message(&lane, sequence)? else {
				let what = format!("Message {sequence} of {lane:?} is not kept here: this node cannot carry the lane");
				shared.complain(chain, "message", &what);
				break;
			};
			beside.messages.push((lane, sequence, message));
		}
	}
	Ok(beside)
}

/// Returns a range of a lane's messages that its destination has, as long as the states that are kept tell. If what waits is older than
/// they are, the range is empty: the bodies of all messages are kept.
fn base_of(ledger: &dyn LedgerAccess, lane: &Lane, acknowledged: Sequence) -> Result<Mountain, AccessError> {
	let waits = first(ledger, |at| Ok(ledger.outbound(at, lane)?.sent.messages > acknowledged))?;
	match waits.known().and_then(|number| number.checked_sub(1)) {
		Some(before) if before > 0 => Ok(ledger.outbound(before, lane)?.mountain),
		_ => Ok(Mountain::default()),
	}
}

/// Logs what an operator should know. What is to be carried, authors ask for.
fn note(output: Output) {
	match output {
		Output::InvalidShardBlock { chain, number, hash } => log::error!(
			target: LOG_TARGET,
			"The committee of {chain:?} has certified block {number} ({hash:?}), which is not valid: its heads are not routed"
		),
		Output::Forked([first, _]) => log::error!(
			target: LOG_TARGET,
			"The committee of {:?} has certified two blocks at height {}: the evidence goes into the next zone block",
			first.chain, first.signed.header.number
		),
		Output::Arrived { lane, messages, latency_ms } => {
			log::debug!(target: LOG_TARGET, "{messages} messages of {lane:?} arrived after {latency_ms} ms");
		},
		Output::BadAnswer { .. }
		| Output::Relay(_)
		| Output::Ask(_)
		| Output::Answer(_)
		| Output::Propose(_)
		| Output::Checked { .. } => {},
	}
}
