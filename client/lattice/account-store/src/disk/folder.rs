//! Access to files, as a trait: the log and the snapshots are tested on a disk that loses power and fails.

use std::{
	fs, io,
	os::unix::fs::FileExt,
	path::{Path, PathBuf},
	sync::Arc,
};

/// A folder that one store has for itself.
pub trait Folder: Send + Sync {
	/// Returns the names of its files, in any order.
	fn list(&self) -> io::Result<Vec<String>>;
	/// Creates an empty file in place of any of that name. The name is durable after [`Self::sync`].
	fn create(&self, name: &str) -> io::Result<Arc<dyn File>>;
	/// Opens a file.
	fn open(&self, name: &str) -> io::Result<Arc<dyn File>>;
	/// Renames a file, in place of any of the new name. Durable after [`Self::sync`].
	fn rename(&self, from: &str, to: &str) -> io::Result<()>;
	/// Removes a file. Durable after [`Self::sync`].
	fn remove(&self, name: &str) -> io::Result<()>;
	/// Makes all names durable.
	fn sync(&self) -> io::Result<()>;
}

/// An open file.
pub trait File: Send + Sync {
	/// Returns its size.
	fn size(&self) -> io::Result<u64>;
	/// Reads as many bytes as the buffer has, or fails.
	fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
	/// Writes all bytes. Durable after [`Self::sync`].
	fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
	/// Cuts the file, or extends it by zeros. Durable after [`Self::sync`].
	fn set_size(&self, size: u64) -> io::Result<()>;
	/// Makes all that was written durable. After an error it is unknown what is, and another call does not tell.
	fn sync(&self) -> io::Result<()>;
}

/// Reads a whole file.
pub(crate) fn read_all(file: &dyn File) -> io::Result<Vec<u8>> {
	let size = usize::try_from(file.size()?).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
	let mut bytes = vec![0; size];
	file.read_at(0, &mut bytes)?;
	Ok(bytes)
}

/// The end of the name of a file that is not complete.
pub(crate) const UNFINISHED: &str = ".new";

/// The file whose lock keeps a second process out.
const LOCK: &str = "LOCK";

/// A folder of the file system.
#[derive(Debug)]
pub struct DiskFolder {
	path: PathBuf,
	/// The lock ends with the process, or when this is dropped.
	_lock: fs::File,
}

impl DiskFolder {
	/// Opens a folder, and creates it if it does not exist.
	///
	/// # Errors
	/// `WouldBlock` if another process has it open.
	pub fn open(path: &Path) -> io::Result<Self> {
		fs::create_dir_all(path)?;
		let lock = fs::OpenOptions::new().create(true).append(true).open(path.join(LOCK))?;
		lock.try_lock().map_err(io::Error::from)?;
		Ok(Self { path: path.into(), _lock: lock })
	}
}

impl Folder for DiskFolder {
	fn list(&self) -> io::Result<Vec<String>> {
		let mut names = Vec::new();
		for entry in fs::read_dir(&self.path)? {
			names.extend(entry?.file_name().into_string().ok().filter(|name| name != LOCK));
		}
		Ok(names)
	}

	fn create(&self, name: &str) -> io::Result<Arc<dyn File>> {
		let mut options = fs::OpenOptions::new();
		Ok(Arc::new(options.create(true).truncate(true).read(true).write(true).open(self.path.join(name))?))
	}

	fn open(&self, name: &str) -> io::Result<Arc<dyn File>> {
		Ok(Arc::new(fs::OpenOptions::new().read(true).write(true).open(self.path.join(name))?))
	}

	fn rename(&self, from: &str, to: &str) -> io::Result<()> {
		fs::rename(self.path.join(from), self.path.join(to))
	}

	fn remove(&self, name: &str) -> io::Result<()> {
		fs::remove_file(self.path.join(name))
	}

	fn sync(&self) -> io::Result<()> {
		fs::File::open(&self.path)?.sync_all()
	}
}

impl File for fs::File {
	fn size(&self) -> io::Result<u64> {
		Ok(self.metadata()?.len())
	}

	fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
		self.read_exact_at(buffer, offset)
	}

	fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
		self.write_all_at(bytes, offset)
	}

	fn set_size(&self, size: u64) -> io::Result<()> {
		self.set_len(size)
	}

	fn sync(&self) -> io::Result<()> {
		self.sync_data()
	}
}
