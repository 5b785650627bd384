//! The runtime APIs.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::*;

top_runtime_common::election_apis! {
	routing;
}
