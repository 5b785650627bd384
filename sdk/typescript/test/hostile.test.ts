// A node that sends what it should not: calls fail or succeed in time, and nothing throws out of a listener.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
	decodeUnit,
	signerFromSeed,
	TopClient,
	TopError,
	Verifier,
	type ConnectOptions,
} from '../src/index.js';
import { MAX_UNREAD } from '../src/stream.js';
import { LedgerNode } from './ledger.js';
import { TestNode, WebSocket, type Answer, type Call } from './node.js';
import { Random } from './random.js';
import { receipts, units as vectors } from './vectors.js';

const OPTIONS: ConnectOptions = {
	webSocket: WebSocket,
	connectionTimeoutMs: 500,
	requestTimeoutMs: 250,
	silenceMs: 1_000,
	reconnectForMs: 0,
};
const unit = decodeUnit(vectors.units[0]!.unitScale);
const alice = signerFromSeed(`0x${'31'.repeat(32)}`, 'Ed25519');

const thrown: unknown[] = [];
const note = (error: unknown) => void thrown.push(error);
before(() => void process.on('uncaughtException', note).on('unhandledRejection', note));
after(() => void process.off('uncaughtException', note).off('unhandledRejection', note));

/** Calls every method. Returns how many succeed; the others must fail with an error of this package. */
async function callAll(top: TopClient, dest: string): Promise<number> {
	const verifier = Verifier.fromReport(receipts.committee);
	const calls: (() => Promise<unknown>)[] = [
		() => top.info(),
		() => top.account(dest),
		() => top.unit(vectors.units[0]!.hash),
		() => top.units(dest),
		() => top.prove(vectors.units[0]!.hash),
		() => top.committee(),
		() => top.follow(verifier, receipts.receipts[0]!.receipt),
		() => top.submit([unit]),
		() => top.submitUntilFinal([unit]),
		() => top.pay(alice, dest, 1n).then((payment) => payment.finalized()),
		() => top.resume(vectors.units[0]!.hash),
	];
	let succeeded = 0;
	for (const call of calls) {
		try {
			await call();
			succeeded += 1;
		} catch (error) {
			assert.ok(error instanceof TopError, String((error as Error).stack));
		}
	}
	return succeeded;
}

/** Uses a node and a client of it, and ends both. A test that left one open would not end when it fails. */
async function withNode(
	handle: (call: Call, answer: Answer) => void,
	options: ConnectOptions,
	use: (top: TopClient) => Promise<unknown>,
): Promise<void> {
	const node = await TestNode.start(handle);
	try {
		const top = await TopClient.connect(node.url, options);
		try {
			await use(top);
		} finally {
			top.close();
		}
	} finally {
		await node.stop();
	}
}

/** Runs all calls against a node. */
async function against(handle: (call: Call, answer: Answer) => void): Promise<void> {
	await withNode(handle, OPTIONS, (top) => callAll(top, alice.account));
	assert.deepEqual(thrown, []);
}

describe('a frame', () => {
	const long = '['.repeat(200_000);
	const frames: Record<string, string | Uint8Array> = {
		'that is not JSON': 'not json',
		'that ends early': '{"id":1,"resu',
		'that is null': 'null',
		'that is a list': '[1,2]',
		'that is a number': '7',
		'that is nested deeply': long,
		'that is binary': Uint8Array.of(1, 2, 3),
		'without a result': '{"id":1}',
		'with an object as id': '{"id":{},"result":1}',
		'with an unknown id': '{"id":99999,"result":1}',
		'that notifies without parameters': '{"method":"x","params":null}',
		'that notifies an unknown subscription': '{"method":"x","params":{"subscription":"none","result":1}}',
		'that notifies a subscription of a wrong type': '{"method":"x","params":{"subscription":{"a":1},"result":1}}',
		'with a member of a prototype': '{"method":"x","params":{"subscription":"__proto__","result":1}}',
	};
	for (const [name, frame] of Object.entries(frames)) {
		it(`${name} throws out of no listener`, { timeout: 60_000 }, async () => {
			await against((_, answer) => answer.raw(frame));
		});
	}

	it('that is larger than any message ends the connection', { timeout: 60_000 }, async () => {
		const huge = `"${'x'.repeat(65 * 1024 * 1024)}"`;
		// A busy machine takes more than a second for it, in which nothing else arrives.
		const patient = { ...OPTIONS, requestTimeoutMs: 40_000, silenceMs: 40_000 };
		await withNode((_, answer) => answer.raw(huge), patient, (top) => assert.rejects(top.info(), /bytes/));
	});
});

describe('a node', () => {
	it('with results of any type makes no call throw anything else', { timeout: 120_000 }, async () => {
		const values = [null, true, -1, 1e300, '', '0x', 'text', [], {}, [[]], [null], [{}], { hash: 1, status: 'final' }];
		for (const value of values) await against((_, answer) => answer.result(value));
	});

	it('that notifies without end is cut off', { timeout: 20_000 }, async () => {
		const flood = (call: Call, answer: Answer): void => {
			answer.result('subscription');
			if (call.method !== 'lattice_submitAndWatch') return;
			for (let count = 0; count < MAX_UNREAD + 100; count++) answer.notify('x', 'subscription', { count });
		};
		await withNode(flood, { ...OPTIONS, requestTimeoutMs: 10_000 }, async (top) => {
			const watch = await top.submitAndWatch([unit]);
			await new Promise((resolve) => setTimeout(resolve, 1_000));
			await assert.rejects(watch.next(), TopError);
		});
	});

	it('that spoils parts of its messages at random', { timeout: 300_000 }, async () => {
		const ledger = await LedgerNode.start(1, 20, [alice]);
		let [succeeded, spoiled] = [0, 0];
		for (let seed = 1; seed <= 40; seed++) {
			const random = new Random(seed);
			const spoil = (value: unknown): unknown => {
				if (random.chance(7_000) && typeof value === 'object' && value !== null) {
					const keys = Object.keys(value);
					const key = keys[random.below(Math.max(keys.length, 1))];
					if (key === undefined) return null;
					const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
					copy[key] = spoil(copy[key]);
					return copy;
				}
				const wrong = [null, -1, 1e300, '0x', 'text', [[]], {}, true, undefined];
				return wrong[random.below(wrong.length)];
			};
			ledger.node.spoil = (message) => {
				if (!random.chance(3_000)) return JSON.stringify(message);
				spoiled += 1;
				if (random.chance(2_000)) return JSON.stringify(message).slice(0, random.below(100));
				return JSON.stringify(spoil(message)) ?? '';
			};
			const top = await TopClient.connect(ledger.node.url, OPTIONS).catch(() => undefined);
			if (top === undefined) continue;
			succeeded += await callAll(top, alice.account);
			top.close();
		}
		await ledger.stop();
		console.log(`${spoiled} messages were spoiled, ${succeeded} calls succeeded`);
		assert.ok(spoiled > 50 && succeeded > 50);
		assert.deepEqual(thrown, []);
		assert.ok([...ledger.applied.values()].length <= 40);
	});
});
