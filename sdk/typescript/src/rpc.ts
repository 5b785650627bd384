// Minimal JSON-RPC over a WebSocket. polkadot-api's provider does not fit: it reconnects silently and tells only its own
// subscriptions, so that a program that watches a unit would wait forever.

import { ConnectionError, RpcError } from './errors.js';

/** Timeout of connecting and of each call. */
const TIMEOUT_MS = 30_000;

/** The part of the WebSocket interface in use. Browsers, Node.js 22 and the package `ws` provide it. */
export interface WebSocketLike {
	send(text: string): void;
	close(): void;
	addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
	addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

/** A WebSocket constructor. */
export type WebSocketClass = new (url: string) => WebSocketLike;

interface Pending {
	resolve(result: unknown): void;
	reject(error: Error): void;
}

/** Notifications of a subscription. Leaving a `for await` loop unsubscribes. */
export interface Subscription<T> extends AsyncIterableIterator<T> {
	return(): Promise<IteratorResult<T>>;
}

/** A connection to a node. It does not reconnect: only the caller knows which work was pending. */
export class RpcConnection {
	readonly #socket: WebSocketLike;
	readonly #pending = new Map<number, Pending>();
	readonly #streams = new Map<string | number, Stream>();
	#lastId = 0;
	#closed: ConnectionError | undefined;

	private constructor(socket: WebSocketLike) {
		this.#socket = socket;
	}

	/** Opens a connection. */
	static open(url: string, webSocket: WebSocketClass): Promise<RpcConnection> {
		return new Promise((resolve, reject) => {
			const socket = new webSocket(url);
			const connection = new RpcConnection(socket);
			const fail = (why: string) => {
				clearTimeout(timer);
				const error = new ConnectionError(`${url}: ${why}`);
				connection.#end(error);
				reject(error);
			};
			const timer = setTimeout(() => {
				fail(`no connection within ${TIMEOUT_MS / 1000} s`);
				socket.close();
			}, TIMEOUT_MS);
			socket.addEventListener('open', () => {
				clearTimeout(timer);
				resolve(connection);
			});
			socket.addEventListener('error', () => fail('the connection failed'));
			socket.addEventListener('close', () => fail('the connection is closed'));
			socket.addEventListener('message', ({ data }) => connection.#receive(String(data)));
		});
	}

	/** Calls a method and returns the result. */
	request(method: string, params: unknown[]): Promise<unknown> {
		return this.#call(method, params, (result) => result);
	}

	/** Starts a subscription. */
	subscribe(method: string, unsubscribe: string, params: unknown[]): Promise<Subscription<unknown>> {
		// A notification may follow the response immediately: the stream is registered before any other message is read.
		return this.#call(method, params, (result) => {
			const id = result as string | number;
			const stream = new Stream(async () => {
				this.#streams.delete(id);
				if (this.#closed === undefined) await this.request(unsubscribe, [id]);
			});
			this.#streams.set(id, stream);
			return stream;
		});
	}

	/** Closes the connection. Pending calls and subscriptions fail. */
	close(): void {
		this.#end(new ConnectionError('the connection was closed'));
		this.#socket.close();
	}

	#call<T>(method: string, params: unknown[], read: (result: unknown) => T): Promise<T> {
		return new Promise((resolve, reject) => {
			if (this.#closed !== undefined) throw this.#closed;
			const id = ++this.#lastId;
			const timer = setTimeout(() => {
				this.#pending.delete(id);
				reject(new ConnectionError(`no response to ${method} within ${TIMEOUT_MS / 1000} s`));
			}, TIMEOUT_MS);
			this.#pending.set(id, {
				resolve: (result) => {
					clearTimeout(timer);
					resolve(read(result));
				},
				reject: (error) => {
					clearTimeout(timer);
					reject(error);
				},
			});
			this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
		});
	}

	#receive(text: string): void {
		const message = JSON.parse(text);
		if (message.id !== undefined && message.id !== null) {
			const pending = this.#pending.get(message.id);
			this.#pending.delete(message.id);
			if (message.error !== undefined) pending?.reject(asError(message.error));
			else pending?.resolve(message.result);
			return;
		}
		const stream = this.#streams.get(message.params?.subscription);
		if (message.params?.error !== undefined) stream?.fail(asError(message.params.error));
		else stream?.push(message.params?.result);
	}

	#end(error: ConnectionError): void {
		this.#closed ??= error;
		for (const pending of this.#pending.values()) pending.reject(error);
		for (const stream of this.#streams.values()) stream.fail(error);
		this.#pending.clear();
		this.#streams.clear();
	}
}

function asError(error: unknown): RpcError {
	if (typeof error !== 'object' || error === null) return new RpcError(0, String(error));
	const { code = 0, message = 'no message', data } = error as { code?: number; message?: string; data?: unknown };
	return new RpcError(code, data === undefined ? message : `${message}: ${JSON.stringify(data)}`, data);
}

/** Queues notifications until they are read. The subscribed units bound their number: each has few status changes. */
class Stream implements Subscription<unknown> {
	readonly #unsubscribe: () => Promise<void>;
	readonly #items: unknown[] = [];
	#waiting: { resolve(result: IteratorResult<unknown>): void; reject(error: Error): void } | undefined;
	#error: Error | undefined;
	#done = false;

	constructor(unsubscribe: () => Promise<void>) {
		this.#unsubscribe = unsubscribe;
	}

	push(item: unknown): void {
		if (this.#waiting === undefined) {
			this.#items.push(item);
		} else {
			this.#waiting.resolve({ done: false, value: item });
			this.#waiting = undefined;
		}
	}

	fail(error: Error): void {
		this.#error ??= error;
		this.#waiting?.reject(this.#error);
		this.#waiting = undefined;
	}

	next(): Promise<IteratorResult<unknown>> {
		if (this.#items.length > 0) return Promise.resolve({ done: false, value: this.#items.shift() });
		if (this.#done) return Promise.resolve({ done: true, value: undefined });
		if (this.#error !== undefined) return Promise.reject(this.#error);
		return new Promise((resolve, reject) => {
			this.#waiting = { resolve, reject };
		});
	}

	async return(): Promise<IteratorResult<unknown>> {
		if (!this.#done) {
			this.#done = true;
			this.#items.length = 0;
			this.#waiting?.resolve({ done: true, value: undefined });
			await this.#unsubscribe();
		}
		return { done: true, value: undefined };
	}

	[Symbol.asyncIterator](): this {
		return this;
	}
}
