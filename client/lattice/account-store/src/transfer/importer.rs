//! Takes the accounts of a block over from peers: a state machine without network and clock.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use super::part::{part_count, verify_more, Fault, Outline, Part};
use crate::{builder::StoreBuilder, error::StoreError, table::Table};
use codec::{Decode, Encode};
use std::collections::{BTreeMap, BTreeSet};
use tp_account_store::{AccountKey, BucketEntry, Hash, TABLES};

/// Requests in a row that a peer may leave without an answer before it is not asked any more.
const MOST_SILENT: u32 = 3;

/// What is asked of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Want {
	/// The roots of all tables.
	Outline,
	/// A part of a table.
	Part {
		/// The table.
		table: u8,
		/// The part.
		part: u32,
	},
	/// Values of a part from the account at a place on.
	More {
		/// The table.
		table: u8,
		/// The part.
		part: u32,
		/// The place of the account in the part.
		from: u32,
	},
}

/// Why a peer does not give what was asked for. It is no fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, thiserror::Error)]
pub enum Refusal {
	/// The peer does not know the block.
	#[error("it does not know the block")]
	UnknownBlock,
	/// The peer does not keep the accounts of the block any more.
	#[error("it does not keep the accounts of the block any more")]
	NotKept,
	/// The peer has no account store yet.
	#[error("it has no account store yet")]
	NoStore,
	/// There is no such part or account.
	#[error("it has no such part")]
	NoPart,
	/// The part is too large for an answer, even without values.
	#[error("the part is too large for an answer")]
	TooLarge,
	/// The peer has no time for this node now.
	#[error("it is busy")]
	Busy,
}

/// What a peer answers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
	/// The roots of all tables.
	Outline(Outline),
	/// A part.
	Part(Part),
	/// Values.
	More(Vec<Vec<u8>>),
	/// Nothing.
	Refused(Refusal),
}

/// A request to a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
	/// Its number. An answer to an older request of the peer is ignored.
	pub id: u64,
	/// What is asked.
	pub want: Want,
}

/// What an answer brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
	/// It was verified and taken.
	Verified,
	/// The peer does not have it.
	Refused(Refusal),
	/// It is to a request that does not wait any more.
	Ignored,
}

/// How far the transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
	/// All is there.
	Complete,
	/// A peer is asked, or can be.
	Working,
	/// No peer can be asked.
	Stuck {
		/// Peers that do not have what is needed.
		without: usize,
		/// Peers that do not answer.
		silent: usize,
		/// Peers that sent something else.
		liars: usize,
	},
}

/// What is known of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
	/// It is asked. It left this number of requests in a row without an answer.
	Asked { silent: u32 },
	/// It refused.
	Without,
	/// It left too many requests without an answer.
	Silent,
	/// It sent something else than the root commits to. This is not forgotten.
	Liar,
}

/// A part on its way.
#[derive(Debug)]
enum Progress {
	Wanted,
	/// The first accounts have their values.
	Begun {
		accounts: Vec<(AccountKey, Vec<u8>)>,
		rest: Vec<BucketEntry>,
	},
	Whole(Vec<(AccountKey, Vec<u8>)>),
}

/// A table on its way.
#[derive(Debug)]
struct Open {
	root: Hash,
	bits: u8,
	parts: Vec<Progress>,
}

/// Takes the accounts of one block over.
///
/// Memory: the tables that are complete, and parts of as many other tables as there are peers.
pub struct Importer<P> {
	root: Hash,
	outline: Option<Vec<Hash>>,
	builder: StoreBuilder,
	/// The tables in the builder with their roots.
	complete: BTreeMap<u8, Hash>,
	open: BTreeMap<u8, Open>,
	peers: BTreeMap<P, Standing>,
	asked: BTreeMap<P, Request>,
	/// Requests that have waited too long. What they want is asked of a second peer as well.
	overdue: BTreeSet<u64>,
	next_id: u64,
	accounts: u64,
}

