// The client's calls and subscriptions, against a test node.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import {
	ConnectionError,
	decodeReceipt,
	decodeUnit,
	encodeReceipt,
	isSigned,
	NoAccountError,
	RpcError,
	RpcErrorCode,
	signerFromSeed,
	toHex,
	encodeUnit,
	TopClient,
	transferKeepAlive,
	unitHash,
	UnitRefusedError,
	UnsettledError,
	type ConnectOptions,
	type Unit,
	type UnitReport,
} from '../src/index.js';
import { TestNode, WebSocket, type Answer, type Call } from './node.js';
import { receipts, units as vectors } from './vectors.js';

const HASH = `0x${'ab'.repeat(32)}`;
const signer = signerFromSeed(`0x${'07'.repeat(32)}`, 'Ed25519');
const units = vectors.units.slice(0, 2).map(({ unitScale }) => decodeUnit(unitScale)) as [Unit, Unit];
const hashes = units.map(unitHash) as [string, string];

const INFO = {
	domain: vectors.domain,
	tables: [0, 255],
	existentialDeposit: '1000',
	maxOperations: 16,
	maxValidity: 2400,
	computePerUnit: '20000000',
	computePerOperation: '5000000',
	maxUnitsPerCall: 1000,
};
const ACCOUNT = {
	account: signer.account,
	height: 4,
	head: HASH,
	free: '340282366920938463463374607431768211455',
	reserved: '1',
	frozen: '2',
	spendable: '3',
	received: 5,
	receivedHash: HASH,
	quota: { used: { compute: '1', bytes: '2' }, share: { compute: '18446744073709551615', bytes: '4' }, locked: '5' },
	next: { height: 6, head: hashes[0], spendable: '7', pending: 2 },
};

let node: TestNode;
let client: TopClient;

async function connect(
	handle: (call: Call, answer: Answer) => void,
	options: ConnectOptions = { reconnectForMs: 0 },
): Promise<void> {
	node = await TestNode.start(handle);
	client = await TopClient.connect(node.url, { webSocket: WebSocket, ...options });
}

/** A receipt of a unit, whose proof is that of another one. */
function receiptOf(unit: Unit): string {
	return toHex(encodeReceipt({ ...decodeReceipt(receipts.receipts[0]!.receipt), unit }));
}

const zero = `0x${'00'.repeat(32)}`;
const HEADER = { parentHash: zero, number: '0x3e8', stateRoot: zero, extrinsicsRoot: zero, digest: { logs: [] } };

/** Responds to what a builder asks. */
function building({ method }: Call, answer: Answer): void {
	answer.result({ lattice_info: INFO, chain_getHeader: HEADER, lattice_account: ACCOUNT }[method]);
}

afterEach(async () => {
	client?.close();
	await node?.stop();
});

/** Responds to a subscription with reports, immediately. */
function watching(...reports: object[]) {
	return ({ method }: Call, answer: Answer) => {
		if (method === 'lattice_unwatch') return answer.result(true);
		answer.result('subscription');
		for (const report of reports) answer.notify('lattice_unitStatus', 'subscription', report);
	};
}

