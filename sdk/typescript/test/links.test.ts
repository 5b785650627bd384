// Links that break, stall, or lead elsewhere; and reports that say nothing.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
	NoReceiptError,
	OtherLedgerError,
	signerFromSeed,
	signUnit,
	TopClient,
	transfer,
	UnitRefusedError,
	UnsettledError,
	type ConnectOptions,
	type Unit,
} from '../src/index.js';
import { LedgerNode } from './ledger.js';
import { WebSocket } from './node.js';
import { NO_FAULTS, Proxy } from './proxy.js';

const alice = signerFromSeed(`0x${'31'.repeat(32)}`, 'Ed25519');
const OPTIONS: ConnectOptions = { webSocket: WebSocket, silenceMs: 500, reconnectForMs: 20_000 };
/** Longest time in which a client notices that nothing arrives, and is connected again. */
const BOUND_MS = 4_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let ledger: LedgerNode;
let proxy: Proxy;
let top: TopClient;
let direct: TopClient;

beforeEach(async () => {
	ledger = await LedgerNode.start(1, 1_000, [alice]);
	proxy = await Proxy.start(ledger.node.port, NO_FAULTS, 1);
	top = await TopClient.connect(proxy.url, OPTIONS);
	direct = await TopClient.connect(ledger.node.url, OPTIONS);
});

afterEach(async () => {
	top.close();
	direct.close();
	await proxy.stop();
	await ledger.stop();
});

/** Returns two consecutive units. The second waits until the first one arrives. */
async function pair(): Promise<[Unit, Unit]> {
	const builder = await direct.builder(alice);
	const first = await builder.next([transfer(alice.account, 1n)]);
	return [first, await builder.next([transfer(alice.account, 2n)])];
}

async function isFinal(unit: Unit): Promise<void> {
	await (await direct.send(unit)).finalized();
}

describe('a link', () => {
	it('that stalls is noticed, and the watch goes on', { timeout: 30_000 }, async () => {
		const [first, second] = await pair();
		const payment = await top.send(second);
		assert.equal(payment.report.status, 'future');
		proxy.stalls = true;
		const began = Date.now();
		const waiting = payment.finalized();
		// A link that was caught stays stalled. Later ones pass.
		await pause(300);
		proxy.stalls = false;
		await isFinal(first);
		await waiting;
		assert.ok(Date.now() - began < BOUND_MS, `${Date.now() - began} ms`);
		assert.equal(proxy.counts.connections, 2);
	});

	it('that is cut and refused for a while comes back', { timeout: 30_000 }, async () => {
		const [first, second] = await pair();
		const payment = await top.send(second);
		proxy.refuses = true;
		proxy.cut();
		const waiting = Promise.all([payment.finalized(), top.account(alice.account)]);
		await isFinal(first);
		assert.equal(await Promise.race([waiting, pause(1_000)]), undefined);
		proxy.refuses = false;
		await waiting;
	});

	it('does not go on with another ledger', { timeout: 30_000 }, async () => {
		const [, waits] = await pair();
		const payment = await top.send(waits);
		const other = await LedgerNode.start(2, 1_000, [alice]);
		proxy.port = other.node.port;
		proxy.cut();
		await assert.rejects(payment.finalized(), (error) => {
			assert.ok(error instanceof UnsettledError && error.cause instanceof OtherLedgerError, String(error));
			assert.deepEqual(error.units, [waits]);
			return true;
		});
		await assert.rejects(top.account(alice.account), OtherLedgerError);
		await other.stop();

		const { url } = ledger.node;
		const genesis = ledger.chain.domain.genesis;
		const expected = await TopClient.connect(url, { ...OPTIONS, genesis, domain: ledger.domain });
		await expected.info();
		expected.close();
		await assert.rejects(TopClient.connect(url, { ...OPTIONS, genesis: ledger.domain }), OtherLedgerError);
		const domain = await TopClient.connect(url, { ...OPTIONS, domain: genesis });
		await assert.rejects(domain.builder(alice), OtherLedgerError);
		domain.close();
	});

	it('that is closed by its program stays closed', { timeout: 10_000 }, async () => {
		const [, waits] = await pair();
		const payment = await top.send(waits);
		const waiting = assert.rejects(payment.finalized(), UnsettledError);
		top.close();
		await waiting;
		await assert.rejects(top.account(alice.account), /was closed/);
		assert.equal(proxy.counts.connections, 1);
	});
});

describe('a unit', () => {
	it('is watched by its hash after a restart of the program', { timeout: 30_000 }, async () => {
		const [first, second] = await pair();
		const { hash } = await top.send(second);
		top.close();
		top = await TopClient.connect(proxy.url, OPTIONS);
		const resumed = await top.resume(hash);
		assert.deepEqual([resumed.unit, resumed.report.status], [second, 'future']);
		await isFinal(first);
		await resumed.finalized();
		await (await top.resume(hash)).finalized();
	});

	it('is final for its caller though the index lags or is missing', { timeout: 60_000 }, async () => {
		const [first, second] = await pair();
		await isFinal(first);
		// The node reports the height of the applied unit as passed. The client asks what took it.
		ledger.indexLag = 40;
		const payment = await top.send(first);
		assert.equal(payment.report.status, 'final');
		await payment.finalized();

		ledger.indexLag = Infinity;
		const hasty = await TopClient.connect(ledger.node.url, { ...OPTIONS, reconnectForMs: 0 });
		await assert.rejects((await hasty.send(first)).finalized(), NoReceiptError);

		// Another unit took the height.
		const body = { ...first.body, operations: [transfer(alice.account, 7n)] };
		const rival = await signUnit(body, ledger.domain, alice);
		await assert.rejects(top.send(rival), (error) => {
			assert.ok(error instanceof UnitRefusedError && error.report.reason?.code === 'height', String(error));
			assert.deepEqual([error.mayStillApply, error.units], [false, [rival]]);
			return true;
		});
		// A unit followed it, and there is no index: which one took the height is not settled.
		const followed = await direct.send(second);
		while (ledger.applied.size < 2) await pause(10);
		await followed.leave();
		await assert.rejects(hasty.send(rival), UnsettledError);
		hasty.close();
	});

	it('that expired never applies', { timeout: 30_000 }, async () => {
		const [first] = await pair();
		const builder = await direct.builder(alice);
		await builder.next([transfer(alice.account, 1n)]);
		const waits = await builder.next([transfer(alice.account, 2n)], { validUntil: ledger.chain.newest + 40 });
		assert.equal(first.body.height + 1, waits.body.height);
		await assert.rejects((await top.send(waits)).finalized(), (error) => {
			assert.ok(error instanceof UnitRefusedError && error.report.reason?.code === 'expired', String(error));
			assert.equal(error.mayStillApply, false);
			return true;
		});
	});

	it('of unknown status is asked about again', { timeout: 30_000 }, async () => {
		const [first] = await pair();
		ledger.unknowns = 3;
		await (await top.send(first)).finalized();
		assert.equal(ledger.unknowns, 0);
	});
});