impl<P: Ord + Clone> Importer<P> {
	/// Begins a transfer of the accounts with a root, which the caller has from the state of a final block.
	pub fn new(root: Hash) -> Self {
		Self {
			root,
			outline: None,
			builder: StoreBuilder::default(),
			complete: BTreeMap::new(),
			open: BTreeMap::new(),
			peers: BTreeMap::new(),
			asked: BTreeMap::new(),
			overdue: BTreeSet::new(),
			next_id: 0,
			accounts: 0,
		}
	}

	/// Goes on with the accounts of another block. Tables that are the same there stay; peers that refused are asked again.
	pub fn retarget(&mut self, root: Hash) {
		(self.root, self.outline) = (root, None);
		self.asked.clear();
		self.overdue.clear();
		self.forgive();
	}

	/// Asks peers again that refused or did not answer.
	pub fn forgive(&mut self) {
		for standing in self.peers.values_mut().filter(|standing| **standing != Standing::Liar) {
			*standing = Standing::Asked { silent: 0 };
		}
	}

	/// Adds a peer.
	pub fn join(&mut self, peer: P) {
		self.peers.entry(peer).or_insert(Standing::Asked { silent: 0 });
	}

	/// Forgets a peer that left, unless it lied. What it was asked for is asked of others.
	pub fn leave(&mut self, peer: &P) {
		if let Some(request) = self.asked.remove(peer) {
			self.overdue.remove(&request.id);
		}
		if self.peers.get(peer).is_some_and(|standing| *standing != Standing::Liar) {
			self.peers.remove(peer);
		}
	}

	/// Returns the root of the accounts.
	pub fn root(&self) -> Hash {
		self.root
	}

	/// Returns the numbers of tables and of accounts that are complete.
	pub fn progress(&self) -> (usize, u64) {
		(self.complete.len(), self.accounts)
	}

	/// Returns how far the transfer is.
	pub fn outlook(&self) -> Outlook {
		if self.is_complete() {
			return Outlook::Complete;
		}
		let count = |wanted: fn(&Standing) -> bool| self.peers.values().filter(|standing| wanted(standing)).count();
		match count(|standing| matches!(standing, Standing::Asked { .. })) {
			0 => Outlook::Stuck {
				without: count(|standing| *standing == Standing::Without),
				silent: count(|standing| *standing == Standing::Silent),
				liars: count(|standing| *standing == Standing::Liar),
			},
			_ => Outlook::Working,
		}
	}

	fn is_complete(&self) -> bool {
		self.outline.is_some() && self.complete.len() == TABLES
	}

	/// Returns the next request to a peer. `None` if it is asked already, is not to be asked, or all is asked of others.
	pub fn ask(&mut self, peer: &P) -> Option<Request> {
		let may_be_asked = matches!(self.peers.get(peer), Some(Standing::Asked { .. }));
		if !may_be_asked || self.asked.contains_key(peer) {
			return None;
		}
		let want = self.free()?;
		let request = Request { id: self.next_id, want };
		self.next_id += 1;
		self.asked.insert(peer.clone(), request);
		Some(request)
	}

	/// Notes that a request has waited too long. A peer that holds an answer back would otherwise hold the transfer back.
	pub fn overdue(&mut self, peer: &P, id: u64) {
		if self.asked.get(peer).is_some_and(|request| request.id == id) {
			self.overdue.insert(id);
		}
	}

	/// Ends the request of a peer, if it is the one with this number. Returns it, and whether it was overdue.
	fn end_request(&mut self, peer: &P, id: u64) -> Option<(Want, bool)> {
		let want = self.asked.get(peer).filter(|request| request.id == id)?.want;
		self.asked.remove(peer);
		Some((want, self.overdue.remove(&id)))
	}

