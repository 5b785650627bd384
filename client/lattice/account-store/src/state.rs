//! The accounts in memory: tables, the tree over them, the newest version, and the history.
//!
//! Locks, in the order in which they are taken: `composing`, `top`, a table, `history`, then `head` or `pins`. `top` and tables
//! are never taken under `history`. Commits wait for `top` and for tables, so a reader reads the disk before it takes one, and
//! holds no table but its own while it hashes.
//!
//! A publication holds `top` for writing, so a holder of `top` sees all tables at one version. Readers of single accounts hold
//! a table alone: it tells the version that changed it last, and the history tells what stood there before.

use crate::{
	changes::ChangesBuilder,
	disk::TableBefore,
	error::StoreError,
	head::Head,
	history::{Composed, History, Step},
	table::{ChangedAccount, Planner, Table, TablePlan},
	tree::{Nodes, Tree},
};
use parking_lot::{Mutex, RwLock, RwLockReadGuard};
use std::{collections::BTreeMap, sync::Arc};
use tp_account_store::{AccountKey, AccountProof, BatchHasher, Hash, TABLES};

/// The accounts in memory.
pub struct State {
	tables: Box<[RwLock<Table>]>,
	top: RwLock<Tree>,
	head: RwLock<Head>,
	/// The recent versions.
	pub history: RwLock<History>,
	/// The number of readers of each version.
	pins: Mutex<BTreeMap<u64, usize>>,
	/// Held while the changes since an old version are composed: once at a time, since readers are anonymous, and many of them
	/// would multiply the memory that it takes.
	composing: Mutex<()>,
}

/// What a block does.
#[derive(Debug, Default)]
pub struct Plan {
	/// The tables that it changes.
	tables: Vec<(TableBefore, TablePlan)>,
	top: Nodes,
	/// The changes, encoded.
	pub forward: Vec<u8>,
	/// What they replace, encoded.
	pub reverse: Vec<u8>,
}

impl Plan {
	/// Returns the plan of a block without changes.
	pub fn nothing() -> Self {
		let empty = || ChangesBuilder::default().finish();
		Self { tables: Vec::new(), top: Vec::new(), forward: empty(), reverse: empty() }
	}

	/// Returns what the tables were that it changes, in ascending order.
	pub fn tables_before(&self) -> Vec<TableBefore> {
		self.tables.iter().map(|(before, _)| *before).collect()
	}

	/// Returns the bytes that it takes in memory.
	pub fn bytes(&self) -> usize {
		let tables: usize = self.tables.iter().map(|(_, plan)| plan.bytes()).sum();
		tables + self.forward.len() + self.reverse.len()
	}
}

/// Changed accounts.
pub type Delta<'a> = Vec<ChangedAccount<'a>>;

/// Sorts changes, and leaves the last one of each account. The first bytes of the keys are sorted: changes are far larger, and
/// few keys have the same.
fn sorted(delta: Delta) -> Delta {
	let first = |key: &AccountKey| u64::from_be_bytes(*key.0.first_chunk().expect("a key has 48 bytes; qed"));
	let mut order: Vec<_> = delta.iter().enumerate().map(|(index, (key, _))| (first(key), index)).collect();
	order.sort_unstable_by(|one, other| {
		let keys = || delta[one.1].0.cmp(&delta[other.1].0);
		one.0.cmp(&other.0).then_with(keys).then(one.1.cmp(&other.1))
	});
	let mut sorted = Delta::with_capacity(delta.len());
	for (_, index) in order {
		match sorted.last_mut() {
			Some(last) if last.0 == delta[index].0 => *last = delta[index],
			_ => sorted.push(delta[index]),
		}
	}
	sorted
}

/// Returns sorted changes, table by table.
fn by_table<'a, 'b>(delta: &'b [ChangedAccount<'a>]) -> impl Iterator<Item = &'b [ChangedAccount<'a>]> {
	delta.chunk_by(|one, other| one.0.table() == other.0.table())
}

