//! The requests of peers that wait, by peer: one peer cannot take the turns of another.

use super::budget::Budget;
use sc_network::PeerId;
use std::{
	collections::{HashMap, VecDeque},
	time::Instant,
};

/// Requests of one peer that wait. It needs the block of a proposal, and a prepared one.
const MAX_WAITING_PER_PEER: usize = 4;
/// Tokens that a peer gains in a second: 32 MiB of blocks.
const TOKENS_PER_SECOND: f64 = 2_048.0;
/// Largest number of tokens: four blocks of the largest size.
const BURST: f64 = 4_096.0;
/// Peers whose budget is kept. More than can have a substream, so that no peer gets a new budget by returning.
const MAX_BUDGETS: usize = 1_024;

/// The waiting requests, and what each peer may still be sent.
pub struct Shares<T> {
	waiting: HashMap<PeerId, VecDeque<T>>,
	/// The peers with waiting requests, in the order of their turns.
	turns: VecDeque<PeerId>,
	budgets: HashMap<PeerId, Budget>,
}

impl<T> Default for Shares<T> {
	fn default() -> Self {
		Self { waiting: HashMap::new(), turns: VecDeque::new(), budgets: HashMap::new() }
	}
}

impl<T> Shares<T> {
	/// Adds a peer's request. Returns it if the peer has used up its share.
	pub fn offer(&mut self, peer: PeerId, request: T, now: Instant) -> Result<(), T> {
		if self.budgets.len() >= MAX_BUDGETS && !self.budgets.contains_key(&peer) {
			self.budgets.retain(|_, budget| !budget.is_full(now));
			if self.budgets.len() >= MAX_BUDGETS {
				return Err(request);
			}
		}
		let budget = self.budgets.entry(peer).or_insert_with(|| Budget::of(now, TOKENS_PER_SECOND, BURST));
		let waiting = self.waiting.get(&peer).map_or(0, VecDeque::len);
		if waiting >= MAX_WAITING_PER_PEER || !budget.take(now, 0) {
			return Err(request);
		}
		if waiting == 0 {
			self.turns.push_back(peer);
		}
		self.waiting.entry(peer).or_default().push_back(request);
		Ok(())
	}

	/// Removes and returns the next request: the oldest one of the peer whose turn it is.
	pub fn next(&mut self) -> Option<(PeerId, T)> {
		let peer = self.turns.pop_front()?;
		let requests = self.waiting.get_mut(&peer)?;
		let request = requests.pop_front()?;
		if requests.is_empty() {
			self.waiting.remove(&peer);
		} else {
			self.turns.push_back(peer);
		}
		Some((peer, request))
	}

	/// Charges a block that a peer was sent. The budget may become negative, because its size was not known before.
	pub fn charge(&mut self, peer: &PeerId, bytes: usize) {
		if let Some(budget) = self.budgets.get_mut(peer) {
			budget.charge_bytes(bytes);
		}
	}

	/// Whether no request waits.
	pub fn is_empty(&self) -> bool {
		self.turns.is_empty()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	#[test]
	fn a_flood_of_one_peer_does_not_keep_another_waiting() {
		let (mut shares, now) = (Shares::default(), Instant::now());
		let [flood, other] = [PeerId::random(), PeerId::random()];
		let accepted = (0..1_000).filter(|request| shares.offer(flood, *request, now).is_ok()).count();
		assert_eq!(accepted, MAX_WAITING_PER_PEER);
		assert!(shares.offer(other, 7, now).is_ok());
		let order: Vec<_> = std::iter::from_fn(|| shares.next()).collect();
		assert_eq!(order[..2], [(flood, 0), (other, 7)]);
		assert_eq!(order.len(), accepted + 1);
		assert!(shares.is_empty());
	}

	#[test]
	fn a_peer_that_was_sent_too_much_waits_until_it_has_tokens_again() {
		let (mut shares, now) = (Shares::default(), Instant::now());
		let [greedy, other] = [PeerId::random(), PeerId::random()];
		let block = 16 << 20;
		let mut sent = 0;
		while shares.offer(greedy, (), now).is_ok() {
			assert_eq!(shares.next(), Some((greedy, ())));
			shares.charge(&greedy, block);
			sent += 1;
		}
		assert!((4..=5).contains(&sent), "{sent}");
		assert!(shares.offer(other, (), now).is_ok(), "the budget is its own");
		assert!(shares.offer(greedy, (), now + Duration::from_secs(1)).is_ok());
	}

	#[test]
	fn the_number_of_budgets_is_bounded() {
		let (mut shares, now) = (Shares::default(), Instant::now());
		let offered = (0..2 * MAX_BUDGETS).filter(|_| shares.offer(PeerId::random(), (), now).is_ok()).count();
		assert_eq!(offered, MAX_BUDGETS);
		assert!(shares.offer(PeerId::random(), (), now + Duration::from_secs(10)).is_ok(), "full budgets are dropped");
	}
}