	/// Whether something is still wanted. The first answer is taken if two peers are asked for the same.
	fn is_wanted(&self, want: &Want) -> bool {
		let Some(outline) = &self.outline else { return *want == Want::Outline };
		let (Want::Part { table, part } | Want::More { table, part, .. }) = want else { return false };
		if self.complete.contains_key(table) || usize::from(*table) >= outline.len() {
			return false;
		}
		let progress = self.open.get(table).and_then(|open| open.parts.get(*part as usize));
		match (want, progress) {
			(Want::Part { .. }, progress) => matches!(progress, None | Some(Progress::Wanted)),
			(Want::More { from, .. }, Some(Progress::Begun { accounts, .. })) => place(accounts.len()) == *from,
			_ => false,
		}
	}

	/// Returns what is wanted and not asked of any peer, or only of peers that are overdue.
	fn free(&self) -> Option<Want> {
		let is_free = |want: &Want| {
			self.asked.values().all(|request| request.want != *want || self.overdue.contains(&request.id))
		};
		let Some(outline) = &self.outline else { return Some(Want::Outline).filter(is_free) };
		let incomplete = (0..=u8::MAX).zip(outline).filter(|(table, _)| !self.complete.contains_key(table));
		incomplete.map(|(table, _)| table).find_map(|table| match self.open.get(&table) {
			None => Some(Want::Part { table, part: 0 }).filter(is_free),
			Some(open) => (0..).zip(&open.parts).find_map(|(part, progress)| {
				let want = match progress {
					Progress::Wanted => Want::Part { table, part },
					Progress::Begun { accounts, .. } => Want::More { table, part, from: place(accounts.len()) },
					Progress::Whole(_) => return None,
				};
				Some(want).filter(is_free)
			}),
		})
	}

	/// Notes that a peer did not answer a request, or broke the connection. Another peer is asked.
	pub fn failed(&mut self, peer: &P, id: u64) {
		if self.end_request(peer, id).is_some() {
			self.note_silence(peer);
		}
	}

	/// Counts a request that a peer left without an answer in time.
	fn note_silence(&mut self, peer: &P) {
		if let Some(standing @ Standing::Asked { .. }) = self.peers.get_mut(peer) {
			let Standing::Asked { silent } = *standing else { return };
			*standing = match silent + 1 {
				MOST_SILENT.. => Standing::Silent,
				silent => Standing::Asked { silent },
			};
		}
	}

	/// Checks an answer, and takes it.
	///
	/// # Errors
	/// If the answer is not what the root commits to. The peer is not asked again.
	pub fn answered(&mut self, peer: &P, id: u64, answer: Answer) -> Result<Taken, Fault> {
		let Some((want, was_overdue)) = self.end_request(peer, id) else { return Ok(Taken::Ignored) };
		if was_overdue && answer == Answer::Refused(Refusal::Busy) {
			// A busy peer says so at once.
			self.note_silence(peer);
			return Ok(Taken::Refused(Refusal::Busy));
		}
		if !self.is_wanted(&want) {
			return Ok(Taken::Ignored);
		}
		let taken = match answer {
			Answer::Refused(refusal) => Ok(Taken::Refused(refusal)),
			answer => self.take(want, answer).map(|()| Taken::Verified),
		};
		let standing = match &taken {
			Err(_) => Standing::Liar,
			// The caller asks it later.
			Ok(Taken::Refused(Refusal::Busy)) => Standing::Asked { silent: 0 },
			Ok(Taken::Refused(_)) => Standing::Without,
			Ok(_) => Standing::Asked { silent: 0 },
		};
		// It may have left meanwhile.
		if let Some(known) = self.peers.get_mut(peer) {
			*known = standing;
		}
		taken
	}

	fn take(&mut self, want: Want, answer: Answer) -> Result<(), Fault> {
		match (want, answer) {
			(Want::Outline, Answer::Outline(outline)) => {
				outline.verify(&self.root)?;
				self.begin(outline.0);
				Ok(())
			},
			(Want::Part { table, part }, Answer::Part(found)) => {
				let root = self.outline.as_ref().and_then(|outline| outline.get(usize::from(table)).copied());
				let root = root.ok_or(Fault::OtherAnswer)?;
				found.verify(table, part, &root)?;
				self.take_part(table, part, root, found)
			},
			(Want::More { table, part, from }, Answer::More(values)) => self.take_more((table, part, from), values),
			_ => Err(Fault::OtherAnswer),
		}
	}

