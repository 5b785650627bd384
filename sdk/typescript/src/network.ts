// One door to all ledgers of a zone: payments and accounts find their shard by themselves.
//
//   account ──▶ its table ──▶ its shard ──▶ a client of that shard, opened when it is needed
//                 ▲ cached        │
//                 └── a shard that refuses by `elsewhere`: located again, and the same unit is sent there

import type { UnitBuilder } from './builder.js';
import { TopClient } from './client.js';
import { reachable } from './endpoints.js';
import { ConnectionError, NoAccountError, NoLedgerError, OtherLedgerError, ResponseError, TopError } from './errors.js';
import type { Hash } from './hex.js';
import type { Signer } from './keys.js';
import type { ConnectOptions } from './link.js';
import { Patience } from './patience.js';
import { isElsewhere } from './payment-reports.js';
import { Payment, type PayerLedger, type Placed } from './payment.js';
import { UnitRefusedError, withUnits, type AccountReport, type ChainedUnit } from './reports.js';
import { decodeUnit, tableOf, transfer, type Address, type Unit } from './unit.js';
import { isMethodMissing, type AccountPlace, type LedgerPlace } from './zone.js';

/** A ledger behind the door. */
export interface NetworkLedger extends Omit<LedgerPlace, 'chain'> {
	/** Its tag in words, such as `shard 0/1`; `undefined` if the node runs one ledger and does not tell it. */
	chain: string | undefined;
}

/** The shard of an account, with a client of it. */
interface Shard {
	client: TopClient;
	ledger: PayerLedger;
	/** Whether its place was known from before. */
	isCached: boolean;
}

const covers = ({ tables }: AccountPlace, table: number) => tables.first <= table && table <= tables.last;

/**
 * All ledgers of a zone behind one address. The shard of an account is located when it is needed, so paying an account of
 * another shard is the same call as paying a neighbour. A node that runs one ledger alone is its own only shard.
 *
 * Connections are opened when they are needed, one to each ledger, and opened again when they break, as those of
 * {@link TopClient}. Its guarantees hold: an error of a call that submits has the signed units, as `units`. **Send those
 * again** by {@link TopNetwork.send}, and sign no other unit for the same payment.
 */
export class TopNetwork {
	readonly #door: TopClient;
	readonly #urls: string[];
	readonly #options: ConnectOptions;
	readonly #clients = new Map<string, Promise<TopClient>>();
	/** Clients that were replaced. Payments that began with one go on with it. */
	readonly #replaced: Promise<TopClient>[] = [];
	#places: AccountPlace[] = [];
	/** Whether the door's node runs one ledger only. */
	#isAlone = false;
	/** Domain of unit signatures, which all shards of a zone share. */
	#domain: Hash | undefined;
	#isClosed = false;

	private constructor(door: TopClient, urls: string[], options: ConnectOptions) {
		this.#door = door;
		this.#urls = urls;
		this.#options = options;
		this.#domain = options.domain?.toLowerCase();
	}

	/**
	 * Connects to a node of any ledger of the network, such as `ws://127.0.0.1:9944`. Several addresses must be of one
	 * ledger: the next one is tried when one fails. `genesis` of the options is that of this ledger, `domain` that of the zone.
	 *
	 * A node names the others as it sees them. If it is on another machine, addresses of its own machine are reached at the
	 * host of this address, with their own ports.
	 */
	static async connect(urls: string | string[], options: ConnectOptions = {}): Promise<TopNetwork> {
		const list = typeof urls === 'string' ? [urls] : urls;
		return new TopNetwork(await TopClient.connect(list, options), list, options);
	}