impl State {
	/// Puts the state together from its 256 tables.
	pub fn new(tables: Vec<Table>, history: History) -> Self {
		debug_assert_eq!(tables.len(), TABLES);
		let top =
			RwLock::new(Tree::build(&tables.iter().map(Table::root).collect::<Vec<_>>(), &mut BatchHasher::default()));
		let head = RwLock::new(history.newest());
		let tables = tables.into_iter().map(RwLock::new).collect();
		Self { tables, top, head, history: RwLock::new(history), pins: Mutex::default(), composing: Mutex::default() }
	}

	/// Returns the newest version.
	pub fn head(&self) -> Head {
		*self.head.read()
	}

	/// Returns the root that the tables have.
	pub fn root(&self) -> Hash {
		self.top.read().root()
	}

	/// Returns the table, and the newest version, which includes all that the table has.
	pub fn table_at_head(&self, table: u8) -> (RwLockReadGuard<'_, Table>, Head) {
		let top = self.top.read();
		let table = self.tables[usize::from(table)].read();
		let head = self.head();
		drop(top);
		(table, head)
	}

	/// Returns the steps after a version.
	fn steps(&self, version: u64) -> Result<Vec<Arc<Step>>, StoreError> {
		self.history.read().after(version)
	}

	/// Returns the value of an account at a version.
	pub fn get(&self, version: u64, key: &AccountKey) -> Result<Option<Vec<u8>>, StoreError> {
		let table = self.tables[usize::from(key.table())].read();
		let present = table.get(key).map(<[u8]>::to_vec);
		if table.version <= version {
			return Ok(present);
		}
		drop(table);
		for step in self.steps(version)? {
			if let Some(replaced) = step.replaced(key)? {
				return Ok(replaced);
			}
		}
		Ok(present)
	}

	/// Returns the first account at a version whose key is above a sequence of bytes of any length.
	pub fn next(&self, version: u64, above: &[u8]) -> Result<Option<AccountKey>, StoreError> {
		let first = above.first().copied().unwrap_or(0);
		for number in first..=u8::MAX {
			// All keys of a later table are above.
			let above = if number == first { above } else { &[number][..] };
			if let Some(key) = self.next_in_table(version, number, above)? {
				return Ok(Some(key));
			}
		}
		Ok(None)
	}

	fn next_in_table(&self, version: u64, number: u8, above: &[u8]) -> Result<Option<AccountKey>, StoreError> {
		let mut above = above.to_vec();
		loop {
			let table = self.tables[usize::from(number)].read();
			let present = table.next(&above);
			if table.version <= version {
				return Ok(present);
			}
			drop(table);
			// An account that existed at the version is there now, or a later version removed it.
			let mut next = present;
			for step in self.steps(version)? {
				let changed = step.next(&above)?.filter(|key| key.table() == number);
				next = [next, changed].into_iter().flatten().min();
			}
			let Some(key) = next else { return Ok(None) };
			if self.get(version, &key)?.is_some() {
				return Ok(Some(key));
			}
			above = key.0.to_vec();
		}
	}

	/// Plans changes on a version, and returns the root that they lead to. They need not be sorted; the last change of an
	/// account counts. The plan is `None` if the version is not the newest: it could not be carried out.
	pub fn plan(&self, version: u64, delta: Delta) -> Result<(Hash, Option<Plan>), StoreError> {
		let delta = sorted(delta);
		let top = self.top.read();
		if self.head().version == version {
			let (root, plan) = self.plan_on(&top, &delta);
			return Ok((root, Some(plan)));
		}
		drop(top);
		Ok((self.root_on_old(version, &delta)?, None))
	}