async function until(isMet: () => boolean): Promise<void> {
	while (!isMet()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function collect(reports: AsyncIterable<UnitReport>): Promise<UnitReport[]> {
	const all = [];
	for await (const report of reports) all.push(report);
	return all;
}

describe('calls', () => {
	it('read large numbers without loss', async () => {
		await connect(({ method }, answer) => answer.result(method === 'lattice_info' ? INFO : ACCOUNT));
		const info = await client.info();
		assert.equal(info.existentialDeposit, 1000n);
		assert.equal(info.computePerUnit, 20_000_000n);
		await client.info();
		assert.deepEqual(node.methods, ['lattice_info'], 'requested once');

		const account = await client.account(signer.account);
		assert.equal(account?.free, 2n ** 128n - 1n);
		assert.deepEqual(account?.quota?.share, { compute: 2n ** 64n - 1n, bytes: 4n });
		assert.deepEqual(account?.next, { height: 6, head: hashes[0], spendable: 7n, pending: 2 });
		assert.deepEqual(node.calls[1]?.params, [signer.account]);
	});

	it('return null for what does not exist', async () => {
		await connect((_, answer) => answer.result(null));
		assert.equal(await client.account(signer.account), null);
		assert.equal(await client.unit(HASH), null);
	});

	it('return null for an account that a node describes as it would begin', async () => {
		await connect((_, answer) => answer.result({ ...ACCOUNT, exists: false }));
		assert.equal(await client.account(signer.account), null);
	});

	it('read reports of units', async () => {
		const reason = { code: 'quota', message: 'used up', retryAt: '1800000000000' };
		const reports = [
			{ hash: hashes[0], status: 'ready', block: null, reason: null },
			{ hash: hashes[1], status: 'invalid', reason },
		];
		await connect((_, answer) => answer.result(reports));
		assert.deepEqual(await client.submit(units), [
			{ hash: hashes[0], status: 'ready' },
			{ hash: hashes[1], status: 'invalid', reason: { ...reason, retryAt: new Date(1_800_000_000_000) } },
		]);
		assert.deepEqual(node.calls[0]?.params, [units.map((unit) => toHex(encodeUnit(unit)))]);
	});

	it('pass parameters by position', async () => {
		const { receipt, unitHash: proven } = receipts.receipts[0]!;
		const results: Record<string, unknown> = { pbft_committee: receipts.committee, lattice_prove: receipt };
		await connect((call, answer) => answer.result(results[call.method] ?? []));
		await client.units(signer.account, { limit: 5 });
		await client.prove(proven);
		await client.table(7);
		await client.committee(HASH);
		assert.deepEqual(
			node.calls.map(({ method, params }) => [method, params]),
			[
				['lattice_units', [signer.account, null, 5]],
				['lattice_prove', [proven]],
				['lattice_table', [7]],
				['pbft_committee', [HASH]],
			],
		);
	});

	it("fail with the node's error code", async () => {
		await connect((_, answer) => answer.error(RpcErrorCode.unknownUnit, 'not final', { hash: HASH }));
		await assert.rejects(client.prove(HASH), (error) => {
			assert.ok(error instanceof RpcError, String(error));
			assert.deepEqual([error.code, error.data], [8102, { hash: HASH }]);
			assert.match(error.message, /not final/);
			return true;
		});
	});

	it('fail if the connection breaks', async () => {
		await connect((_, answer) => answer.cut());
		await assert.rejects(client.info(), ConnectionError);
		await assert.rejects(client.info(), ConnectionError);
	});

	it('fail if there is no node', async () => {
		await assert.rejects(TopClient.connect('ws://127.0.0.1:1', { webSocket: WebSocket }), ConnectionError);
	});
});

describe('building units', () => {
	it('continues after the pending units of the pool', async () => {
		await connect(building);
		const builder = await client.builder(signer);
		const first = await builder.next([transferKeepAlive(signer.account, 1n)]);
		const second = await builder.next([transferKeepAlive(signer.account, 1n)], { validUntil: 9 });
		// Units expire, within what the ledger allows.
		assert.deepEqual([first.body.height, first.body.parent, first.body.validUntil], [6, hashes[0], 1000 + 2100]);
		assert.deepEqual([second.body.height, second.body.parent, second.body.validUntil], [7, unitHash(first), 9]);
		assert.ok(isSigned(first, vectors.domain) && isSigned(second, vectors.domain));
	});

	it('requires an existing account', async () => {
		await connect(({ method }, answer) => answer.result(method === 'lattice_info' ? INFO : null));
		await assert.rejects(client.builder(signer), NoAccountError);
	});
});

describe('watching units', () => {
	const of = (index: 0 | 1, status: string, more = {}) => ({ hash: hashes[index], status, ...more });

	it('yields each change and ends with the last unit', { timeout: 5_000 }, async () => {
		const block = { number: 3, hash: HASH };
		const receipt = receiptOf(units[0]);
		await connect(watching(of(0, 'ready'), of(1, 'future'), of(0, 'final', { block, receipt }), of(1, 'dropped')));
		const reports = await collect(await client.submitAndWatch(units));
		assert.deepEqual(
			reports.map(({ status }) => status),
			['ready', 'future', 'final', 'dropped'],
		);
		assert.deepEqual(reports[2], { hash: hashes[0], status: 'final', block, receipt });
		await until(() => node.calls.length > 1);
		assert.deepEqual(node.methods, ['lattice_submitAndWatch', 'lattice_unwatch']);
		assert.deepEqual(node.calls[0]?.params[1], { receipts: true });
		assert.deepEqual(node.calls[1]?.params, ['subscription']);
	});

	it('unsubscribes when the loop is left', { timeout: 5_000 }, async () => {
		await connect(watching(of(0, 'ready')));
		for await (const report of await client.submitAndWatch([units[0]], { receipts: false })) {
			assert.equal(report.status, 'ready');
			break;
		}
		assert.deepEqual(node.calls[0]?.params[1], { receipts: false });
		await until(() => node.calls.length > 1);
		assert.deepEqual(node.calls[1]?.params, ['subscription']);
	});

	it('fails if the connection breaks', { timeout: 5_000 }, async () => {
		await connect((_, answer) => {
			answer.result('subscription');
			answer.notify('lattice_unitStatus', 'subscription', of(0, 'ready'));
			setTimeout(() => answer.cut(), 50);
		});
		const seen: string[] = [];
		const watch = async () => {
			for await (const { status } of await client.submitAndWatch([units[0]])) seen.push(status);
		};
		await assert.rejects(watch(), (error) => {
			assert.ok(error instanceof UnsettledError && error.cause instanceof ConnectionError, String(error));
			assert.deepEqual(error.units, [units[0]], 'the same bytes can be sent again');
			return true;
		});
		assert.deepEqual(seen, ['ready']);
	});

	it('a receipt of another unit does not count', { timeout: 5_000 }, async () => {
		await connect(watching(of(0, 'final', { receipt: receiptOf(units[1]) })));
		await assert.rejects(client.submitUntilFinal([units[0]]), (error) => {
			assert.ok(error instanceof UnsettledError, String(error));
			assert.match(error.message, /another unit/);
			return true;
		});
	});

	it('until final returns the reports in the order of the units', { timeout: 5_000 }, async () => {
		await connect(watching(of(1, 'final'), of(0, 'inBlock'), of(0, 'final')));
		const reports = await client.submitUntilFinal(units);
		assert.deepEqual(
			reports.map(({ hash }) => hash),
			hashes,
		);
	});

	it('until final fails with the reason', { timeout: 5_000 }, async () => {
		const reason = { code: 'balance', message: 'the balance is too low' };
		await connect(watching(of(0, 'invalid', { reason })));
		await assert.rejects(client.submitUntilFinal(units), (error) => {
			assert.ok(error instanceof UnitRefusedError, String(error));
			assert.deepEqual(error.report.reason, reason);
			assert.deepEqual([error.units, error.mayStillApply], [[units[0]], true]);
			assert.match(error.message, /the balance is too low/);
			return true;
		});
	});
});