	/** Closes all connections. */
	close(): void {
		this.#isClosed = true;
		this.#door.close();
		for (const client of [...this.#clients.values(), ...this.#replaced.splice(0)]) {
			client.then((client) => client.close()).catch(() => undefined);
		}
		this.#clients.clear();
	}

	/** The client of the node by which the network was entered. */
	get door(): TopClient {
		return this.#door;
	}

	/** Returns the ledgers of the network, with the addresses at which they are reached. */
	async ledgers(): Promise<NetworkLedger[]> {
		try {
			const ledgers = await this.#door.ledgers();
			return ledgers.map((ledger) => ({ ...ledger, endpoints: reachable(ledger.endpoints, this.#door.url) }));
		} catch (error) {
			if (!isMethodMissing(error)) throw error;
			const [first, last] = (await this.#door.info()).tables;
			const genesis = TopClient.linkOf(this.#door).genesis ?? '';
			return [{ chain: undefined, tables: { first, last }, genesis, endpoints: this.#urls }];
		}
	}

	/** Returns the client of a ledger by its tag in words, such as `zone 0`. It is closed with the network. */
	async client(chain: string): Promise<TopClient> {
		return this.#open(chain, undefined);
	}

	/** Returns the shard of an account; `undefined` if the node runs one ledger alone. */
	async locate(account: Address): Promise<AccountPlace | undefined> {
		return (await this.#placeOf(account, false)).place;
	}

	/** Returns an account, from the shard in which it lives; `null` if it does not exist. */
	account(account: Address): Promise<AccountReport | null> {
		return this.#ask(account, (client) => client.account(account), (report) => report === null);
	}

	/** Returns an account's applied units, newest first. See {@link TopClient.units}. */
	units(account: Address, options: { before?: number; limit?: number } = {}): Promise<ChainedUnit[]> {
		return this.#ask(account, (client) => client.units(account, options), (units) => units.length === 0);
	}

	/** Returns a builder that continues the account's chain. See {@link TopClient.builder}. */
	async builder(signer: Signer): Promise<UnitBuilder> {
		const built = await this.#ask(
			signer.account,
			(client) =>
				client.builder(signer).catch((error: unknown) => {
					if (error instanceof NoAccountError) return error;
					throw error;
				}),
			(built) => built instanceof NoAccountError,
		);
		if (built instanceof NoAccountError) throw built;
		return built;
	}

	/**
	 * Signs and submits a payment at the payer's shard. Returns once a node has accepted the unit; the next payment can
	 * follow then. Make the payments of one account one after another.
	 *
	 * If an error has `units`, the payment was signed and may apply: send that unit again by {@link send}. Calling `pay`
	 * again is **another payment**.
	 */
	async pay(signer: Signer, dest: Address, amount: bigint): Promise<Payment> {
		const builder = await this.builder(signer);
		return this.send(await builder.next([transfer(dest, amount)]));
	}

	/**
	 * Submits a unit at the shard of its account. A unit that was submitted before is watched from its present stage on. If
	 * the account has moved, the same unit goes to the shard in which it lives now.
	 */
	async send(unit: Unit): Promise<Payment> {
		const placed = await this.#place(unit, false);
		return new Payment(unit, placed, (hasMoved) => this.#place(unit, hasMoved));
	}

	/** Watches a unit by its hash, such as after a restart of the program. Waits until the node of a shard knows the unit. */
	async resume(hash: Hash): Promise<Payment> {
		const patience = new Patience(TopClient.linkOf(this.#door).reconnectForMs);
		for (;;) {
			let failure: unknown = new TopError(`no node of the network knows a unit ${hash}`);
			for (const shard of await this.#shards()) {
				try {
					const known = await (await shard()).unit(hash);
					if (known !== null) return await this.send(decodeUnit(known.unit));
				} catch (error) {
					// Another shard may have it.
					if (!(error instanceof ConnectionError)) throw error;
					failure = error;
				}
			}
			if (this.#isClosed || !(await patience.wait())) throw failure;
		}
	}

	/** Returns how to open a client of each shard. */
	async #shards(): Promise<(() => Promise<TopClient>)[]> {
		try {
			const ledgers = await this.#door.ledgers();
			return ledgers.flatMap(({ chain, tables }) => (tables === null ? [] : [() => this.#open(chain, undefined)]));
		} catch (error) {
			if (!isMethodMissing(error)) throw error;
			return [async () => this.#door];
		}
	}

	/** Sends a unit to the shard of its account, located again where that one refuses it. */
	async #place(unit: Unit, hasMoved: boolean): Promise<Placed> {
		const patience = new Patience(TopClient.linkOf(this.#door).reconnectForMs);
		try {
			for (let isFresh = hasMoved; ; isFresh = true) {
				const { client, ledger, isCached } = await this.#shardOf(unit.body.account, isFresh);
				try {
					return { submission: await client.send(unit), ledger };
				} catch (error) {
					this.#forgetIfLost(ledger.chain, error);
					if (!isElsewhere(error) || !ledger.hasZone) throw error;
					// What the door says can be older than what the shard says.
					if (!isCached && !(await patience.wait())) throw error;
				}
			}
		} catch (error) {
			throw error instanceof UnitRefusedError ? error : withUnits([unit], error);
		}
	}

	/** Asks the shard of an account. If that knows nothing of it, and its place was known from before, it is located again. */
	async #ask<T>(account: Address, ask: (client: TopClient) => Promise<T>, isNothing: (answer: T) => boolean): Promise<T> {
		const { client, ledger, isCached } = await this.#shardOf(account, false);
		try {
			const answer = await ask(client);
			if (!isCached || !isNothing(answer)) return answer;
			const moved = await this.#shardOf(account, true);
			return moved.client === client ? answer : await ask(moved.client);
		} catch (error) {
			this.#forgetIfLost(ledger.chain, error);
			throw error;
		}
	}

	async #shardOf(account: Address, isFresh: boolean): Promise<Shard> {
		const { place, isCached } = await this.#placeOf(account, isFresh);
		if (place === undefined) {
			const [first, last] = (await this.#door.info()).tables;
			const link = TopClient.linkOf(this.#door);
			return { client: this.#door, ledger: { chain: undefined, tables: { first, last }, link, hasZone: false }, isCached };
		}
		const { chain, tables } = place;
		const client = await this.#open(chain, place.endpoints);
		// The first shard decides on the domain, as with one connection.
		const { domain } = await client.info();
		this.#domain ??= domain.toLowerCase();
		if (domain.toLowerCase() !== this.#domain) throw new OtherLedgerError(this.#domain, domain);
		return { client, ledger: { chain, tables, link: TopClient.linkOf(client), hasZone: true }, isCached };
	}

	async #placeOf(account: Address, isFresh: boolean): Promise<{ place: AccountPlace | undefined; isCached: boolean }> {
		const table = tableOf(account);
		const known = this.#places.find((place) => covers(place, table));
		if (!isFresh && (known !== undefined || this.#isAlone)) return { place: known, isCached: true };
		try {
			const place = await this.#door.locate(account);
			if (place.table !== table || !covers(place, table)) {
				throw new ResponseError(`the node locates account ${account} in a shard without its table ${table}`);
			}
			const { first, last } = place.tables;
			this.#places = this.#places.filter(({ tables }) => tables.last < first || tables.first > last);
			this.#places.push(place);
			this.#isAlone = false;
			return { place, isCached: false };
		} catch (error) {
			if (!isMethodMissing(error)) throw error;
			this.#isAlone = true;
			return { place: undefined, isCached: false };
		}
	}

	/** Returns the client of a ledger. Without endpoints they are asked for. */
	#open(chain: string, endpoints: string[] | undefined): Promise<TopClient> {
		if (this.#isClosed) return Promise.reject(new ConnectionError('the connection was closed'));
		const known = this.#clients.get(chain);
		if (known !== undefined) return known;
		const opened = this.#dial(chain, endpoints);
		this.#clients.set(chain, opened);
		// A failure is not kept: the next call tries again.
		opened.catch(() => {
			if (this.#clients.get(chain) === opened) this.#clients.delete(chain);
		});
		return opened;
	}

	async #dial(chain: string, endpoints: string[] | undefined): Promise<TopClient> {
		const ledgers = await this.#door.ledgers().catch((error: unknown) => {
			if (isMethodMissing(error)) return [];
			throw error;
		});
		const ledger = ledgers.find((ledger) => ledger.chain === chain);
		const urls = reachable(endpoints ?? ledger?.endpoints ?? [], this.#door.url);
		if (urls.length === 0) throw new NoLedgerError(`the network names no node of ${chain}: see ledgers()`);
		const genesis = ledger?.genesis;
		if (genesis !== undefined && genesis === TopClient.linkOf(this.#door).genesis) return this.#door;
		const { genesis: _, ...options } = this.#options;
		const patience = new Patience(TopClient.linkOf(this.#door).reconnectForMs);
		for (;;) {
			try {
				const client = await TopClient.connect(urls, genesis === undefined ? options : { ...options, genesis });
				if (this.#isClosed) client.close();
				return client;
			} catch (error) {
				if (!(error instanceof ConnectionError) || this.#isClosed || !(await patience.wait())) throw error;
			}
		}
	}

	/** Forgets a shard whose node is lost, so that the next call locates it again. */
	#forgetIfLost(chain: string | undefined, error: unknown): void {
		const cause = error instanceof TopError && error.cause !== undefined ? error.cause : error;
		const isLost = cause instanceof ConnectionError || cause instanceof OtherLedgerError;
		const client = chain === undefined ? undefined : this.#clients.get(chain);
		if (!isLost || client === undefined || chain === undefined) return;
		this.#places = this.#places.filter((place) => place.chain !== chain);
		this.#clients.delete(chain);
		this.#replaced.push(client);
	}
}