	/// Begins with the roots of all tables. Keeps what a transfer before has of the same tables.
	fn begin(&mut self, outline: Vec<Hash>) {
		let is_same = |table: &u8, root: &Hash| outline.get(usize::from(*table)) == Some(root);
		self.complete.retain(|table, root| is_same(table, root));
		self.open.retain(|table, open| is_same(table, &open.root));
		let empty = Table::default().root();
		for (table, root) in (0..=u8::MAX).zip(&outline).filter(|(_, root)| **root == empty) {
			self.builder.clear_table(table);
			self.complete.insert(table, *root);
		}
		self.outline = Some(outline);
		self.accounts = self.complete.keys().map(|table| self.builder.accounts_of(*table)).sum();
	}

	fn take_part(&mut self, table: u8, part: u32, root: Hash, found: Part) -> Result<(), Fault> {
		let Part { bits, accounts, rest, .. } = found;
		// Every part of the table has these bits: the root commits to them.
		let open = self.open.entry(table).or_insert_with(|| Open {
			root,
			bits,
			parts: (0..part_count(bits)).map(|_| Progress::Wanted).collect(),
		});
		let progress = open.parts.get_mut(part as usize).ok_or(Fault::OtherAnswer)?;
		*progress = match rest.is_empty() {
			true => Progress::Whole(accounts),
			false => Progress::Begun { accounts, rest },
		};
		self.close(table)
	}

	fn take_more(&mut self, (table, part, from): (u8, u32, u32), values: Vec<Vec<u8>>) -> Result<(), Fault> {
		let open = self.open.get_mut(&table).and_then(|open| open.parts.get_mut(part as usize));
		let Some(progress @ Progress::Begun { .. }) = open else { return Err(Fault::OtherAnswer) };
		let Progress::Begun { accounts, rest } = progress else { return Err(Fault::OtherAnswer) };
		if place(accounts.len()) != from {
			return Err(Fault::OtherAnswer);
		}
		verify_more(&values, rest)?;
		let keys = rest.drain(..values.len()).map(|entry| entry.key);
		accounts.extend(keys.zip(values));
		if rest.is_empty() {
			*progress = Progress::Whole(std::mem::take(accounts));
		}
		self.close(table)
	}

	/// Moves a table that is whole to the builder.
	fn close(&mut self, table: u8) -> Result<(), Fault> {
		let Some(open) = self.open.get(&table) else { return Ok(()) };
		if !open.parts.iter().all(|progress| matches!(progress, Progress::Whole(_))) {
			return Ok(());
		}
		let Some(Open { root, bits, parts }) = self.open.remove(&table) else { return Ok(()) };
		let accounts: Vec<_> = parts
			.into_iter()
			.flat_map(|progress| match progress {
				Progress::Whole(accounts) => accounts,
				Progress::Wanted | Progress::Begun { .. } => Vec::new(),
			})
			.collect();
		let ascending = accounts.iter().map(|(key, value)| (*key, &value[..]));
		self.builder.set_table(table, bits, ascending).map_err(|_| Fault::Order)?;
		// The root commits to the number of accounts, and all parts lead to the root: a table that differs here was committed so.
		if self.builder.table_root(table) != root {
			return Err(Fault::Root);
		}
		self.accounts += self.builder.accounts_of(table);
		self.complete.insert(table, root);
		Ok(())
	}

	/// Returns the tables.
	///
	/// # Errors
	/// If they are not complete.
	pub fn finish(self) -> Result<StoreBuilder, StoreError> {
		match self.is_complete() && self.builder.root() == self.root {
			true => Ok(self.builder),
			false => Err(StoreError::Missing),
		}
	}
}

fn place(count: usize) -> u32 {
	u32::try_from(count).expect("a bucket has fewer than 2^20 accounts; qed")
}
