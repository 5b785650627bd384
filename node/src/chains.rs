//! Starts the chains of a node: the main chain, then the zone and its shards, or those of them for which the node is drawn.

use crate::{
	assigned,
	disk::DiskGuard,
	explorer::Explorer,
	failure,
	shards::{LedgersOfNode, Zone},
};
use futures::{future::BoxFuture, FutureExt};
use sc_service::Configuration;
use sp_core::storage::Storage;
use std::{
	collections::BTreeSet,
	path::PathBuf,
	sync::{Arc, OnceLock},
};
use tc_chain::{start_chain, NodeOptions, StartedChain, WASM_CACHE_FOLDER};
use tc_chains::{
	isolate,
	sdk::{with_log_prefix, SdkChain, StoppingTasks},
	Chain, ChainError, ChainsHandle, Launch,
};
use tc_routing::RouterHandle;
use tokio::sync::Mutex;
use tp_core::{ChainTag, Hash};

/// What the chains of a node consist of.
pub struct NodeChainsParams {
	/// The configuration of the main chain.
	pub config: Configuration,
	/// The zone with its shards that run beside it.
	pub zone: Option<Zone>,
	/// Which of them run here.
	pub ledgers: LedgersOfNode,
	/// The operator's options.
	pub options: NodeOptions,
	/// The explorer that the node serves.
	pub explorer: Option<Explorer>,
	/// Ends the node when the disk is full.
	pub disk: DiskGuard,
	/// Says which chains run.
	pub handle: ChainsHandle,
	/// Collects tasks that do not end.
	pub stopping: StoppingTasks,
}

/// The chains of a node.
pub struct NodeChains {
	/// The main chain starts once.
	config: Option<Configuration>,
	shards: Option<Shards>,
	options: NodeOptions,
	/// It starts with the main chain.
	explorer: Option<Explorer>,
	disk: DiskGuard,
	handle: ChainsHandle,
	stopping: StoppingTasks,
}

/// What the shards have in common.
struct Shards {
	zone: Zone,
	/// Which of them run here.
	ledgers: LedgersOfNode,
	/// The configuration of the main chain, without its genesis.
	main: Configuration,
	main_genesis: Arc<OnceLock<Hash>>,
	/// That of the zone that runs here, or a derived one: a node may run a shard without the zone.
	zone_genesis: Arc<OnceLock<Hash>>,
	router: RouterHandle,
	/// Says which chains run.
	handle: ChainsHandle,
	/// The folder of compiled runtimes: one for all, since the shards have one runtime.
	compiled: PathBuf,
	/// One shard starts at a time. The second finds the runtime that the first has compiled.
	start: Arc<Mutex<()>>,
	/// The shards that were started before.
	known: BTreeSet<ChainTag>,
}

type Start = BoxFuture<'static, Result<Box<dyn Chain>, ChainError>>;

impl NodeChains {
	/// Prepares the chains; starts none.
	pub fn new(params: NodeChainsParams) -> Self {
		let NodeChainsParams { config, zone, ledgers, options, explorer, disk, handle, stopping } = params;
		let shards = zone.and_then(|zone| {
			let mut spec = config.chain_spec.cloned_box();
			spec.set_storage(Storage::default());
			Some(Shards {
				main: isolate::further(&config, spec, 0)?,
				ledgers,
				main_genesis: Arc::default(),
				zone_genesis: Arc::default(),
				handle: handle.clone(),
				router: zone.router(),
				compiled: config.base_path.config_dir(config.chain_spec.id()).join(WASM_CACHE_FOLDER),
				start: Arc::default(),
				known: BTreeSet::new(),
				zone,
			})
		});
		Self { config: Some(config), shards, options, explorer, disk, handle, stopping }
	}

	fn start_main(&mut self) -> Start {
		let Some(config) = self.config.take() else {
			return async { Err(ChainError::Specification("the main chain starts once".into())) }.boxed();
		};
		let (disk, stopping) = (self.disk.clone(), self.stopping.clone());
		let router = self.shards.as_ref().map(|shards| shards.router.clone());
		let options = NodeOptions { router, ..self.options.clone() };
		let shards = self.shards.as_ref().map(Shards::beside);
		let (handle, explorer) = (self.handle.clone(), self.explorer.take());
		async move {
			let StartedChain { tasks, genesis, keystore, sync } = start_chain(config, options, None).await?;
			tasks.spawn_essential_handle().spawn("disk-guard", None, disk.watch());
			if let Some(explorer) = explorer {
				explorer.start(&tasks.spawn_handle());
			}
			if let Some(Beside { zone, ledgers, main_genesis, zone_genesis, router }) = shards {
				main_genesis.get_or_init(|| genesis);
				tasks.spawn_essential_handle().spawn("router", None, router.clone().run());
				match ledgers {
					// Its genesis is a part of those of its shards.
					LedgersOfNode::All => handle.want([Zone::TAG].into()),
					LedgersOfNode::Assigned => {
						let own = zone.registration(genesis).map_err(|error| specification(&error))?;
						zone_genesis.get_or_init(|| own.genesis);
						router.derive(own);
						let follow = assigned::follow(router, keystore, zone, handle);
						tasks.spawn_essential_handle().spawn("assigned-ledgers", None, follow);
					},
				}
			}
			Ok::<Box<dyn Chain>, ChainError>(Box::new(SdkChain::new(ChainTag::Main, tasks, sync, stopping)))
		}
		.boxed()
	}
}

