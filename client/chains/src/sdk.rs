//! The chains of the SDK: a task manager is a chain that runs.

use crate::{error::ChainError, log_targets::LOG_TARGET, supervisor::Chain};
use futures::{
	future::{self, BoxFuture},
	FutureExt,
};
use parking_lot::Mutex;
use sc_service::{TaskManager, TaskRegistry};
use sc_tracing::{
	logging::PREFIX_LOG_SPAN,
	tracing::{info_span, Instrument},
};
use std::{any::Any, future::Future, sync::Arc, time::Duration};
use tokio::{task::spawn_blocking, time::sleep};
use tp_core::ChainTag;

/// Interval of looking for tasks that have not ended.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How long a chain that is stopped alone waits for its tasks, before it counts as stopped. What holds a task longer is reported.
const TASKS_LIMIT: Duration = Duration::from_secs(30);

/// The tasks of chains that were told to stop, and have not ended.
#[derive(Clone, Default)]
pub struct StoppingTasks(Arc<Mutex<Vec<(ChainTag, TaskRegistry)>>>);

impl StoppingTasks {
	/// Returns a line for each kind of task that still runs.
	pub fn report(&self) -> Vec<String> {
		let mut lines = Vec::new();
		for (chain, registry) in self.0.lock().iter() {
			for (task, count) in registry.running_tasks() {
				lines.push(format!("{count} of the task {} ({}) of the chain {chain}", task.name, task.group));
			}
		}
		lines
	}

	fn add(&self, chain: ChainTag, registry: TaskRegistry) {
		let mut stopping = self.0.lock();
		// The list stays as short as the number of chains that hang.
		stopping.retain(|(_, registry)| !registry.running_tasks().is_empty());
		stopping.push((chain, registry));
	}
}

/// A chain of the SDK.
pub struct SdkChain {
	chain: ChainTag,
	tasks: TaskManager,
	kept: Box<dyn Any + Send>,
	stopping: StoppingTasks,
}

impl SdkChain {
	/// Takes the tasks of a chain that was started, and what is to outlive them.
	pub fn new(chain: ChainTag, tasks: TaskManager, kept: impl Any + Send, stopping: StoppingTasks) -> Self {
		Self { chain, tasks, kept: Box::new(kept), stopping }
	}
}

impl Chain for SdkChain {
	fn ended(&mut self) -> BoxFuture<'_, ChainError> {
		async {
			match self.tasks.future().await {
				Err(error) => error.into(),
				// Only this value tells the tasks to end.
				Ok(()) => future::pending().await,
			}
		}
		.boxed()
	}

	fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
		let Self { chain, tasks, kept, stopping } = *self;
		async move {
			// What the manager keeps may wait for threads when it is dropped.
			let Ok(registry) = spawn_blocking(move || tasks.into_task_registry()).await else {
				log::error!(target: LOG_TARGET, "The chain {chain} panicked when it was stopped");
				return;
			};
			stopping.add(chain, registry.clone());
			let ended = async {
				while !registry.running_tasks().is_empty() {
					sleep(POLL_INTERVAL).await;
				}
			};
			if tokio::time::timeout(TASKS_LIMIT, ended).await.is_err() {
				log::error!(target: LOG_TARGET, "Tasks of the chain {chain} have not ended within {TASKS_LIMIT:?}");
			}
			drop(kept);
		}
		.boxed()
	}
}

/// Puts the name of a chain before the log lines of a future, and of all tasks that it starts.
pub fn with_log_prefix<F: Future>(chain: ChainTag, future: F) -> impl Future<Output = F::Output> {
	let name = chain.to_string();
	future.instrument(info_span!(PREFIX_LOG_SPAN, name = name.as_str()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::atomic::{AtomicBool, Ordering};

	/// A task that takes a while to end.
	struct Slow(Arc<AtomicBool>);

	impl Drop for Slow {
		fn drop(&mut self) {
			std::thread::sleep(Duration::from_millis(200));
			self.0.store(true, Ordering::SeqCst);
		}
	}

	/// Notes when it is dropped whether the task has ended.
	struct Kept {
		ended: Arc<AtomicBool>,
		outlived: Arc<AtomicBool>,
	}

	impl Drop for Kept {
		fn drop(&mut self) {
			self.outlived.store(self.ended.load(Ordering::SeqCst), Ordering::SeqCst);
		}
	}

	#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
	async fn what_a_chain_keeps_outlives_its_tasks() {
		let (ended, outlived) = (Arc::new(AtomicBool::default()), Arc::new(AtomicBool::default()));
		let tasks = TaskManager::new(tokio::runtime::Handle::current(), None).unwrap();
		let slow = Slow(ended.clone());
		let (started, starts) = tokio::sync::oneshot::channel();
		let task = async move {
			let _slow = slow;
			started.send(()).unwrap();
			future::pending().await
		};
		tasks.spawn_handle().spawn_blocking("slow", None, task);
		starts.await.unwrap();
		let kept = Kept { ended, outlived: outlived.clone() };
		let chain = SdkChain::new(ChainTag::Main, tasks, kept, StoppingTasks::default());
		Box::new(chain).stop().await;
		assert!(outlived.load(Ordering::SeqCst));
	}
}