	/// Plans sorted changes on the tables as they are.
	fn plan_on(&self, top: &Tree, delta: &[ChangedAccount]) -> (Hash, Plan) {
		let mut planner = Planner::new(delta);
		let mut plan = Plan::default();
		let mut leaves = Nodes::new();
		for changes in by_table(delta) {
			let number = changes[0].0.table();
			let table = self.tables[usize::from(number)].read();
			if let Some(planned) = table.plan(changes, table.bits(), &mut planner) {
				let leaf = top.leaf(u32::from(number));
				let before = TableBefore { number, bits: table.bits(), root: *top.node(leaf) };
				leaves.push((leaf, planned.root));
				plan.tables.push((before, planned));
			}
		}
		plan.top = top.plan(leaves, &mut planner.hasher);
		(plan.forward, plan.reverse) = (planner.forward.finish(), planner.reverse.finish());
		(plan.top.last().map_or_else(|| top.root(), |(_, root)| *root), plan)
	}

	/// Returns the tree over the tables at an old version.
	fn top_at(&self, version: u64, hasher: &mut BatchHasher) -> Result<Tree, StoreError> {
		let mut tree = self.top.read().clone();
		// The steps are read after the tree, so they have all that it has. What a step replaced that is not in the tree yet is
		// what the tree has.
		let mut before = BTreeMap::new();
		for step in self.steps(version)? {
			for TableBefore { number, root, .. } in &step.tables {
				before.entry(*number).or_insert(*root);
			}
		}
		let leaves = before.into_iter().map(|(number, root)| (tree.leaf(u32::from(number)), root)).collect();
		let nodes = tree.plan(leaves, hasher);
		tree.set(&nodes);
		Ok(tree)
	}

	/// Returns what the accounts of tables were at a version, where later steps changed them, and the number of these steps.
	fn composed(&self, version: u64, tables: &[u8]) -> Result<(Composed, usize), StoreError> {
		let mut composed = Composed::default();
		let steps = self.steps(version)?;
		composed.add(&steps, tables)?;
		Ok((composed, steps.len()))
	}

	/// Locks a table, and returns it with the number of bits that it had at a version. `composed` has the first `added` steps
	/// after the version, and gets the later ones.
	fn old_table(
		&self,
		version: u64,
		number: u8,
		(composed, mut added): (&mut Composed, usize),
	) -> Result<(RwLockReadGuard<'_, Table>, u8), StoreError> {
		// Blocks are committed meanwhile. Few are left for the time under the lock, and these are mostly in memory.
		loop {
			let steps = self.steps(version)?;
			if steps.len() == added {
				break;
			}
			composed.add(&steps[added..], &[number])?;
			added = steps.len();
		}
		let table = self.tables[usize::from(number)].read();
		let steps = self.steps(version)?;
		// A step that the table does not have yet replaced what the table has.
		composed.add(&steps[added..], &[number])?;
		let bits = steps.iter().find_map(|step| step.table(number)).map_or_else(|| table.bits(), |before| before.bits);
		Ok((table, bits))
	}

	/// Returns the root that sorted changes on an old version lead to.
	fn root_on_old(&self, version: u64, delta: &[ChangedAccount]) -> Result<Hash, StoreError> {
		let _alone = self.composing.lock();
		let mut hasher = BatchHasher::default();
		let top = self.top_at(version, &mut hasher)?;
		let parts: Vec<_> = by_table(delta).collect();
		let tables: Vec<u8> = parts.iter().map(|changes| changes[0].0.table()).collect();
		let (mut composed, added) = self.composed(version, &tables)?;
		let mut leaves = Nodes::new();
		// A publication takes the tables in ascending order. In the same order it would wait for this reader at each of them.
		for changes in parts.into_iter().rev() {
			let number = changes[0].0.table();
			let (table, bits) = self.old_table(version, number, (&mut composed, added))?;
			let mut all: BTreeMap<_, _> = composed.table(number).collect();
			all.extend(changes.iter().copied());
			let all: Delta = all.into_iter().collect();
			let planned = table.plan(&all, bits, &mut Planner::new(&all));
			leaves.push((top.leaf(u32::from(number)), planned.map_or_else(|| table.root(), |planned| planned.root)));
		}
		leaves.reverse();
		Ok(top.plan(leaves, &mut hasher).last().map_or_else(|| top.root(), |(_, root)| *root))
	}

