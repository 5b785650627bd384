//! The transaction pool's background tasks, whose end at a clean stop is no failure.

use futures::{future::BoxFuture, FutureExt};
use futures_timer::Delay;
use sp_core::traits::SpawnEssentialNamed;
use std::time::Duration;

/// How long after the end of one of the pool's tasks the node stops.
///
/// One task blocks its thread until the pool is dropped. At every clean stop it would end like an essential task that
/// failed, and be reported so. The node's own stop signal ends the process within this time.
const GRACE: Duration = Duration::from_secs(2);

/// Spawns essential tasks whose end counts only after [`GRACE`].
#[derive(Clone)]
pub struct PoolTasks<S>(pub S);

impl<S: SpawnEssentialNamed + Clone> SpawnEssentialNamed for PoolTasks<S> {
	fn spawn_essential_blocking(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn_essential_blocking(name, group, with_grace(future));
	}

	fn spawn_essential(&self, name: &'static str, group: Option<&'static str>, future: BoxFuture<'static, ()>) {
		self.0.spawn_essential(name, group, with_grace(future));
	}
}

/// Delays the end of a task. The delay has its own thread, because the runtime's timers are gone at the end.
fn with_grace(future: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
	async move {
		future.await;
		Delay::new(GRACE).await;
	}
	.boxed()
}
