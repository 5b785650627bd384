// A connection that is opened again after it broke, to the same ledger.

import { ConnectionError, OtherLedgerError, RpcError } from './errors.js';
import type { Hash } from './hex.js';
import { Patience } from './patience.js';
import { RpcConnection, type Limits, type WebSocketClass } from './rpc.js';
import type { Stream } from './stream.js';

const METHOD_NOT_FOUND = -32601;

/** How a client connects, and what it does when a connection breaks. Times are in milliseconds. */
export interface ConnectOptions extends Partial<Limits> {
	/** WebSocket class. Required without a global one: before Node.js 22, pass that of the package `ws`. */
	webSocket?: WebSocketClass;
	/**
	 * How long a call or a watch keeps connecting again after its connection broke, and how long it asks again for a
	 * unit on which the node gives no verdict. Zero: it fails at once. The default is a minute.
	 */
	reconnectForMs?: number;
	/**
	 * Genesis of the expected ledger. Without it, the first connection decides, and later ones must lead to the same
	 * ledger.
	 */
	genesis?: Hash;
	/**
	 * Domain of unit signatures of the expected ledger. Without it, the node decides: a node can then have units signed
	 * for any ledger.
	 */
	domain?: Hash;
}

const DEFAULTS: Limits = { connectionTimeoutMs: 5_000, requestTimeoutMs: 30_000, silenceMs: 15_000 };
const RECONNECT_FOR_MS = 60_000;

/** A connection that is replaced when it broke. */
export class Link {
	readonly #urls: string[];
	/** Index of the address in use. */
	#at = 0;
	readonly #webSocket: WebSocketClass;
	readonly #limits: Limits;
	/** See {@link ConnectOptions.reconnectForMs}. */
	readonly reconnectForMs: number;
	/** See {@link Limits.requestTimeoutMs}. */
	readonly requestTimeoutMs: number;
	#genesis: Hash | null | undefined;
	#connection: Promise<RpcConnection> | undefined;
	#current: RpcConnection | undefined;
	#isClosed = false;

	private constructor(urls: string[], webSocket: WebSocketClass, options: ConnectOptions) {
		const { connectionTimeoutMs, requestTimeoutMs, silenceMs } = { ...DEFAULTS, ...options };
		this.#urls = urls;
		this.#webSocket = webSocket;
		this.#limits = { connectionTimeoutMs, requestTimeoutMs, silenceMs };
		this.requestTimeoutMs = requestTimeoutMs;
		this.reconnectForMs = options.reconnectForMs ?? RECONNECT_FOR_MS;
		this.#genesis = options.genesis;
	}

	/** Opens the first connection. Of several addresses the next one is tried when one fails. */
	static async open(urls: string | string[], options: ConnectOptions): Promise<Link> {
		if (urls.length === 0) throw new ConnectionError('no address of a node is given');
		const webSocket = options.webSocket ?? (globalThis.WebSocket as WebSocketClass | undefined);
		if (webSocket === undefined) {
			throw new ConnectionError('there is no global WebSocket: pass one as `webSocket`, such as that of ws');
		}
		const link = new Link(typeof urls === 'string' ? [urls] : urls, webSocket, options);
		await link.#connect();
		return link;
	}

	/** Calls a method that may be called twice, over new connections if one breaks, for as long as the options say. */
	async request(method: string, params: unknown[]): Promise<unknown> {
		const patience = new Patience(this.reconnectForMs);
		for (;;) {
			try {
				return await (await this.#connect()).request(method, params);
			} catch (error) {
				if (!(error instanceof ConnectionError) || this.#isClosed || !(await patience.wait())) throw error;
			}
		}
	}

	/** Starts a subscription. It ends with its connection. */
	async subscribe(method: string, unsubscribe: string, params: unknown[]): Promise<Stream> {
		return (await this.#connect()).subscribe(method, unsubscribe, params);
	}

	/** Closes the connection for good. */
	close(): void {
		this.#isClosed = true;
		this.#current?.close();
	}

	/** Whether it was closed for good. */
	get isClosed(): boolean {
		return this.#isClosed;
	}

	/** Genesis of the ledger; `undefined` if the server does not tell it. */
	get genesis(): Hash | undefined {
		return this.#genesis?.toLowerCase();
	}

	/** The address in use. */
	get url(): string {
		return this.#urls[this.#at] as string;
	}

	/** Returns the open connection. If it broke, tries each address once to open another one to the same ledger. */
	#connect(): Promise<RpcConnection> {
		if (this.#isClosed) return Promise.reject(new ConnectionError('the connection was closed'));
		if (this.#connection !== undefined && this.#current?.isOpen !== false) return this.#connection;
		this.#current = undefined;
		const connection = this.#dial();
		// A failure is not kept: the next call tries again.
		connection.catch(() => {
			if (this.#connection === connection) this.#connection = undefined;
		});
		this.#connection = connection;
		return connection;
	}

	/** Tries the addresses, beginning with the one in use. */
	async #dial(): Promise<RpcConnection> {
		for (let left = this.#urls.length; ; left--) {
			try {
				return await this.#dialOne(this.url);
			} catch (error) {
				if (left <= 1 || this.#isClosed) throw error;
				this.#at = (this.#at + 1) % this.#urls.length;
			}
		}
	}

	async #dialOne(url: string): Promise<RpcConnection> {
		const { connectionTimeoutMs } = this.#limits;
		const limits = { ...this.#limits };
		const connection = await RpcConnection.open(url, this.#webSocket, limits);
		const timer = setTimeout(() => connection.close(), connectionTimeoutMs);
		try {
			const genesis = await genesisOf(connection);
			if (this.#isClosed) throw new ConnectionError('the connection was closed');
			if (this.#genesis !== undefined && this.#genesis !== null && this.#genesis !== genesis) {
				throw new OtherLedgerError(this.#genesis, genesis);
			}
			this.#genesis ??= genesis;
		} catch (error) {
			connection.close();
			throw error;
		} finally {
			clearTimeout(timer);
		}
		this.#current = connection;
		return connection;
	}
}

/** Returns the genesis of the node's ledger; `null` if the server does not tell it. */
async function genesisOf(connection: RpcConnection): Promise<Hash | null> {
	try {
		const genesis = await connection.request('chain_getBlockHash', [0]);
		if (typeof genesis === 'string') return genesis.toLowerCase();
		if (genesis === null) return null;
	} catch (error) {
		if (error instanceof RpcError && error.code === METHOD_NOT_FOUND) return null;
		throw error;
	}
	throw new ConnectionError('the node returned no genesis hash');
}
