// Records the traffic of connections: a WebSocket class that notes what passes.

import { WebSocket } from 'ws';
import type { Config } from '../../src/shared/model.js';
import type { Answer, Call, Traffic } from './format.js';

/** Fields of a certificate's report that clients do not read: `encoded` has them all. */
const WITHOUT = new Set(['signatures', 'signers']);

interface Message {
	id?: number;
	method?: string;
	params?: unknown;
	result?: unknown;
	error?: unknown;
}

export class Recorder {
	readonly #calls = new Map<string, Call>();
	readonly #nodes: string[] = [];
	readonly #began = Date.now();
	#isOver = false;

	/** A WebSocket class whose traffic is recorded. */
	get webSocket(): typeof WebSocket {
		const recorder = this;
		return class extends WebSocket {
			constructor(address: string) {
				super(address);
				recorder.#listen(this, address);
			}
		} as typeof WebSocket;
	}

	/** Ends the recording and returns it. */
	end(config: Config): Traffic {
		this.#isOver = true;
		return { config, nodes: this.#nodes, lengthMs: this.#now, calls: [...this.#calls.values()] };
	}

	get #now(): number {
		return Date.now() - this.#began;
	}

	#listen(socket: WebSocket, address: string): void {
		if (!this.#nodes.includes(address)) this.#nodes.push(address);
		const node = this.#nodes.indexOf(address);
		const asked = new Map<number, Message>();
		const streams = new Map<unknown, Answer>();
		const send = socket.send.bind(socket) as (text: string) => void;
		socket.send = (text: unknown) => {
			const call = JSON.parse(String(text)) as Message;
			asked.set(call.id as number, call);
			send(String(text));
		};
		socket.on('message', (data) => {
			if (this.#isOver) return;
			const { id, method = '', params, result, error } = JSON.parse(String(data)) as Message;
			if (id === undefined) {
				const { subscription, result } = params as { subscription: unknown; result: unknown };
				streams.get(subscription)?.notices?.push({ at: this.#now, method, result: plain(result) });
				return;
			}
			const call = asked.get(id);
			if (call === undefined) return;
			asked.delete(id);
			const answer: Answer = { at: this.#now, ...(error === undefined ? { result: plain(result) } : { error }) };
			this.#note(node, call, answer);
			if (call.method?.includes('_subscribe') === true) streams.set(result, Object.assign(answer, { notices: [] }));
		});
	}

	#note(node: number, { method = '', params }: Message, answer: Answer): void {
		const key = keyOf(node, method, params);
		const call = this.#calls.get(key) ?? { node, method, params: params as unknown[], answers: [] };
		this.#calls.set(key, call);
		const last = call.answers[call.answers.length - 1];
		if (last === undefined || JSON.stringify({ ...last, at: 0 }) !== JSON.stringify({ ...answer, at: 0 })) call.answers.push(answer);
	}
}

export const keyOf = (node: number, method: string, params: unknown) => `${node} ${method} ${JSON.stringify(params)}`;

function plain(result: unknown): unknown {
	if (typeof result !== 'object' || result === null || !('encoded' in result)) return result;
	return Object.fromEntries(Object.entries(result).filter(([name]) => !WITHOUT.has(name)));
}
