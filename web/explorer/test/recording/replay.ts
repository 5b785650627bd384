// Replays recorded traffic to the page's worker: a WebSocket class without a network.

import type { WebSocketLike } from '@top/sdk';
import type { Answer, Traffic } from './format.js';
import { keyOf } from './recorder.js';

type Listener = (event: { data: unknown }) => void;

/** Returns a WebSocket class that answers as the recorded nodes did, each call by its answers in turn. */
export function replayOf(traffic: Traffic): new (address: string) => WebSocketLike {
	const answers = new Map(traffic.calls.map(({ node, method, params, answers }) => [keyOf(node, method, params), answers]));
	return class implements WebSocketLike {
		readonly #node: number;
		readonly #listeners = new Map<string, Listener[]>();
		readonly #turns = new Map<string, number>();
		readonly #timers = new Set<ReturnType<typeof setTimeout>>();

		constructor(address: string) {
			this.#node = traffic.nodes.indexOf(address);
			this.#later(0, () => this.#emit(this.#node < 0 ? 'error' : 'open', undefined));
		}

		send(text: string): void {
			const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown };
			const key = keyOf(this.#node, method, params);
			const known = answers.get(key);
			const turn = this.#turns.get(key) ?? 0;
			this.#turns.set(key, turn + 1);
			const answer = known?.[Math.min(turn, known.length - 1)];
			const { result, error } = answer ?? { error: { code: -32_000, message: 'the recording has no answer to this call' } };
			this.#later(0, () => this.#emit('message', error === undefined ? { id, result } : { id, error }));
			if (answer?.notices !== undefined) this.#notify(answer);
		}

		close(): void {
			for (const timer of this.#timers) clearTimeout(timer);
			this.#timers.clear();
		}

		addEventListener(type: string, listener: Listener): void {
			this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
		}

		#notify({ at: began, result: subscription, notices = [] }: Answer): void {
			for (const { at, method, result } of notices) {
				this.#later(at - began, () => this.#emit('message', { method, params: { subscription, result } }));
			}
		}

		#later(ms: number, then: () => void): void {
			const timer = setTimeout(() => {
				this.#timers.delete(timer);
				then();
			}, ms);
			this.#timers.add(timer);
		}

		#emit(type: string, message: object | undefined): void {
			const data = message === undefined ? undefined : JSON.stringify({ jsonrpc: '2.0', ...message });
			for (const listener of this.#listeners.get(type) ?? []) listener({ data });
		}
	};
}
