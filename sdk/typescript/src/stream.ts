// Notifications of a subscription, queued until they are read.

import { ConnectionError } from './errors.js';

/**
 * Maximum number of unread notifications of one subscription: 1,000 units of a call, and each changes a few times. A
 * reader that lags behind is told so, and a node cannot fill the memory.
 */
export const MAX_UNREAD = 8_000;

/** Notifications of a subscription. Leaving a `for await` loop unsubscribes. */
export interface Subscription<T> extends AsyncIterableIterator<T> {
	return(): Promise<IteratorResult<T>>;
}

/** Queues notifications until they are read. */
export class Stream implements Subscription<unknown> {
	readonly #unsubscribe: () => void;
	readonly #items: unknown[] = [];
	#waiting: { resolve(result: IteratorResult<unknown>): void; reject(error: Error): void } | undefined;
	#error: Error | undefined;
	#done = false;

	constructor(unsubscribe: () => void) {
		this.#unsubscribe = unsubscribe;
	}

	push(item: unknown): void {
		if (this.#done || this.#error !== undefined) return;
		if (this.#waiting !== undefined) {
			this.#waiting.resolve({ done: false, value: item });
			this.#waiting = undefined;
		} else if (this.#items.length < MAX_UNREAD) {
			this.#items.push(item);
		} else {
			this.fail(new ConnectionError(`more than ${MAX_UNREAD} notifications are unread`));
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

	/** Takes the items that wait, without waiting for one. */
	takeWaiting(): unknown[] {
		return this.#items.splice(0);
	}

	async return(): Promise<IteratorResult<unknown>> {
		if (!this.#done) {
			this.#done = true;
			this.#items.length = 0;
			this.#waiting?.resolve({ done: true, value: undefined });
			this.#waiting = undefined;
			this.#unsubscribe();
		}
		return { done: true, value: undefined };
	}

	[Symbol.asyncIterator](): this {
		return this;
	}
}

/** A subscription that goes on over as many connections as it takes. */
export abstract class LastingSubscription<T> implements Subscription<T> {
	/** The stream of the present connection. */
	protected stream: Stream | undefined;
	protected isDone = false;

	abstract next(): Promise<IteratorResult<T>>;

	async return(): Promise<IteratorResult<T>> {
		this.isDone = true;
		this.disconnect();
		return { done: true, value: undefined };
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	protected disconnect(): void {
		void this.stream?.return();
		this.stream = undefined;
	}
}
