//! The packages of a workspace and their dependencies, as far as the rules need it.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Names a package: crates of one name can occur in several versions.
pub type Id = String;

/// A package that takes part in the build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
	/// Its name.
	pub name: String,
	/// Its version.
	pub version: String,
	/// Whether it is a member of the workspace.
	pub member: bool,
	/// Its folder, relative to the workspace, if it lies in it. Empty for crates of a registry.
	pub folder: String,
	/// Its direct dependencies.
	pub dependencies: BTreeSet<Dependency>,
}

/// An edge of the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
	/// The package that is needed.
	pub on: Id,
	/// Whether only tests need it.
	pub dev: bool,
}

/// The dependencies between packages. Build dependencies are left out: they run on the builder's machine and are no part
/// of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
	/// All packages.
	pub packages: BTreeMap<Id, Package>,
}

impl Graph {
	/// Reads what `cargo metadata --format-version 1` prints. `None` if it is something else, or without the resolved
	/// graph (`--no-deps`).
	pub fn from_metadata(metadata: &Value) -> Option<Self> {
		let members: BTreeSet<&str> = strings(&metadata["workspace_members"])?.collect();
		let root = metadata["workspace_root"].as_str()?;
		let mut packages = BTreeMap::new();
		for package in metadata["packages"].as_array()? {
			let id = package["id"].as_str()?;
			let manifest = package["manifest_path"].as_str()?;
			let folder = manifest.strip_prefix(root).and_then(|inside| inside.strip_suffix("/Cargo.toml"));
			let described = Package {
				name: package["name"].as_str()?.into(),
				version: package["version"].as_str()?.into(),
				member: members.contains(id),
				folder: folder.unwrap_or_default().trim_start_matches('/').into(),
				dependencies: BTreeSet::new(),
			};
			packages.insert(id.to_string(), described);
		}
		for node in metadata["resolve"]["nodes"].as_array()? {
			let package = packages.get_mut(node["id"].as_str()?)?;
			for dependency in node["deps"].as_array()? {
				let on = dependency["pkg"].as_str()?;
				for kind in dependency["dep_kinds"].as_array()? {
					let dev = match kind["kind"].as_str() {
						None => false,
						Some("dev") => true,
						Some(_) => continue,
					};
					package.dependencies.insert(Dependency { on: on.into(), dev });
				}
			}
		}
		Some(Self { packages })
	}

	/// The packages of this workspace.
	pub fn members(&self) -> impl Iterator<Item = &Package> {
		self.packages.values().filter(|package| package.member)
	}

	/// What a package depends on directly, in the product (`dev`: in its tests as well).
	pub fn direct<'a>(&'a self, package: &'a Package, dev: bool) -> impl Iterator<Item = &'a Package> {
		let wanted = package.dependencies.iter().filter(move |dependency| dev || !dependency.dev);
		wanted.filter_map(|dependency| self.packages.get(&dependency.on))
	}

	/// Names of all packages in a package's product, with one path from the package to each.
	pub fn transitive<'a>(&'a self, package: &'a Package) -> BTreeMap<&'a str, Vec<&'a str>> {
		let mut found = BTreeMap::new();
		let mut open = vec![(package, vec![package.name.as_str()])];
		while let Some((package, path)) = open.pop() {
			for dependency in package.dependencies.iter().filter(|dependency| !dependency.dev) {
				let Some(next) = self.packages.get(&dependency.on) else { continue };
				if found.contains_key(next.name.as_str()) {
					continue;
				}
				let path: Vec<&str> = path.iter().copied().chain([next.name.as_str()]).collect();
				found.insert(next.name.as_str(), path.clone());
				open.push((next, path));
			}
		}
		found
	}
}

fn strings(list: &Value) -> Option<impl Iterator<Item = &str>> {
	Some(list.as_array()?.iter().filter_map(Value::as_str))
}
