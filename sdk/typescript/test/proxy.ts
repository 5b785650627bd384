// A TCP proxy between clients and a node's WebSocket port that cuts, stalls, delays and repeats at random, by a seed.
//
// It forwards whole WebSocket frames, so that a repeated frame is a repeated message and not a broken stream. It knows
// nothing of the messages: it works in front of a real node as well.

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Random } from './random.js';

/** How often a frame is treated badly, in cases of 10,000. */
export interface Faults {
	/** The connection is cut before, within or after the frame. */
	cut: number;
	/** The connection stays open, and nothing passes any more. */
	stall: number;
	/** The frame, and all behind it, is delayed by at most `longestDelayMs`. */
	delay: number;
	/** The frame is sent twice. */
	repeat: number;
	longestDelayMs: number;
}

export const NO_FAULTS: Faults = { cut: 0, stall: 0, delay: 0, repeat: 0, longestDelayMs: 0 };

interface Link {
	sockets: Socket[];
	isStalled: boolean;
}

export class Proxy {
	readonly counts = { connections: 0, cuts: 0, stalls: 0, delays: 0, repeats: 0 };
	faults: Faults;
	/** Port of the node that later connections lead to. */
	port: number;
	/** Whether frames of all connections are kept back from now on; a connection that was caught stays stalled. */
	stalls = false;
	refuses = false;
	readonly #server: Server;
	readonly #random: Random;
	readonly #links = new Set<Link>();

	private constructor(server: Server, port: number, faults: Faults, seed: number) {
		this.#server = server;
		this.port = port;
		this.faults = faults;
		this.#random = new Random(seed);
		server.on('connection', (client) => this.#accept(client));
	}

	static start(port: number, faults: Faults, seed: number): Promise<Proxy> {
		return new Promise((resolve) => {
			const server = createServer();
			server.listen(0, '127.0.0.1', () => resolve(new Proxy(server, port, faults, seed)));
		});
	}

	get url(): string {
		return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Cuts all connections. */
	cut(): void {
		for (const link of this.#links) this.#end(link);
	}

	stop(): Promise<void> {
		this.cut();
		return new Promise((resolve) => this.#server.close(() => resolve()));
	}

	#end(link: Link): void {
		this.#links.delete(link);
		for (const socket of link.sockets) socket.destroy();
	}

	#accept(client: Socket): void {
		if (this.refuses) return void client.destroy();
		this.counts.connections += 1;
		const node = connect(this.port, '127.0.0.1');
		const link: Link = { sockets: [client, node], isStalled: false };
		this.#links.add(link);
		for (const socket of link.sockets) {
			socket.setNoDelay();
			socket.on('error', () => undefined);
			// A stalled link stays open on the other side.
			socket.on('close', () => link.isStalled || this.#end(link));
		}
		this.#pump(link, client, node);
		this.#pump(link, node, client);
	}

	#pump(link: Link, from: Socket, to: Socket): void {
		let read = Buffer.alloc(0);
		let isOpen = false;
		let queue = Promise.resolve();
		from.on('data', (bytes) => {
			read = Buffer.concat([read, bytes]);
			for (;;) {
				const length = isOpen ? frameLength(read) : handshakeLength(read);
				if (length === undefined || read.length < length) return;
				const part = read.subarray(0, length);
				read = read.subarray(length);
				const isFrame = isOpen;
				isOpen = true;
				queue = queue.then(() => this.#forward(link, to, part, isFrame));
			}
		});
	}

	async #forward(link: Link, to: Socket, part: Buffer, isFrame: boolean): Promise<void> {
		const { cut, stall, delay, repeat, longestDelayMs } = this.faults;
		if (this.stalls) link.isStalled = true;
		if (link.isStalled || to.destroyed) return;
		if (!isFrame) return void to.write(part);
		const random = this.#random;
		if (random.chance(delay)) {
			this.counts.delays += 1;
			await new Promise((resolve) => setTimeout(resolve, random.below(longestDelayMs)));
		}
		if (random.chance(cut)) {
			this.counts.cuts += 1;
			to.write(part.subarray(0, Math.floor((random.below(3) * part.length) / 2)));
			return this.#end(link);
		}
		if (random.chance(stall)) {
			this.counts.stalls += 1;
			link.isStalled = true;
			return;
		}
		to.write(part);
		if (random.chance(repeat)) {
			this.counts.repeats += 1;
			to.write(part);
		}
	}
}

function handshakeLength(read: Buffer): number | undefined {
	const end = read.indexOf('\r\n\r\n');
	return end < 0 ? undefined : end + 4;
}

/** Returns the length of the first frame of RFC 6455, with its header. */
function frameLength(read: Buffer): number | undefined {
	if (read.length < 2) return undefined;
	const [masked, short] = [(read[1] as number) & 0x80, (read[1] as number) & 0x7f];
	const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
	const header = 2 + extended + (masked ? 4 : 0);
	if (read.length < header) return undefined;
	const length = extended === 2 ? read.readUInt16BE(2) : extended === 8 ? Number(read.readBigUInt64BE(2)) : short;
	return header + length;
}
