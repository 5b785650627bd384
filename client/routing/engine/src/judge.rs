//! The votes of a router on what proposed blocks say of other ledgers.

use crate::state::State;
use tc_routing_core::{Input, Output, Verdict, ZoneBody};
use tp_beacon::{Registration, Update};
use tp_core::Hash;

/// What is wrong with the contents of a block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
	/// This router votes for them when it has read more.
	NotYet(String),
	/// This router never votes for them.
	Invalid(String),
}

impl State {
	/// Checks the news in a proposed zone block.
	pub fn check(&mut self, id: Hash, update: Update) -> Result<(), Fault> {
		// Announcements are proved below headers of the main chain that the zone holds.
		let Update { registrations, announcements: _, handovers, headers, conflicts, sealed } = update;
		self.naming.note(self.next(self.zone()).unwrap_or_default(), id, &headers);
		if !handovers.is_empty() || sealed.is_some() {
			return Err(Fault::Invalid("it has news that a zone takes in no other way than by audited heads".into()));
		}
		for registration in registrations {
			let chain = registration.ledger.chain;
			match self.registrations.get(&chain) {
				None => return Err(Fault::NotYet(format!("this node does not run {chain:?} yet"))),
				Some((own, _)) if *own != registration => {
					return Err(Fault::Invalid(format!("it registers {chain:?} with another genesis or committee")))
				},
				Some(_) => {},
			}
		}
		let body = ZoneBody { heads: headers, conflicts, ..ZoneBody::default() };
		let verdict = self.router.step(Input::Check { id, body }).into_iter().find_map(|output| match output {
			Output::Checked { verdict, .. } => Some(verdict),
			_ => None,
		});
		match verdict {
			Some(Verdict::Valid) => Ok(()),
			Some(Verdict::Invalid(error)) => Err(Fault::Invalid(error.to_string())),
			Some(Verdict::Unknown { chain, number }) => {
				Err(Fault::NotYet(format!("this node has not executed block {number} of {chain:?} yet")))
			},
			None => Err(Fault::NotYet("the router gives no verdict".into())),
		}
	}

	/// Checks what a proposed block of the main chain registers: this node's zone alone, as this node derives it, and once the zone has
	/// a certified block.
	///
	/// The first committee of a derived zone is that of the main chain at its genesis. So a quorum of that committee runs the zone by
	/// then, and can vote.
	pub fn check_main(&self, registrations: &[Registration]) -> Result<(), Fault> {
		for registration in registrations {
			let chain = registration.ledger.chain;
			if *registration != self.own {
				return Err(Fault::Invalid(format!("it registers {chain:?} otherwise than this node derives it")));
			}
			if self.next(self.zone()) <= Some(1) {
				return Err(Fault::NotYet(format!("this node has no certified block of {chain:?} yet")));
			}
		}
		Ok(())
	}
}

/// Checks what a proposed block of the main chain registers at a node that does not run the zone: the zone alone, as the node derives
/// it. A drawn committee runs it, and the main chain has drawn that one.
pub(crate) fn check_derived(derived: Option<&Registration>, registrations: &[Registration]) -> Result<(), Fault> {
	let Some(derived) = derived else { return Err(Fault::NotYet("the router has not started".into())) };
	match registrations.iter().find(|registration| *registration != derived) {
		Some(other) => {
			let chain = other.ledger.chain;
			Err(Fault::Invalid(format!("it registers {chain:?} otherwise than this node derives it")))
		},
		None => Ok(()),
	}
}
