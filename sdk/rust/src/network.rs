//! One door to all ledgers of a zone: payments and accounts find their shard by themselves.
//!
//! ```text
//! account ──▶ its table ──▶ its shard ──▶ a client of that shard, opened when it is needed
//!               ▲ cached        │
//!               └── a shard that refuses by `Elsewhere`: located again, and the same unit is sent there
//! ```

use crate::{
	endpoints::reachable,
	patience::Patience,
	payment::{is_elsewhere, Payment, Placed, Resend},
	reports::{AccountReport, ChainedUnit},
	Client, ConnectOptions, Error, Keypair, Recipient, RpcClient, UnitBuilder,
};
use futures::FutureExt;
use std::{
	collections::BTreeMap,
	future::Future,
	ops::RangeInclusive,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tc_routing_rpc_types::{LedgerReport, LocationReport, TablesReport};
use tokio::sync::OnceCell;
use tp_core::{AccountId, Balance};
use tp_lattice::{Domain, TableId, Unit, UnitHash};

/// All ledgers of a zone behind one address. Clones share it.
///
/// The shard of an account is located when it is needed, so paying an account of another shard is the same call as paying a
/// neighbour. A node that runs one ledger alone is its own only shard.
///
/// Connections are opened when they are needed, one to each ledger, and opened again when they break, as those of
/// [`Client`]. Its guarantees hold: an error of a call that submits has the signed units ([`Error::units`]). **Send those
/// again** by [`Network::send`], and sign no other unit for the same payment.
///
/// ```no_run
/// use top_sdk::{Keypair, Network, TOP};
///
/// # async fn pay() -> Result<(), Box<dyn std::error::Error>> {
/// let network = Network::connect("ws://127.0.0.1:9944").await?;
/// let (alice, bob) = (Keypair::from_uri("//Alice")?, Keypair::from_uri("//Bob")?);
/// let mut payment = network.pay(&alice, &bob, 5 * TOP).await?;
/// while let Some(report) = payment.next().await? {
///     println!("{:?} in block {}", report.stage, report.block.number);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Network {
	inner: Arc<Inner>,
}

struct Inner {
	/// The node by which the network was entered.
	door: RpcClient,
	urls: Vec<String>,
	options: ConnectOptions,
	known: Mutex<Known>,
	/// The client of the door's own ledger, if its node runs it alone.
	alone: OnceCell<Client>,
}

#[derive(Default)]
struct Known {
	places: Vec<LocationReport>,
	clients: BTreeMap<String, Arc<OnceCell<Client>>>,
	/// Domain of unit signatures, which all shards of a zone share.
	domain: Option<Domain>,
	/// Whether the door's node runs one ledger only.
	is_alone: bool,
}

/// The shard of an account, with a client of it.
struct Shard {
	client: Client,
	/// `None` if its node runs it alone.
	chain: Option<String>,
	tables: RangeInclusive<u8>,
	/// Whether its place was known from before.
	is_cached: bool,
}

fn covers(TablesReport { first, last }: &TablesReport, table: u8) -> bool {
	(*first..=*last).contains(&table)
}

impl Network {
	/// Connects to a node of any ledger of the network, such as `ws://127.0.0.1:9944`.
	///
	/// # Errors
	/// If the node does not respond.
	pub async fn connect(url: &str) -> Result<Self, Error> {
		Self::connect_any(&[url], ConnectOptions::default()).await
	}

	/// Connects to the first node that answers, of several of one ledger. When its connection breaks, the next one is tried.
	/// [`ConnectOptions::genesis`] is that of this ledger, [`ConnectOptions::domain`] that of the zone.
	///
	/// A node names the others as it sees them. If it is on another machine, addresses of its own machine are reached at the
	/// host of this address, with their own ports.
	///
	/// # Errors
	/// As [`Self::connect`], or if the node is of another ledger than the expected one.
	pub async fn connect_any(urls: &[impl AsRef<str>], options: ConnectOptions) -> Result<Self, Error> {
		let door = RpcClient::connect_any(urls, options.clone()).await?;
		let urls = urls.iter().map(|url| url.as_ref().to_owned()).collect();
		let known = Mutex::new(Known { domain: options.domain, ..Default::default() });
		let alone = OnceCell::new();
		Ok(Self { inner: Arc::new(Inner { door, urls, options, known, alone }) })
	}

