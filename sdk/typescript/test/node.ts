// A test node on a WebSocket. The test supplies the responses.

import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

export interface Call {
	id: number;
	method: string;
	params: unknown[];
}

/** Possible responses of a test node to a call. */
export interface Answer {
	result(value: unknown): void;
	error(code: number, message: string, data?: unknown): void;
	notify(method: string, subscription: unknown, result: unknown): void;
	/** Sends a message as it is. */
	raw(message: string | Uint8Array): void;
	/** Breaks the connection. */
	cut(): void;
}

/** Genesis of every test node, unless a test sets another one. */
export const GENESIS = `0x${'91'.repeat(32)}`;

export class TestNode {
	/** The calls of the test. Pings and the question for the genesis are answered, and not listed. */
	readonly calls: Call[] = [];
	genesis: unknown = GENESIS;
	/** Encodes a message. A hostile node encodes it otherwise. */
	spoil: (message: object) => string = (message) => JSON.stringify(message);
	/** Passes on what arrives: connections and calls. A test that counts round trips keeps it back. */
	hold: (pass: () => unknown) => void = (pass) => pass();
	readonly port: number;
	/** Whether the node is out of reach. */
	#isDown = false;
	readonly #server: WebSocketServer;

	private constructor(server: WebSocketServer, handle: (call: Call, answer: Answer) => void) {
		this.#server = server;
		this.port = (server.address() as AddressInfo).port;
		server.options.verifyClient = (_, done) => this.hold(() => done(!this.#isDown));
		server.on('connection', (socket) => {
			const send = (message: object) => {
				socket.send(this.spoil({ jsonrpc: '2.0', ...message }));
			};
			const receive = (data: unknown) => {
				const call = JSON.parse(String(data)) as Call;
				if (call.method === 'system_health') return send({ id: call.id, result: {} });
				if (call.method === 'chain_getBlockHash' && call.params[0] === 0) {
					return send({ id: call.id, result: this.genesis });
				}
				this.calls.push(call);
				handle(call, {
					result: (result) => send({ id: call.id, result }),
					error: (code, message, data) => send({ id: call.id, error: { code, message, data } }),
					notify: (method, subscription, result) => send({ method, params: { subscription, result } }),
					raw: (message) => socket.send(message),
					cut: () => socket.terminate(),
				});
			};
			// What was kept back may pass after the end of the connection, or of the node.
			const isOpen = () => socket.readyState === socket.OPEN;
			socket.on('message', (data) => this.hold(() => isOpen() && receive(data)));
		});
	}

	static start(handle: (call: Call, answer: Answer) => void): Promise<TestNode> {
		return new Promise((resolve) => {
			const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
			server.on('listening', () => resolve(new TestNode(server, handle)));
		});
	}

	get url(): string {
		return `ws://127.0.0.1:${this.port}`;
	}

	/** The called methods, in order. */
	get methods(): string[] {
		return this.calls.map(({ method }) => method);
	}

	/** Cuts all connections, and refuses others until the node is up again. */
	setDown(isDown: boolean): void {
		this.#isDown = isDown;
		for (const socket of this.#server.clients) socket.terminate();
	}

	stop(): Promise<void> {
		for (const socket of this.#server.clients) socket.terminate();
		return new Promise((resolve) => this.#server.close(() => resolve()));
	}
}

export { WebSocket };
