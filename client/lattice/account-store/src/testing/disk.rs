//! A disk in memory that keeps apart what is durable.
//!
//! A power cut at an operation carries it out in part. Afterwards each write since the last sync of its file is there, or
//! lost, or torn, or has a flipped bit, in any combination; the same holds for names since the last sync of the folder. A
//! failed sync drops what it should have made durable, and another sync does not bring it back.

use crate::disk::{File, Folder};
use parking_lot::Mutex;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{collections::BTreeMap, io, sync::Arc};

enum Write {
	Bytes(usize, Vec<u8>),
	Size(usize),
}

#[derive(Default)]
struct Contents {
	now: Vec<u8>,
	durable: Vec<u8>,
	unsynced: Vec<Write>,
}

enum Naming {
	Link(String, u64),
	Rename(u64, String, String),
	Remove(String),
}

/// Operations that fail.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
	/// The first operation that fails.
	pub from: u64,
	/// How many fail.
	pub count: u64,
}

struct Disk {
	names: BTreeMap<String, u64>,
	durable_names: BTreeMap<String, u64>,
	namings: Vec<Naming>,
	files: BTreeMap<u64, Contents>,
	random: ChaCha8Rng,
	operations: u64,
	bytes_read: u64,
	power_cut_at: Option<u64>,
	fault: Option<Fault>,
	is_off: bool,
}

/// The disk.
#[derive(Clone)]
pub struct FaultyDisk(Arc<Mutex<Disk>>);

struct OpenFile(Arc<Mutex<Disk>>, u64);

/// The outcome of an operation.
enum Fate {
	Whole,
	/// It fails, after this part of a write or nothing.
	Fails(io::Error),
	/// The power is cut during it.
	Cut,
}

fn write(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
	let end = at + new.len();
	if bytes.len() < end {
		bytes.resize(end, 0);
	}
	bytes[at..end].copy_from_slice(new);
}

fn rename(names: &mut BTreeMap<String, u64>, naming: &Naming) {
	match naming {
		Naming::Link(name, file) => {
			names.insert(name.clone(), *file);
		},
		Naming::Rename(file, from, to) => {
			if names.get(from) == Some(file) {
				names.remove(from);
			}
			names.insert(to.clone(), *file);
		},
		Naming::Remove(name) => {
			names.remove(name);
		},
	}
}

fn off() -> io::Error {
	io::Error::other("the power is off")
}

impl Disk {
	fn fate(&mut self) -> io::Result<Fate> {
		if self.is_off {
			return Err(off());
		}
		self.operations += 1;
		if self.power_cut_at == Some(self.operations) {
			self.is_off = true;
			return Ok(Fate::Cut);
		}
		let fails = |fault: Fault| (fault.from..fault.from + fault.count).contains(&self.operations);
		Ok(match self.fault.is_some_and(fails) {
			true => Fate::Fails(io::ErrorKind::StorageFull.into()),
			false => Fate::Whole,
		})
	}

	/// Carries out an operation on names, or half of the time if the power is cut during it.
	fn name(&mut self, naming: Naming) -> io::Result<()> {
		let outcome = match self.fate()? {
			Fate::Whole => Ok(()),
			Fate::Fails(error) => return Err(error),
			Fate::Cut if self.random.gen() => Err(off()),
			Fate::Cut => return Err(off()),
		};
		rename(&mut self.names, &naming);
		self.namings.push(naming);
		outcome
	}

	fn change(&mut self, file: u64, change: Write) -> io::Result<()> {
		let fate = self.fate()?;
		let part = |random: &mut ChaCha8Rng, change: Write| match change {
			Write::Bytes(at, mut bytes) => {
				bytes.truncate(random.gen_range(0..=bytes.len()));
				Some(Write::Bytes(at, bytes))
			},
			Write::Size(_) => None,
		};
		let (change, outcome) = match fate {
			Fate::Whole => (Some(change), Ok(())),
			Fate::Fails(error) => (part(&mut self.random, change), Err(error)),
			Fate::Cut => (part(&mut self.random, change), Err(off())),
		};
		let contents = self.files.get_mut(&file).expect("it is open");
		if let Some(change) = change {
			match &change {
				Write::Bytes(at, bytes) => write(&mut contents.now, *at, bytes),
				Write::Size(size) => contents.now.resize(*size, 0),
			}
			contents.unsynced.push(change);
		}
		outcome
	}

