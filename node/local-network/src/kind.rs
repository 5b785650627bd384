//! Kinds of nodes, by the keys that they hold.

/// Names of the development keys, in their order as committee members.
pub const DEV_NAMES: [&str; 8] = ["alice", "bob", "charlie", "dave", "eve", "ferdie", "one", "two"];

/// The kind of a node in its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
	/// Has the development keys of this name (one of [`DEV_NAMES`]), and votes when a committee names them.
	Validator(&'static str),
	/// Has the keys of the n-th registered node in its keystore, counted from 1, and votes when a committee is drawn
	/// with it. [`crate::Chain::node_secret`] gives the keys.
	Registered(u16),
	/// Has no keys: follows the chain and serves clients.
	Full,
}

impl NodeKind {
	/// Returns the validator with the development keys at an index of [`DEV_NAMES`].
	pub fn validator(index: usize) -> Option<Self> {
		DEV_NAMES.get(index).copied().map(Self::Validator)
	}

	/// Returns the word for it in tables.
	pub fn role(&self) -> &'static str {
		match self {
			Self::Validator(_) => "validator",
			Self::Registered(_) => "node",
			Self::Full => "full",
		}
	}
}

#[cfg(test)]
mod tests {
	use super::NodeKind;

	#[test]
	fn a_development_key_makes_a_validator() {
		assert_eq!(NodeKind::validator(3), Some(NodeKind::Validator("dave")));
		assert_eq!(NodeKind::validator(8), None);
	}
}
