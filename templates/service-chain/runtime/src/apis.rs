//! The runtime APIs that the node calls.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::*;

// Add the APIs of your own pallets between the braces, as in `sp_api::impl_runtime_apis!`.
top_runtime_common::unit_lane_apis! {}