	fn sync(&mut self, file: u64) -> io::Result<()> {
		match self.fate()? {
			Fate::Whole => {
				let contents = self.files.get_mut(&file).expect("it is open");
				for change in contents.unsynced.drain(..) {
					match change {
						Write::Bytes(at, bytes) => write(&mut contents.durable, at, &bytes),
						Write::Size(size) => contents.durable.resize(size, 0),
					}
				}
				Ok(())
			},
			Fate::Fails(error) => {
				// Some of it may be durable, and the rest will not be.
				self.keep_some(file);
				Err(error)
			},
			Fate::Cut => Err(off()),
		}
	}

	/// Makes a part of the unsynced writes durable, and forgets the others.
	fn keep_some(&mut self, file: u64) {
		let random = &mut self.random;
		let contents = self.files.get_mut(&file).expect("it exists");
		for change in std::mem::take(&mut contents.unsynced) {
			match (change, random.gen_range(0..6)) {
				(Write::Bytes(at, bytes), 0 | 1) => write(&mut contents.durable, at, &bytes),
				(Write::Bytes(at, bytes), 2) => {
					write(&mut contents.durable, at, &bytes[..random.gen_range(0..=bytes.len())]);
				},
				(Write::Bytes(at, bytes), 3) => {
					// Sectors become durable in any order. The others read as zeros if the file has its length.
					for (index, sector) in bytes.chunks(64).enumerate() {
						if random.gen() {
							write(&mut contents.durable, at + index * 64, sector);
						}
					}
				},
				(Write::Bytes(at, mut bytes), 4) if !bytes.is_empty() => {
					let flipped = random.gen_range(0..bytes.len());
					bytes[flipped] ^= 1 << random.gen_range(0..8);
					write(&mut contents.durable, at, &bytes);
				},
				(Write::Size(size), 0..=2) => contents.durable.resize(size, 0),
				_ => {},
			}
		}
	}
}

impl FaultyDisk {
	/// Returns an empty disk.
	pub fn new(seed: u64) -> Self {
		Self(Arc::new(Mutex::new(Disk {
			names: BTreeMap::new(),
			durable_names: BTreeMap::new(),
			namings: Vec::new(),
			files: BTreeMap::new(),
			random: ChaCha8Rng::seed_from_u64(seed),
			operations: 0,
			bytes_read: 0,
			power_cut_at: None,
			fault: None,
			is_off: false,
		})))
	}

	/// Returns it as the store's folder.
	pub fn folder(&self) -> Arc<dyn Folder> {
		Arc::new(self.clone())
	}

	/// Returns the number of writes, syncs, creations, renamings and removals so far.
	pub fn operations(&self) -> u64 {
		self.0.lock().operations
	}

	/// Returns the number of bytes that were read so far.
	pub fn bytes_read(&self) -> u64 {
		self.0.lock().bytes_read
	}

	/// Cuts the power at an operation, counted from now on.
	pub fn cut_power_in(&self, operations: u64) {
		let mut disk = self.0.lock();
		disk.power_cut_at = Some(disk.operations + operations);
	}

	/// Makes operations fail.
	pub fn fail(&self, fault: Fault) {
		self.0.lock().fault = Some(fault);
	}

	/// Ends what [`Self::fail`] began.
	pub fn repair(&self) {
		self.0.lock().fault = None;
	}

	/// Whether the power is off.
	pub fn is_off(&self) -> bool {
		self.0.lock().is_off
	}

	/// Cuts the power, and turns it on again.
	pub fn reboot(&self) {
		let mut disk = self.0.lock();
		let all: Vec<u64> = disk.files.keys().copied().collect();
		for file in all {
			disk.keep_some(file);
			let contents = disk.files.get_mut(&file).expect("it is listed");
			contents.now = contents.durable.clone();
		}
		let ordered = disk.random.gen::<bool>();
		for naming in std::mem::take(&mut disk.namings) {
			match disk.random.gen_range(0..3) {
				0 if ordered => break,
				0 => {},
				_ => rename(&mut disk.durable_names, &naming),
			}
		}
		disk.names = disk.durable_names.clone();
		let named: Vec<u64> = disk.names.values().copied().collect();
		disk.files.retain(|file, _| named.contains(file));
		(disk.is_off, disk.power_cut_at, disk.fault) = (false, None, None);
	}