	/// Carries a plan out, and publishes the version. Its step is in the history already.
	pub fn publish(&self, plan: Plan, head: Head) {
		let mut top = self.top.write();
		for (TableBefore { number, .. }, planned) in plan.tables {
			self.tables[usize::from(number)].write().apply(planned, &plan.forward, head.version);
		}
		top.set(&plan.top);
		*self.head.write() = head;
	}

	/// Proves an account at a version.
	pub fn prove(&self, version: u64, key: &AccountKey) -> Result<AccountProof, StoreError> {
		let number = key.table();
		let top = self.top.read();
		if self.head().version == version {
			let table = self.tables[usize::from(number)].read();
			return Ok(table.prove(key, top.path(u32::from(number))));
		}
		drop(top);
		let _alone = self.composing.lock();
		let path = self.top_at(version, &mut BatchHasher::default())?.path(u32::from(number));
		let (mut composed, added) = self.composed(version, &[number])?;
		let (table, bits) = self.old_table(version, number, (&mut composed, added))?;
		let delta: Delta = composed.table(number).collect();
		let mut planner = Planner::new(&delta);
		Ok(match table.plan(&delta, bits, &mut planner) {
			Some(plan) => table.prove_planned(&plan, planner.forward.entries(), key, path),
			None => table.prove(key, path),
		})
	}

	/// Returns the roots of all tables at a version.
	pub fn table_roots(&self, version: u64) -> Result<Vec<Hash>, StoreError> {
		let tree = self.top_at(version, &mut BatchHasher::default())?;
		Ok((0..=u8::MAX).map(|number| *tree.node(tree.leaf(u32::from(number)))).collect())
	}

	/// Copies a table as it was at a version.
	pub fn table_at(&self, version: u64, number: u8) -> Result<Table, StoreError> {
		let table = self.tables[usize::from(number)].read();
		if table.version <= version {
			return Ok(table.clone());
		}
		drop(table);
		let _alone = self.composing.lock();
		let (mut composed, added) = self.composed(version, &[number])?;
		let (table, bits) = self.old_table(version, number, (&mut composed, added))?;
		let mut copy = table.clone();
		drop(table);
		let delta: Delta = composed.table(number).collect();
		let mut planner = Planner::new(&delta);
		if let Some(plan) = copy.plan(&delta, bits, &mut planner) {
			copy.apply(plan, planner.forward.entries(), version);
		}
		Ok(copy)
	}

	/// Counts a reader of a version that is kept.
	pub fn pin(&self, version: u64) -> Result<Head, StoreError> {
		// Pruning takes the pins under the lock of the history, so that it does not forget the version in between.
		let history = self.history.read();
		let head = match self.head() {
			head if head.version == version => head,
			// A version in the history is published a moment later.
			head if version > head.version => return Err(StoreError::NotYet { version, head: head.version }),
			_ => history.at(version)?,
		};
		*self.pins.lock().entry(version).or_default() += 1;
		Ok(head)
	}

	/// Ends what [`Self::pin`] began.
	pub fn unpin(&self, version: u64) {
		let mut pins = self.pins.lock();
		if let Some(readers) = pins.get_mut(&version) {
			*readers -= 1;
			if *readers == 0 {
				pins.remove(&version);
			}
		}
	}

	/// Returns the oldest version that has readers.
	pub fn oldest_pin(&self) -> Option<u64> {
		self.pins.lock().keys().next().copied()
	}

	/// Returns the number of accounts, and the bytes that the tables take.
	pub fn size(&self) -> (u64, usize) {
		let sizes = self.tables.iter().map(|table| {
			let table = table.read();
			(table.count(), table.bytes())
		});
		sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1))
	}
}
