// A proxy between the page and a node that changes what the node says, stalls, or is not there.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

interface Message {
	id?: number;
	method?: string;
	params?: unknown;
	result?: unknown;
}

/** Changes the result of a call, or of a notification. */
export type Lie = (method: string, result: unknown, params: unknown[]) => unknown;

export class Proxy {
	/** Changes results; without it the proxy is honest. */
	lie: Lie | undefined;
	/** Methods and notifications that the page has used. */
	readonly used = new Set<string>();
	/** Whether notifications are kept back. */
	stalls = false;
	readonly #target: string;
	#server: Server | undefined;
	#sockets: WebSocketServer | undefined;
	#port = 0;

	private constructor(target: string) {
		this.#target = target;
	}

	static async start(target: string): Promise<Proxy> {
		const proxy = new Proxy(target);
		await proxy.open();
		return proxy;
	}

	get address(): string {
		return `ws://127.0.0.1:${this.#port}`;
	}

	/** Listens, at the port of before. */
	open(): Promise<void> {
		return new Promise((resolve) => {
			const server = createServer((request, response) => void this.#pass(request, response));
			const sockets = new WebSocketServer({ server });
			[this.#server, this.#sockets] = [server, sockets];
			sockets.on('connection', (client) => this.#accept(client));
			server.listen(this.#port, '127.0.0.1', () => {
				this.#port = (server.address() as AddressInfo).port;
				resolve();
			});
		});
	}

	/** Cuts all connections and refuses others. */
	close(): Promise<void> {
		for (const client of this.#sockets?.clients ?? []) client.terminate();
		this.#server?.closeAllConnections();
		return new Promise((resolve) => this.#server?.close(() => resolve()));
	}

	/** Passes a call by HTTP on, as it is: the server of the page is on the reader's side. */
	async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		const headers = { 'content-type': 'application/json' };
		const answer = await fetch(this.#target.replace(/^ws/, 'http'), { method: 'POST', headers, body: Buffer.concat(parts) });
		response.writeHead(answer.status, headers).end(await answer.text());
	}

	#accept(client: WebSocket): void {
		const node = new WebSocket(this.#target);
		const waiting: string[] = [];
		const calls = new Map<number, Message>();
		client.on('message', (data) => {
			const text = String(data);
			const call = JSON.parse(text) as Message;
			if (call.id !== undefined) calls.set(call.id, call);
			if (node.readyState === WebSocket.OPEN) node.send(text);
			else waiting.push(text);
		});
		node.on('open', () => waiting.splice(0).forEach((text) => node.send(text)));
		node.on('message', (data) => {
			const answer = JSON.parse(String(data)) as Message;
			const call = answer.id === undefined ? undefined : calls.get(answer.id);
			this.used.add(call?.method ?? answer.method ?? '');
			if (answer.id === undefined && this.stalls) return;
			if (this.lie !== undefined && call?.method !== undefined && 'result' in answer) {
				answer.result = this.lie(call.method, answer.result, (call.params ?? []) as unknown[]);
			} else if (this.lie !== undefined && answer.id === undefined) {
				const params = answer.params as { result: unknown };
				params.result = this.lie(answer.method ?? '', params.result, []);
			}
			client.send(JSON.stringify(answer));
		});
		for (const socket of [client, node]) {
			socket.on('error', () => undefined);
			socket.on('close', () => [client, node].forEach((each) => each.terminate()));
		}
	}
}