	/// Returns the names of files and their sizes.
	pub fn files(&self) -> BTreeMap<String, usize> {
		let disk = self.0.lock();
		disk.names.iter().map(|(name, file)| (name.clone(), disk.files[file].now.len())).collect()
	}

	/// Flips a bit of a file, as a disk that ages.
	pub fn flip(&self, name: &str, at: usize) {
		let mut disk = self.0.lock();
		let file = disk.names[name];
		let contents = disk.files.get_mut(&file).expect("it has a name");
		contents.now[at] ^= 4;
		contents.durable = contents.now.clone();
	}

	/// Removes a file, as a user could.
	pub fn lose(&self, name: &str) {
		let mut disk = self.0.lock();
		disk.names.remove(name);
		disk.durable_names.remove(name);
	}
}

impl Folder for FaultyDisk {
	fn list(&self) -> io::Result<Vec<String>> {
		let disk = self.0.lock();
		if disk.is_off {
			return Err(off());
		}
		Ok(disk.names.keys().cloned().collect())
	}

	fn create(&self, name: &str) -> io::Result<Arc<dyn File>> {
		let mut disk = self.0.lock();
		// A file that is open stays what it is; only the name leads to the new one.
		let file = disk.files.keys().next_back().map_or(0, |last| last + 1);
		disk.files.insert(file, Contents::default());
		disk.name(Naming::Link(name.into(), file))?;
		Ok(Arc::new(OpenFile(self.0.clone(), file)))
	}

	fn open(&self, name: &str) -> io::Result<Arc<dyn File>> {
		let disk = self.0.lock();
		match disk.names.get(name) {
			_ if disk.is_off => Err(off()),
			Some(file) => Ok(Arc::new(OpenFile(self.0.clone(), *file))),
			None => Err(io::ErrorKind::NotFound.into()),
		}
	}

	fn rename(&self, from: &str, to: &str) -> io::Result<()> {
		let mut disk = self.0.lock();
		match disk.names.get(from).copied() {
			_ if disk.is_off => Err(off()),
			Some(file) => disk.name(Naming::Rename(file, from.into(), to.into())),
			None => Err(io::ErrorKind::NotFound.into()),
		}
	}

	fn remove(&self, name: &str) -> io::Result<()> {
		let mut disk = self.0.lock();
		if !disk.is_off && !disk.names.contains_key(name) {
			return Err(io::ErrorKind::NotFound.into());
		}
		disk.name(Naming::Remove(name.into()))
	}

	fn sync(&self) -> io::Result<()> {
		let mut disk = self.0.lock();
		match disk.fate()? {
			Fate::Whole => {
				disk.durable_names = disk.names.clone();
				disk.namings.clear();
				Ok(())
			},
			Fate::Fails(error) => Err(error),
			Fate::Cut => Err(off()),
		}
	}
}

impl File for OpenFile {
	fn size(&self) -> io::Result<u64> {
		let disk = self.0.lock();
		match disk.files.get(&self.1) {
			Some(contents) if !disk.is_off => Ok(contents.now.len() as u64),
			_ => Err(off()),
		}
	}

	fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
		let mut disk = self.0.lock();
		disk.bytes_read += buffer.len() as u64;
		let from = usize::try_from(offset).expect("files are small");
		match disk.files.get(&self.1) {
			Some(contents) if !disk.is_off => match contents.now.get(from..from + buffer.len()) {
				Some(bytes) => {
					buffer.copy_from_slice(bytes);
					Ok(())
				},
				None => Err(io::ErrorKind::UnexpectedEof.into()),
			},
			_ => Err(off()),
		}
	}

	fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
		let offset = usize::try_from(offset).expect("files are small");
		self.0.lock().change(self.1, Write::Bytes(offset, bytes.to_vec()))
	}

	fn set_size(&self, size: u64) -> io::Result<()> {
		self.0.lock().change(self.1, Write::Size(usize::try_from(size).expect("files are small")))
	}

	fn sync(&self) -> io::Result<()> {
		self.0.lock().sync(self.1)
	}
}