	/// Returns the node by which the network was entered.
	pub fn door(&self) -> &RpcClient {
		&self.inner.door
	}

	/// Returns the ledgers of the network, with the addresses at which they are reached. A node that runs one ledger alone
	/// names it by an empty name.
	///
	/// # Errors
	/// If the connection breaks, the node refuses the call, or its response does not decode. This holds for all calls.
	pub async fn ledgers(&self) -> Result<Vec<LedgerReport>, Error> {
		match self.inner.door.ledgers().await {
			Ok(mut ledgers) => {
				let door = self.inner.door.url().await;
				for ledger in &mut ledgers {
					ledger.endpoints = reachable(&ledger.endpoints, &door);
				}
				Ok(ledgers)
			},
			Err(error) if error.is_method_missing() => {
				let (first, last) = self.inner.alone().await?.info().await?.tables;
				let genesis = self.inner.door.genesis().await.unwrap_or_default();
				let tables = Some(TablesReport { first, last });
				let endpoints = self.inner.urls.clone();
				Ok(vec![LedgerReport { chain: String::new(), tables, genesis, endpoints }])
			},
			Err(error) => Err(error),
		}
	}

	/// Returns the client of a shard by its name, such as `shard 0/1`.
	///
	/// # Errors
	/// If no node of the network runs it; see [`Self::ledgers`].
	pub async fn client(&self, chain: &str) -> Result<Client, Error> {
		self.inner.open(chain, None).await
	}

	/// Returns the shard of an account, or `None` if the node runs one ledger alone.
	///
	/// # Errors
	/// See [`Self::ledgers`].
	pub async fn locate(&self, account: &AccountId) -> Result<Option<LocationReport>, Error> {
		Ok(self.inner.place_of(account, false).await?.0)
	}

	/// Returns an account, from the shard in which it lives, or `None` if it does not exist.
	///
	/// # Errors
	/// See [`Self::ledgers`].
	pub async fn account(&self, account: &AccountId) -> Result<Option<AccountReport>, Error> {
		let ask = |client: Client| async move { client.account(account).await };
		self.inner.ask(account, ask, Option::is_none).await
	}

	/// Returns the applied units of an account, newest first: see [`Client::units`].
	///
	/// # Errors
	/// See [`Self::ledgers`].
	pub async fn units(
		&self,
		account: &AccountId,
		before: Option<u32>,
		limit: Option<u32>,
	) -> Result<Vec<ChainedUnit>, Error> {
		let ask = |client: Client| async move { client.units(account, before, limit).await };
		self.inner.ask(account, ask, Vec::is_empty).await
	}

	/// Starts the next unit of an account: see [`Client::next_unit`]. Returns the domain to sign it for too.
	///
	/// # Errors
	/// If the account does not exist; see [`Self::ledgers`].
	pub async fn next_unit(&self, account: &AccountId) -> Result<(UnitBuilder, Domain), Error> {
		let ask = |client: Client| async move {
			match client.next_unit(account).await {
				Ok(unit) => Ok(Some((unit, *client.domain()))),
				Err(Error::NoAccount(_)) => Ok(None),
				Err(error) => Err(error),
			}
		};
		let unit = self.inner.ask(account, ask, Option::is_none).await?;
		unit.ok_or_else(|| Error::NoAccount(account.clone()))
	}

	/// Submits a payment at the payer's shard. Returns once a node has accepted the unit; the next payment can follow then.
	/// Make the payments of one account one after another.
	///
	/// If an error has units ([`Error::units`]), the payment was signed and may apply: send that unit again by
	/// [`Self::send`]. Calling `pay` again is **another payment**.
	///
	/// # Errors
	/// If the unit is refused; see [`Self::ledgers`].
	pub async fn pay(&self, from: &Keypair, to: &impl Recipient, amount: Balance) -> Result<Payment, Error> {
		let (unit, domain) = self.next_unit(&from.account()).await?;
		self.send(unit.transfer(to, amount).sign(from, &domain)?).await
	}

	/// Submits a unit at the shard of its account. A unit that was submitted before is watched from its present stage on. If
	/// the account has moved, the same unit goes to the shard in which it lives now.
	///
	/// # Errors
	/// If the unit is refused; see [`Self::ledgers`]. The error has the unit.
	pub async fn send(&self, unit: Unit) -> Result<Payment, Error> {
		let placed = self.inner.place(unit.clone(), false).await?;
		let inner = self.inner.clone();
		let resend: Resend = Arc::new(move |unit: Unit, has_moved: bool| {
			let inner = inner.clone();
			async move { inner.place(unit, has_moved).await }.boxed()
		});
		Ok(Payment::new(unit, placed, resend))
	}

