//! The runtime APIs.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::*;

top_runtime_common::unit_lane_apis! {
	routing;
}
