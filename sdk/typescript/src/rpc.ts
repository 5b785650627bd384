// Minimal JSON-RPC over one WebSocket. polkadot-api's provider does not fit: it reconnects silently and tells only its own
// subscriptions, so that a program that watches a unit would wait forever.
//
// All that arrives is foreign: a message that is not JSON-RPC ends the connection, and never throws out of a listener.

import { ConnectionError, ResponseError, RpcError } from './errors.js';
import { Stream } from './stream.js';

/** Maximum length of a message: a full block of 5 MB in hexadecimal, and its events. */
const MAX_MESSAGE_LENGTH = 64 * 1024 * 1024;
/** Pings within the time of silence that ends a connection: one lost ping must not end it. */
const PINGS_PER_SILENCE = 3;
/** The cheapest call that every node answers. Browsers give programs no access to the pings of the protocol. */
const PING = 'system_health';

/** The part of the WebSocket interface in use. Browsers, Node.js 22 and the package `ws` provide it. */
export interface WebSocketLike {
	send(text: string): void;
	close(): void;
	addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
	addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

/** A WebSocket constructor. */
export type WebSocketClass = new (url: string) => WebSocketLike;

/** Times of a connection, in milliseconds. */
export interface Limits {
	/** How long opening a connection may take. */
	connectionTimeoutMs: number;
	/** How long one call may take. */
	requestTimeoutMs: number;
	/** A connection on which nothing arrives for this long, although it is pinged, is broken. */
	silenceMs: number;
}

interface Pending {
	resolve(result: unknown): void;
	reject(error: Error): void;
}

/** A connection to a node. It does not reconnect. */
export class RpcConnection {
	readonly #url: string;
	readonly #socket: WebSocketLike;
	readonly #limits: Limits;
	readonly #pending = new Map<number, Pending>();
	readonly #streams = new Map<string | number, Stream>();
	#lastId = 0;
	#ended: ConnectionError | undefined;
	#heardAt = Date.now();
	#watchdog: ReturnType<typeof setInterval> | undefined;

	private constructor(url: string, socket: WebSocketLike, limits: Limits) {
		this.#url = url;
		this.#socket = socket;
		this.#limits = limits;
	}

	/** Opens a connection. */
	static open(url: string, webSocket: WebSocketClass, limits: Limits): Promise<RpcConnection> {
		return new Promise((resolve, reject) => {
			let socket: WebSocketLike;
			try {
				socket = new webSocket(url);
			} catch (cause) {
				reject(new ConnectionError(`${url}: ${String(cause)}`, { cause }));
				return;
			}
			const connection = new RpcConnection(url, socket, limits);
			const fail = (why: string) => {
				clearTimeout(timer);
				reject(connection.#end(why));
			};
			const timer = setTimeout(
				() => fail(`no connection within ${limits.connectionTimeoutMs / 1000} s`),
				limits.connectionTimeoutMs,
			);
			socket.addEventListener('open', () => {
				clearTimeout(timer);
				if (connection.isOpen) connection.#watch();
				resolve(connection);
			});
			socket.addEventListener('error', () => fail('the connection failed'));
			socket.addEventListener('close', () => fail('the connection is closed'));
			socket.addEventListener('message', ({ data }) => connection.#receive(data));
		});
	}

	/** Whether calls can succeed. */
	get isOpen(): boolean {
		return this.#ended === undefined;
	}

	/** Calls a method and returns the result. */
	request(method: string, params: unknown[]): Promise<unknown> {
		return this.#call(method, params, (result) => result);
	}

	/** Starts a subscription. */
	subscribe(method: string, unsubscribe: string, params: unknown[]): Promise<Stream> {
		// A notification may follow the response immediately: the stream is registered before any other message is read.
		return this.#call(method, params, (id) => {
			if (typeof id !== 'string' && typeof id !== 'number') {
				throw new ResponseError(`the node returned no subscription to ${method}`);
			}
			const stream = new Stream(() => {
				this.#streams.delete(id);
				// Its response is of no use: where it fails, the subscription has ended with the connection.
				if (this.isOpen) this.request(unsubscribe, [id]).catch(() => undefined);
			});
			this.#streams.set(id, stream);
			return stream;
		});
	}