	/// Watches a unit by its hash, such as after a restart of the program. Waits until the node of a shard knows the unit.
	///
	/// # Errors
	/// If no node knows the unit in time; see [`Self::send`].
	pub async fn resume(&self, hash: UnitHash) -> Result<Payment, Error> {
		let mut patience = Patience::new(self.inner.options.reconnect_for);
		loop {
			let mut failure = Error::Unknown { object: format!("unit {hash:?}") };
			for chain in self.inner.shards().await? {
				match self.inner.find_unit(chain.as_deref(), hash).await {
					Ok(Some(unit)) => return self.send(unit).await,
					Ok(None) => {},
					// Another shard may have it.
					Err(error) if error.is_connection() => failure = error,
					Err(error) => return Err(error),
				}
			}
			if !patience.wait().await {
				return Err(failure);
			}
		}
	}
}

impl Inner {
	fn known(&self) -> MutexGuard<'_, Known> {
		// Each change of what is known is complete, so a panic elsewhere leaves it usable.
		self.known.lock().unwrap_or_else(PoisonError::into_inner)
	}

	async fn alone(&self) -> Result<Client, Error> {
		self.alone.get_or_try_init(|| Client::over(self.door.clone())).await.cloned()
	}

	/// Returns the names of the shards; `None` stands for the ledger of a node that runs it alone.
	async fn shards(&self) -> Result<Vec<Option<String>>, Error> {
		match self.door.ledgers().await {
			Ok(ledgers) => {
				let shards = ledgers.into_iter().filter(|ledger| ledger.tables.is_some());
				Ok(shards.map(|shard| Some(shard.chain)).collect())
			},
			Err(error) if error.is_method_missing() => Ok(vec![None]),
			Err(error) => Err(error),
		}
	}

	async fn find_unit(&self, chain: Option<&str>, hash: UnitHash) -> Result<Option<Unit>, Error> {
		let client = match chain {
			Some(chain) => self.open(chain, None).await?,
			None => self.alone().await?,
		};
		Ok(crate::lookup::unit(client.rpc(), hash).await?.map(|(_, unit)| unit))
	}

	/// Sends a unit to the shard of its account, located again where that one refuses it.
	async fn place(&self, unit: Unit, has_moved: bool) -> Result<Placed, Error> {
		match self.try_to_place(&unit, has_moved).await {
			Err(error @ (Error::Unit { .. } | Error::Unsettled { .. })) => Err(error),
			result => result.map_err(|error| error.with_units([unit])),
		}
	}

	async fn try_to_place(&self, unit: &Unit, has_moved: bool) -> Result<Placed, Error> {
		let mut patience = Patience::new(self.options.reconnect_for);
		let mut is_fresh = has_moved;
		loop {
			let Shard { client, chain, tables, is_cached } = self.shard_of(&unit.body.account, is_fresh).await?;
			let error = match client.send(unit.clone()).await {
				Ok(submission) => return Ok(Placed { submission, chain, tables, rpc: client.rpc().clone() }),
				Err(error) => error,
			};
			self.forget_if_lost(chain.as_deref(), &error);
			// What the door says can be older than what the shard says.
			if !is_elsewhere(&error) || chain.is_none() || (!is_cached && !patience.wait().await) {
				return Err(error);
			}
			is_fresh = true;
		}
	}

	/// Asks the shard of an account. If that knows nothing of it, and its place was known from before, it is located again.
	async fn ask<T, F: Future<Output = Result<T, Error>>>(
		&self,
		account: &AccountId,
		ask: impl Fn(Client) -> F,
		is_nothing: impl Fn(&T) -> bool,
	) -> Result<T, Error> {
		let Shard { client, chain, is_cached, .. } = self.shard_of(account, false).await?;
		let answer = ask(client).await.inspect_err(|error| self.forget_if_lost(chain.as_deref(), error))?;
		if !is_cached || !is_nothing(&answer) {
			return Ok(answer);
		}
		let moved = self.shard_of(account, true).await?;
		if moved.chain == chain {
			return Ok(answer);
		}
		ask(moved.client).await.inspect_err(|error| self.forget_if_lost(moved.chain.as_deref(), error))
	}

	async fn shard_of(&self, account: &AccountId, is_fresh: bool) -> Result<Shard, Error> {
		let (place, is_cached) = self.place_of(account, is_fresh).await?;
		let Some(LocationReport { chain, tables, endpoints, .. }) = place else {
			let client = self.alone().await?;
			let (first, last) = client.info().await?.tables;
			return Ok(Shard { client, chain: None, tables: first..=last, is_cached });
		};
		let client = self.open(&chain, Some(&endpoints)).await?;
		Ok(Shard { client, chain: Some(chain), tables: tables.first..=tables.last, is_cached })
	}

	/// Returns the shard of an account, and whether it was known from before.
	async fn place_of(&self, account: &AccountId, is_fresh: bool) -> Result<(Option<LocationReport>, bool), Error> {
		let table = TableId::of(account).0;
		if !is_fresh {
			let known = self.known();
			let place = known.places.iter().find(|place| covers(&place.tables, table));
			if place.is_some() || known.is_alone {
				return Ok((place.cloned(), true));
			}
		}
		match self.door.locate(account).await {
			Ok(place) if place.table != table || !covers(&place.tables, table) => {
				let reason = format!("it locates account {account} in a shard without its table {table}");
				Err(Error::Answer { method: "zone_locate", reason })
			},
			Ok(place) => {
				let mut known = self.known();
				let TablesReport { first, last } = place.tables;
				known.places.retain(|other| other.tables.last < first || other.tables.first > last);
				known.places.push(place.clone());
				known.is_alone = false;
				Ok((Some(place), false))
			},
			Err(error) if error.is_method_missing() => {
				self.known().is_alone = true;
				Ok((None, false))
			},
			Err(error) => Err(error),
		}
	}

	/// Returns the client of a shard. Without endpoints they are asked for.
	async fn open(&self, chain: &str, endpoints: Option<&[String]>) -> Result<Client, Error> {
		let cell = self.known().clients.entry(chain.to_owned()).or_default().clone();
		cell.get_or_try_init(|| self.dial(chain, endpoints)).await.cloned()
	}

	async fn dial(&self, chain: &str, endpoints: Option<&[String]>) -> Result<Client, Error> {
		let ledgers = match self.door.ledgers().await {
			Err(error) if error.is_method_missing() => Vec::new(),
			ledgers => ledgers?,
		};
		let ledger = ledgers.into_iter().find(|ledger| ledger.chain == chain);
		let genesis = ledger.as_ref().map(|ledger| ledger.genesis);
		let named = ledger.map(|ledger| ledger.endpoints).unwrap_or_default();
		let urls = reachable(endpoints.unwrap_or(&named), &self.door.url().await);
		if urls.is_empty() {
			return Err(Error::NoLedger(chain.into()));
		}
		let is_door = genesis.is_some() && genesis == self.door.genesis().await;
		let client = match is_door {
			true => Client::over(self.door.clone()).await?,
			false => {
				let domain = self.known().domain;
				self.connect(&urls, ConnectOptions { genesis, domain, ..self.options.clone() }).await?
			},
		};
		// The first shard decides on the domain, as with one connection.
		let expected = *self.known().domain.get_or_insert(*client.domain());
		match expected == *client.domain() {
			true => Ok(client),
			false => Err(Error::OtherLedger { expected: expected.0, found: Some(client.domain().0) }),
		}
	}

	/// Connects to a shard, for as long as the options say.
	async fn connect(&self, urls: &[String], options: ConnectOptions) -> Result<Client, Error> {
		let mut patience = Patience::new(options.reconnect_for);
		loop {
			match RpcClient::connect_any(urls, options.clone()).await {
				Ok(rpc) => return Client::over(rpc).await,
				Err(error) if error.is_connection() && patience.wait().await => {},
				Err(error) => return Err(error),
			}
		}
	}

	/// Forgets a shard whose node is lost, so that the next call locates it again. Payments that began with its client go on.
	fn forget_if_lost(&self, chain: Option<&str>, error: &Error) {
		let is_lost = error.is_connection() || matches!(error.cause(), Error::OtherLedger { .. });
		let Some(chain) = chain.filter(|_| is_lost) else { return };
		let mut known = self.known();
		known.places.retain(|place| place.chain != chain);
		known.clients.remove(chain);
	}
}
