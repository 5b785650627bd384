//! What a ledger does when users ask for something.

use crate::{
	bank::Order,
	chain::Chain,
	requests::{Kind, Request},
	stats::Stats,
};
use codec::Encode;
use tc_routing_core::Effects;
use tp_core::{AccountId, Balance};
use tp_mailbox::{
	bounds::{MAX_BUDGET, MIN_MESSAGE_WEIGHT},
	Destination, Draft, TableId,
};

impl Chain {
	/// Does what a user asks for, or refuses it.
	pub(crate) fn request(&mut self, request: Request, effects: &mut Effects, stats: &mut Stats) {
		let Request { from, home, to, value, kind } = &request;
		let destination = Destination::of(*home, to);
		let here = self.ledger.owns(&destination) && *kind == Kind::Pay;
		if here {
			self.pay_here(from, to, *value);
			return;
		}
		if *kind != Kind::System && !self.state.bank.debit(from, *value) {
			stats.refused_requests += 1;
			return;
		}
		let draft = draft(&request, destination);
		let sent = match kind {
			Kind::System => self.mailbox().send_system(from, draft),
			_ => self.mailbox().send(from, draft),
		};
		match sent {
			Ok((sent, message)) => {
				stats.sent += 1;
				stats.system += u64::from(*kind == Kind::System);
				effects.sent.push((sent, message));
			},
			Err(error) => {
				*stats.refusals.entry(name(&error)).or_default() += 1;
				if *kind != Kind::System {
					*self.state.bank.balances.entry(from.clone()).or_default() += value;
				}
			},
		}
	}

	fn pay_here(&mut self, from: &AccountId, to: &AccountId, value: Balance) {
		let bank = &mut self.state.bank;
		let can_receive = value >= crate::bank::LEAST || bank.balances.contains_key(to);
		if can_receive && bank.debit(from, value) {
			*bank.balances.entry(to.clone()).or_default() += value;
		}
	}
}

/// The name of a refusal, for statistics.
fn name(error: &tp_mailbox::SendError) -> &'static str {
	use tp_mailbox::SendError::*;
	match error {
		Malformed(_) => "malformed",
		LaneFull => "lane full",
		LaneBytes => "lane full of bytes",
		DestinationBusy { .. } => "destination busy",
		OneAtATime => "one at a time",
		OutboxFull => "outbox full",
		TooManyLanes => "too many lanes",
	}
}

fn draft(request: &Request, destination: Destination) -> Draft {
	let Request { to, value, kind, .. } = request;
	let (payload, budget) = match kind {
		Kind::Pay => (Order::Pay(to.clone()).encode(), 0),
		Kind::Fail => (Order::Fail.encode(), 0),
		Kind::Garbage => (vec![0xff; 40], 0),
		Kind::Oversized => (vec![0; tp_mailbox::bounds::MAX_MESSAGE_BYTES], 0),
		Kind::Long(length) => (vec![0xff; *length], 0),
		Kind::Forward(depth) => (forward(to, destination, *value, *depth).encode(), MAX_BUDGET),
		Kind::Bomb => (Order::Bomb(destination).encode(), 40 * MIN_MESSAGE_WEIGHT),
		Kind::System => (Order::Participation(1).encode(), 0),
	};
	let value = if *kind == Kind::System { 0 } else { *value };
	Draft { destination, weight: MIN_MESSAGE_WEIGHT, budget, value, payload }
}

/// Half of the value goes on to two accounts in other tables.
fn forward(to: &AccountId, destination: Destination, value: Balance, depth: u8) -> Order {
	let Destination::Table { zone, table } = destination else { return Order::Pay(to.clone()) };
	if depth == 0 {
		return Order::Pay(to.clone());
	}
	let next = |step: u8| Destination::Table { zone, table: TableId(table.0.wrapping_add(step)) };
	let part = |step: u8| Draft {
		destination: next(step),
		weight: MIN_MESSAGE_WEIGHT,
		budget: MAX_BUDGET >> (2 * (6 - depth.min(5))),
		value: value / 4,
		payload: forward(to, next(step), value / 4, depth - 1).encode(),
	};
	Order::Forward(to.clone(), vec![part(85), part(170)])
}