	/** Closes the connection. Pending calls and subscriptions fail. */
	close(): void {
		this.#end('the connection was closed');
	}

	#call<T>(method: string, params: unknown[], read: (result: unknown) => T): Promise<T> {
		return new Promise((resolve, reject) => {
			if (this.#ended !== undefined) return reject(this.#ended);
			const id = ++this.#lastId;
			const settle = () => {
				clearTimeout(timer);
				this.#pending.delete(id);
			};
			const { requestTimeoutMs } = this.#limits;
			const timer = setTimeout(() => {
				settle();
				reject(new ConnectionError(`no response to ${method} within ${requestTimeoutMs / 1000} s`));
			}, requestTimeoutMs);
			this.#pending.set(id, {
				resolve: (result) => {
					settle();
					try {
						resolve(read(result));
					} catch (error) {
						reject(error);
					}
				},
				reject: (error) => {
					settle();
					reject(error);
				},
			});
			try {
				this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
			} catch (cause) {
				this.#end(`the call ${method} could not be sent: ${String(cause)}`);
			}
		});
	}

	/** Pings the node, and ends the connection when nothing arrives. */
	#watch(): void {
		const { silenceMs } = this.#limits;
		this.#heardAt = Date.now();
		this.#watchdog = setInterval(() => {
			if (Date.now() - this.#heardAt >= silenceMs) {
				this.#end(`nothing arrived for ${silenceMs / 1000} s`);
			} else {
				// Any response shows that the node is there, an error too.
				this.request(PING, []).catch(() => undefined);
			}
		}, silenceMs / PINGS_PER_SILENCE);
	}

	#receive(data: unknown): void {
		if (!this.isOpen) return;
		this.#heardAt = Date.now();
		const why = this.#read(data);
		if (why !== undefined) this.#end(`the node sent ${why}`);
	}

	/** Reads a message. Returns what it is, if it is not JSON-RPC. */
	#read(data: unknown): string | undefined {
		if (typeof data !== 'string') return 'a message that is not text';
		if (data.length > MAX_MESSAGE_LENGTH) return `a message of ${data.length} bytes`;
		let message: unknown;
		try {
			message = JSON.parse(data);
		} catch {
			return `a message that is not JSON: ${data.slice(0, 80)}`;
		}
		if (!isObject(message)) return `a message that is not an object: ${data.slice(0, 80)}`;
		const { id, result, error, params } = message;
		if (id !== undefined && id !== null) {
			// A response to no call of this connection is repeated or late.
			const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
			if (error !== undefined && error !== null) pending?.reject(asError(error));
			else pending?.resolve(result);
			return undefined;
		}
		if (!isObject(params)) return `a notification without parameters: ${data.slice(0, 80)}`;
		const stream = this.#streams.get(params['subscription'] as string | number);
		if (params['error'] !== undefined) stream?.fail(asError(params['error']));
		else stream?.push(params['result']);
		return undefined;
	}

	#end(why: string): ConnectionError {
		if (this.#ended !== undefined) return this.#ended;
		const error = new ConnectionError(`${this.#url}: ${why}`);
		this.#ended = error;
		clearInterval(this.#watchdog);
		for (const pending of [...this.#pending.values()]) pending.reject(error);
		for (const stream of this.#streams.values()) stream.fail(error);
		this.#streams.clear();
		try {
			// The package `ws` waits for the other side to close, which a stalled one never does.
			const { terminate } = this.#socket as { terminate?: () => void };
			if (terminate === undefined) this.#socket.close();
			else terminate.call(this.#socket);
		} catch {
			// It is closed already.
		}
		return error;
	}
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asError(error: unknown): RpcError {
	if (!isObject(error)) return new RpcError(0, String(error));
	const { code, message, data } = error;
	const text = typeof message === 'string' ? message : 'no message';
	const details = data === undefined ? text : `${text}: ${JSON.stringify(data)}`;
	return new RpcError(typeof code === 'number' ? code : 0, details, data);
}
