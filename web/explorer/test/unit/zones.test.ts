// Ledgers that a node names, and payments across its shards, against the model of a zone.

import { tableOf, TopClient, TopNetwork, type CommitteeReport, type Ledger, type Signer } from '@top/sdk';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { signersIn, ZoneNode } from '../../../../sdk/typescript/test/zone.js';
import type { LedgerConfig, Step } from '../../src/shared/model.js';
import { chainOf, idOf, nameOf } from '../../src/shared/zones.js';
import { payByUnit } from '../../src/worker/payments.js';
import { askZone, configBeside, vouches, zoneView } from '../../src/worker/zones.js';

const [alice, neighbour] = signersIn(0, 127, 2) as [Signer, Signer];
const [bob] = signersIn(128, 255, 1) as [Signer];
const HASH = `0x${'01'.repeat(32)}`;
const options = { webSocket: WebSocket as never };

const zone = await ZoneNode.start([alice, neighbour, bob]);
const network = await TopNetwork.connect(zone.door.url, options);

after(async () => {
	network.close();
	await zone.stop();
});

/** A reader of a ledger: the model has no proofs of states, and receipts of the SDK's tests are checked there. */
const ledger = { verify: async () => ({ value: { block: { number: 1, hash: HASH } }, checked: 'proof' }) } as unknown as Ledger;

/** Pays, and returns the steps that the page is told, without their times. */
async function pay(dest: string, ids: Record<string, string> = { 'shard 0/0': 'shard-0-0' }): Promise<Step[]> {
	const steps: Step[] = [];
	const find = (chain: string | undefined) => {
		const id = ids[chain ?? ''];
		return id === undefined ? undefined : { id, ledger };
	};
	await payByUnit(network, find, [], alice, dest, 5n, (step) => steps.push(step));
	return steps;
}

const typesOf = (steps: Step[]) => steps.filter(({ type }) => type !== 'waiting').map((step) => ('level' in step ? `${step.type} ${step.level}` : step.type));

test('a payment to another shard is followed until the recipient has it', async () => {
	const steps = await pay(bob.account);
	assert.deepEqual(typesOf(steps), ['signing', 'route', 'signed', 'final final', 'level sealed', 'level credited']);
	const route = steps.find((step) => step.type === 'route');
	assert.deepEqual([route?.from, route?.to, route?.levels], ['shard 0/0', 'shard 0/1', ['final', 'sealed', 'credited']]);
	const final = steps.find((step) => step.type === 'final');
	assert.deepEqual([final?.ledger, final?.checked], ['shard-0-0', 'proof']);
});

test('a payment to a neighbour ends when the zone has sealed it', async () => {
	const steps = await pay(neighbour.account);
	assert.deepEqual(typesOf(steps), ['signing', 'route', 'signed', 'final final', 'level sealed']);
	assert.deepEqual(steps.find((step) => step.type === 'route')?.levels, ['final', 'sealed']);
});

test('a payment that comes back says so, and may be made again', async () => {
	zone.refuses.add(bob.account);
	const steps = await pay(bob.account);
	zone.refuses.clear();
	const last = steps[steps.length - 1];
	assert.ok(last?.type === 'failed' && !last.mayStillApply);
	assert.match(`${last.words.title} ${last.words.advice}`, /came back.*Pay again/);
	assert.ok(typesOf(steps).includes('final final') && !typesOf(steps).includes('level credited'));
});

test('a payment on a ledger that the page does not follow is not called failed for good', async () => {
	const steps = await pay(bob.account, {});
	const last = steps[steps.length - 1];
	assert.ok(last?.type === 'failed' && last.mayStillApply);
});

test('what a ledger says about its zone is summed', async () => {
	const isOpen = () => [...zone.messages.values()].some(({ stage }) => stage !== 'confirmed' && stage !== 'returned');
	while (isOpen()) await new Promise((resolve) => setTimeout(resolve, 10));
	zone.holds = 'final';
	const client = await TopClient.connect(zone.shards[0]!.endpoints, options);
	await (await network.pay(alice, bob.account, 9n)).finalized();
	zone.invalid.set('shard 0/1', 12);
	const answers = await askZone(client);
	const [view, captured] = ['shard 0/0', 'shard 0/1'].map((chain) => zoneView(chain, answers));
	zone.holds = 'confirmed';
	zone.invalid.clear();
	client.close();
	assert.deepEqual([view?.invalid, captured?.invalid], [undefined, 12]);
	assert.deepEqual([view?.inFlight, view?.inLanes, view?.load], [1n, 9n, { inbox: 20, outbox: 5 }]);
	assert.equal(view?.lanes[0]?.to, `zone 0 table ${tableOf(bob.account)}`);
	assert.equal(typeof view?.sealed?.number, 'number');
});

test('ledgers have names, and ids that are not taken', () => {
	assert.deepEqual([nameOf('main'), nameOf('zone 0'), nameOf('shard 0/1')], ['Main chain', 'Zone 0', 'Shard 0/1']);
	assert.equal(idOf('shard 0/1', ['main']), 'shard-0-1');
	assert.equal(idOf('zone 0', ['zone-0', 'zone-0-2']), 'zone-0-3');
	assert.equal(chainOf({ type: 'Shard', value: { zone: 0, incarnation: 1 } }), 'shard 0/1');
	assert.deepEqual([chainOf({ type: 'Main' }), chainOf({ type: 'Zone', value: 3 }), chainOf(undefined)], ['main', 'zone 3', undefined]);
});

test('a ledger that a node names is reached beside it, and trusted only on the machine of the page', () => {
	const parent: LedgerConfig = { id: 'main', name: 'Main', endpoints: [] };
	const place = { chain: 'shard 0/1', tables: { first: 128, last: 255 }, genesis: HASH, endpoints: ['ws://127.0.0.1:9947'] };
	const config = configBeside(place, parent, 'wss://node.example.org:9944', ['main']);
	assert.deepEqual(config, {
		id: 'shard-0-1',
		name: 'Shard 0/1',
		endpoints: ['wss://node.example.org:9947'],
		beside: 'main',
		genesis: HASH,
		tables: { first: 128, last: 255 },
	});
	const anchored = { ...parent, anchor: {} as CommitteeReport };
	assert.equal(vouches(anchored, 'ws://127.0.0.1:9947', '127.0.0.1'), true);
	assert.equal(vouches(anchored, 'wss://node.example.org:9947', '127.0.0.1'), false);
	assert.equal(vouches(parent, 'ws://127.0.0.1:9947', '127.0.0.1'), false);
	assert.equal(vouches(anchored, 'ws://127.0.0.1:9947', undefined), false);
});
