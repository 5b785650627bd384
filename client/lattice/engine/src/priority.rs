//! Priority of threads.

use crate::log_targets::LOG_TARGET;

/// Lowers the priority of the calling thread. Niceness 10 leaves it about a tenth of the processor time of threads that
/// want it as well. On Linux it applies to the calling thread alone, and not to its process.
pub(crate) fn lower_priority(niceness: i32) {
	if let Err(error) = rustix::process::setpriority_process(None, niceness) {
		log::debug!(target: LOG_TARGET, "A thread runs at normal priority: {error}");
	}
}