/// What the main chain starts beside itself.
struct Beside {
	zone: Zone,
	ledgers: LedgersOfNode,
	main_genesis: Arc<OnceLock<Hash>>,
	zone_genesis: Arc<OnceLock<Hash>>,
	router: RouterHandle,
}

fn specification(error: &anyhow::Error) -> ChainError {
	ChainError::Specification(failure::one_line(error))
}

impl Shards {
	fn beside(&self) -> Beside {
		let (main_genesis, zone_genesis) = (self.main_genesis.clone(), self.zone_genesis.clone());
		Beside {
			zone: self.zone.clone(),
			ledgers: self.ledgers,
			main_genesis,
			zone_genesis,
			router: self.router.clone(),
		}
	}

	/// Returns the configuration of the zone or of a shard.
	fn config(&self, chain: ChainTag) -> Result<Configuration, String> {
		let offset = self.zone.offset(chain).ok_or("the zone has no such shard")?;
		let main_genesis = self.main_genesis.get().ok_or("the main chain has not started")?;
		let spec = match self.zone.index(chain) {
			None => self.zone.own_spec(*main_genesis),
			Some(shard) => {
				let zone_genesis = self.zone_genesis.get().ok_or("the zone has not started")?;
				self.zone.spec(shard, *main_genesis, *zone_genesis)
			},
		};
		let spec = spec.map_err(|error| failure::one_line(&error))?;
		let mut config =
			isolate::further(&self.main, Box::new(spec), offset).ok_or("one of its ports exceeds the last port")?;
		// No client would look for it at another port.
		for endpoint in config.rpc.addr.iter_mut().flatten() {
			endpoint.retry_random_port = false;
		}
		Ok(config)
	}

	fn start(&mut self, chain: ChainTag, options: &NodeOptions, stopping: StoppingTasks) -> Start {
		let config = self.config(chain).map_err(ChainError::Specification);
		// The operator's word about the votes is for the first start. Later ones find the vote log of that.
		let votes_lost = options.votes_lost && self.known.insert(chain);
		let (unit_index, router) = (options.unit_index, Some(self.router.clone()));
		let port_offset = self.zone.offset(chain).unwrap_or_default();
		let options = NodeOptions { proves_power: false, votes_lost, unit_index, router, port_offset };
		let (compiled, start) = (self.compiled.clone(), self.start.clone());
		let (zone_genesis, handle) = (self.zone_genesis.clone(), self.handle.clone());
		let starts_all = (self.ledgers == LedgersOfNode::All).then(|| self.zone.chains());
		async move {
			let config = config?;
			let _one_at_a_time = start.lock().await;
			let StartedChain { tasks, genesis, sync, .. } = start_chain(config, options, Some(compiled)).await?;
			if chain == Zone::TAG {
				if *zone_genesis.get_or_init(|| genesis) != genesis {
					Box::new(SdkChain::new(chain, tasks, sync, stopping)).stop().await;
					let what = "its database has another genesis than this version derives: start from a new genesis, or with --ledgers all";
					return Err(ChainError::Specification(what.into()));
				}
				if let Some(chains) = starts_all {
					handle.want(chains);
				}
			}
			Ok::<Box<dyn Chain>, ChainError>(Box::new(SdkChain::new(chain, tasks, sync, stopping)))
		}
		.boxed()
	}
}

impl Launch for NodeChains {
	fn start(&mut self, chain: ChainTag) -> Start {
		let start = match &mut self.shards {
			_ if chain == ChainTag::Main => self.start_main(),
			Some(shards) => shards.start(chain, &self.options, self.stopping.clone()),
			None => async move { Err(ChainError::Specification(format!("this node runs no {chain}"))) }.boxed(),
		};
		// The only chain of a node needs no name in its log lines.
		if self.shards.is_some() {
			with_log_prefix(chain, start).boxed()
		} else {
			start
		}
	}
}
