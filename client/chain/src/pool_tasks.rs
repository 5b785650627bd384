//! The transaction pool's background tasks, told apart from failures when the node stops.

use futures::{future::BoxFuture, FutureExt};
use futures_timer::Delay;
use sp_core::traits::SpawnEssentialNamed;
use std::time::Duration;

/// How long after the end of one of the pool's tasks the node gives up.
///
/// One of them blocks its thread until the pool is dropped, so that it hears of the node's end by that alone, and would
/// be reported as an essential task that failed at every clean stop. The node's own signal ends it within this time.
const GRACE: Duration = Duration::from_secs(2);

/// Spawns essential tasks whose end counts only after a while.
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

/// The delay has a thread of its own: at the end the timers of the asynchronous runtime are gone.
fn with_grace(future: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
	async move {
		future.await;
		Delay::new(GRACE).await;
	}
	.boxed()
}
