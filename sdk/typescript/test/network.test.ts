// One door to two shards: payments and accounts find their shard, and stages go on across shards.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
	decodeReceipt,
	PaymentReturnedError,
	reachable,
	TopNetwork,
	transfer,
	UnfollowedError,
	UnitRefusedError,
	unitHash,
	type ConnectOptions,
	type Payment,
	type Signer,
} from '../src/index.js';
import { payEach, toldNothing } from './caller.js';
import { LedgerNode } from './ledger.js';
import { WebSocket } from './node.js';
import { NO_FAULTS, Proxy } from './proxy.js';
import { signersIn, ZoneNode } from './zone.js';

const OPTIONS: ConnectOptions = { webSocket: WebSocket, silenceMs: 500, reconnectForMs: 10_000 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const [alice, neighbour] = signersIn(0, 127, 2) as [Signer, Signer];
const [bob] = signersIn(128, 255, 1) as [Signer];

let zone: ZoneNode;
let top: TopNetwork;

beforeEach(async () => {
	zone = await ZoneNode.start([alice, neighbour, bob]);
	top = await TopNetwork.connect(zone.door.url, OPTIONS);
});

afterEach(async () => {
	top.close();
	await zone.stop();
});

async function stagesOf(payment: Payment): Promise<string[]> {
	const stages: string[] = [];
	for await (const { stage } of payment.stages()) stages.push(stage);
	return stages;
}

const free = async (account: string) => (await top.account(account))?.free ?? 0n;

describe('a door', () => {
	it('pays a neighbour: the value is there with the block, and the zone seals it', { timeout: 20_000 }, async () => {
		const before = await free(neighbour.account);
		const payment = await top.pay(alice, neighbour.account, 5n);
		assert.equal(payment.chain, 'shard 0/0');
		const receipt = await payment.finalized();
		assert.equal(unitHash(decodeReceipt(receipt).unit), payment.hash);
		assert.equal((await payment.credited()).stage, 'final');
		assert.equal(await free(neighbour.account), before + 5n);
		assert.deepEqual(await stagesOf(payment), ['final', 'sealed']);
		assert.deepEqual((await payment.sealed()).messages, []);
	});

	it('waits with sealed until the zone has committed the block', { timeout: 20_000 }, async () => {
		zone.sealsUpTo = 0;
		const payment = await top.pay(alice, neighbour.account, 6n);
		await payment.finalized();
		const sealed = payment.sealed();
		assert.equal(await Promise.race([sealed, pause(500)]), undefined);
		zone.sealsUpTo = Infinity;
		assert.equal((await sealed).stage, 'sealed');
	});

	it('pays an account of another shard by the same call, and follows the message', { timeout: 20_000 }, async () => {
		const [paid, received] = [await free(alice.account), await free(bob.account)];
		zone.holds = 'final';
		const payment = await top.pay(alice, bob.account, 7n);
		// Readers at the same time see the same stages.
		const again = stagesOf(payment);
		const credited = payment.credited();
		const stages = payment.stages();
		for (const stage of ['final', 'sealed', 'credited', 'confirmed'] as const) {
			zone.holds = stage;
			assert.equal((await stages.next()).value?.stage, stage);
		}
		assert.equal((await stages.next()).done, true);
		assert.deepEqual(await again, ['final', 'sealed', 'credited', 'confirmed']);
		const { block, messages: [message] } = await credited;
		assert.deepEqual([message?.outcome, message?.taken?.chain, message?.lane.source], ['credited', 'shard 0/1', 'shard 0/0']);
		assert.deepEqual([message?.value, message?.to, message?.initiator], [7n, bob.account, alice.account]);
		assert.equal(block.hash, message?.final?.hash);
		assert.equal(await free(bob.account), received + 7n);
		assert.equal(await free(alice.account), paid - 7n);
		assert.deepEqual(zone.paid, [[7n, 1]]);
	});

	it('follows each message of a unit, and is as far as the slowest', { timeout: 20_000 }, async () => {
		const builder = await top.builder(alice);
		const operations = [transfer(bob.account, 8n), transfer(neighbour.account, 1n), transfer(bob.account, 2n)];
		const payment = await top.send(await builder.next(operations));
		const credited = await payment.credited();
		assert.deepEqual(credited.messages.map(({ value }) => value), [8n, 2n]);
		assert.ok(credited.messages.every(({ stage }) => stage === 'credited' || stage === 'confirmed'));
	});

	it('reads each account at its shard, and locates a range once', { timeout: 20_000 }, async () => {
		const reports = await Promise.all([alice, bob].map(({ account }) => top.account(account)));
		assert.deepEqual(reports.map((report) => report?.account), [alice.account, bob.account]);
		const located = zone.located;
		await top.account(neighbour.account);
		await top.pay(alice, bob.account, 9n);
		assert.equal(zone.located, located);
		assert.deepEqual(await top.units(bob.account), []);
		assert.equal((await top.locate(bob.account))?.chain, 'shard 0/1');
	});

	it('lists its ledgers, and gives a client of each', { timeout: 20_000 }, async () => {
		const ledgers = await top.ledgers();
		assert.deepEqual(ledgers.map(({ chain, tables }) => [chain, tables]), [
			['main', null],
			['shard 0/0', { first: 0, last: 127 }],
			['shard 0/1', { first: 128, last: 255 }],
		]);
		const shard = await top.client('shard 0/1');
		assert.deepEqual((await shard.info()).tables, [128, 255]);
		assert.equal(await top.client('shard 0/1'), shard, 'one client a ledger');
		assert.equal(await top.client('main'), top.door);
		await assert.rejects(top.client('shard 7/7'), /no node of shard 7\/7/);
		zone.holds = 'final';
		await (await top.pay(alice, bob.account, 3n)).finalized();
		const lanes = await (await top.client('shard 0/0')).lanes();
		assert.deepEqual([lanes.inLanes, lanes.outbound.map(({ inFlight }) => inFlight)], [3n, [1n]]);
		assert.deepEqual((await shard.levels())[1], { chain: 'shard 0/1', number: 3, inbox: 20, outbox: 5 });
		const heads = await shard.zoneHeads();
		assert.deepEqual(heads.heads.map(({ chain, invalid }) => [chain, invalid]), [['shard 0/0', undefined], ['shard 0/1', undefined]]);
		zone.invalid.set('shard 0/1', 8);
		assert.deepEqual((await shard.zoneHeads()).heads.map(({ invalid }) => invalid), [undefined, 8]);
		zone.invalid.clear();
	});

	it('passes proofs across ledgers on, and marks them as unverified', { timeout: 20_000 }, async () => {
		const payment = await top.pay(alice, bob.account, 7n);
		assert.deepEqual(await payment.prove('credited'), { level: 'credited', bytes: '0xc4', isVerified: false });
		const [message] = (await payment.credited()).messages;
		const shard = await top.client('shard 0/0');
		assert.equal((await shard.message(message!.id))?.value, 7n);
		assert.equal(await shard.message('0x00ff'), null);
		assert.deepEqual(await shard.proveMessage(message!.id, 'sealed'), { level: 'sealed', bytes: message!.id, isVerified: false });
	});

	it('asks again for a proof whose block is not sealed yet', { timeout: 20_000 }, async () => {
		const payment = await top.pay(alice, bob.account, 9n);
		const [message] = (await payment.credited()).messages;
		const shard = await top.client('shard 0/0');
		zone.early = 2;
		assert.equal((await payment.prove('credited')).bytes, '0xc4');
		zone.early = 1;
		assert.equal((await shard.proveMessage(message!.id, 'credited')).bytes, message!.id);
		// What will never be proved is refused at once.
		const asked = () => zone.shards.flatMap(({ ledger }) => ledger.node.calls).filter(({ params }) => JSON.stringify(params).includes('0x00ff')).length;
		await assert.rejects(shard.proveMessage('0x00ff', 'credited'), /there is no such message/);
		assert.equal(asked(), 1);
	});
});

describe('a payment that can not be credited', () => {
	it('is returned, and its caller is told so', { timeout: 20_000 }, async () => {
		zone.refuses.add(bob.account);
		const before = await free(alice.account);
		const payment = await top.pay(alice, bob.account, 7n);
		await assert.rejects(payment.credited(), (error) => {
			assert.ok(error instanceof PaymentReturnedError, String(error));
			assert.match(error.message, /went back/);
			assert.deepEqual([error.units, error.mayStillApply], [[payment.unit], false]);
			return true;
		});
		assert.equal((await stagesOf(payment)).at(-1), 'returned');
		await payment.sealed();
		assert.equal(await free(alice.account), before);
	});
});

describe('an account that has moved', () => {
	it('is found again where it lives now', { timeout: 20_000 }, async () => {
		await top.account(alice.account);
		await zone.move();
		assert.equal((await top.account(alice.account))?.account, alice.account);
		assert.equal((await top.locate(alice.account))?.chain, 'shard 0/2');
	});

	it('pays by the same unit at its new shard, once', { timeout: 20_000 }, async () => {
		const unit = await (await top.builder(alice)).next([transfer(bob.account, 7n)], { validUntil: 0 });
		await zone.move();
		// The door is behind: it names the old shard for a while.
		zone.staleAnswers = 2;
		const payment = await top.send(unit);
		assert.deepEqual([payment.chain, payment.unit], ['shard 0/2', unit]);
		assert.equal((await stagesOf(payment)).at(-1), 'confirmed');
		assert.equal(zone.staleAnswers, 0);
		assert.deepEqual(zone.paid, [[7n, 1]]);
	});

	it('takes the unit along that waits for its turn', { timeout: 20_000 }, async () => {
		const builder = await top.builder(alice);
		const first = await builder.next([transfer(neighbour.account, 1n)], { validUntil: 0 });
		const second = await builder.next([transfer(bob.account, 2n)], { validUntil: 0 });
		const waits = await top.send(second);
		assert.equal(waits.report.status, 'future');
		const final = waits.finalized();
		await zone.move();
		while (waits.chain !== 'shard 0/2') await pause(10);
		await (await top.send(first)).finalized();
		await final;
		assert.equal((await waits.credited()).messages[0]?.value, 2n);
		assert.deepEqual(zone.paid, [[1n, 1], [2n, 1]]);
	});

	it('is refused where no shard has it, with the unit', { timeout: 20_000 }, async () => {
		const hasty = await TopNetwork.connect(zone.door.url, { ...OPTIONS, reconnectForMs: 0 });
		const unit = await (await hasty.builder(alice)).next([transfer(bob.account, 7n)]);
		await zone.move();
		zone.staleAnswers = 9;
		await assert.rejects(hasty.send(unit), (error) => {
			assert.ok(error instanceof UnitRefusedError && error.report.reason?.code === 'elsewhere', String(error));
			assert.deepEqual([error.units, error.mayStillApply], [[unit], true]);
			return true;
		});
		zone.staleAnswers = 0;
		assert.equal((await (await hasty.send(unit)).credited()).messages[0]?.value, 7n);
		hasty.close();
	});
});

describe('a connection of a network', () => {
	it('that is cut while a message is watched is opened again', { timeout: 30_000 }, async () => {
		const [first] = zone.shards;
		const proxy = await Proxy.start(first!.ledger.node.port, NO_FAULTS, 1);
		first!.endpoints = [proxy.url];
		zone.holds = 'sealed';
		const payment = await top.pay(alice, bob.account, 7n);
		await payment.sealed();
		const credited = payment.credited();
		await pause(50);
		proxy.refuses = true;
		proxy.cut();
		zone.holds = 'confirmed';
		assert.equal(await Promise.race([credited, pause(500)]), undefined);
		proxy.refuses = false;
		// The stages of the time without a connection are not lost: the newest one is asked for.
		assert.ok(['credited', 'confirmed'].includes((await credited).stage));
		assert.ok(proxy.counts.connections >= 2);
		await proxy.stop();
	});

	it('that stays cut leaves the payment final, and it goes on later', { timeout: 30_000 }, async () => {
		const [first] = zone.shards;
		const proxy = await Proxy.start(first!.ledger.node.port, NO_FAULTS, 1);
		first!.endpoints = [proxy.url];
		zone.holds = 'sealed';
		const hasty = await TopNetwork.connect(zone.door.url, { ...OPTIONS, reconnectForMs: 300 });
		const payment = await hasty.pay(alice, bob.account, 7n);
		await payment.sealed();
		proxy.refuses = true;
		proxy.cut();
		await assert.rejects(payment.credited(), (error) => {
			assert.ok(error instanceof UnfollowedError, String(error));
			assert.deepEqual([error.units, error.mayStillApply], [[payment.unit], true]);
			return true;
		});
		proxy.refuses = false;
		zone.holds = 'confirmed';
		assert.equal((await payment.credited()).messages[0]?.value, 7n);
		// The unit alone leads to the same stages, and to no second payment.
		const again = await hasty.send(payment.unit);
		assert.equal((await again.credited()).messages[0]?.value, 7n);
		const resumed = await hasty.resume(payment.hash);
		assert.deepEqual([resumed.chain, (await resumed.sealed()).messages.length], ['shard 0/0', 1]);
		assert.deepEqual(zone.paid, [[7n, 1]]);
		hasty.close();
		await proxy.stop();
	});

	it('tries the next endpoint and the next door when one fails', { timeout: 30_000 }, async () => {
		zone.shards[0]!.endpoints = ['ws://127.0.0.1:1', ...zone.shards[0]!.endpoints];
		const other = await TopNetwork.connect(['ws://127.0.0.1:1', zone.door.url], OPTIONS);
		assert.equal(other.door.url, zone.door.url);
		assert.equal((await other.account(alice.account))?.account, alice.account);
		other.close();
		await assert.rejects(other.account(alice.account), /closed/);
	});

	it('that is cut at random pays each amount once, in the same shard and in the other', { timeout: 120_000 }, async () => {
		const bad = { cut: 200, stall: 50, delay: 1_000, repeat: 100, longestDelayMs: 20 };
		const proxies: Proxy[] = [];
		for (const [at, shard] of zone.shards.entries()) {
			const proxy = await Proxy.start(shard.ledger.node.port, bad, at + 1);
			shard.endpoints = [proxy.url];
			proxies.push(proxy);
		}
		// Trying again is left to the caller.
		const impatient = { connectionTimeoutMs: 1_000, requestTimeoutMs: 1_000, silenceMs: 200, reconnectForMs: 0 };
		const hasty = await TopNetwork.connect(zone.door.url, { ...OPTIONS, ...impatient });
		const told = toldNothing();
		const amounts = Array.from({ length: 60 }, (_, at) => 1_000n + BigInt(at));
		for (const amount of amounts) {
			if (amount === 1_030n) await zone.move();
			await payEach(hasty, alice, amount % 2n === 0n ? bob.account : neighbour.account, [amount], told);
			// Which frames are cut depends on timers: go on until a unit was.
			if (amount === amounts.at(-1) && told.sentAgain === 0 && amounts.length < 600) amounts.push(amount + 1n);
		}
		console.log(JSON.stringify({ ...told, payments: told.payments.length }));
		assert.ok(told.sentAgain > 0, 'no unit had to be sent again');
		const paid = zone.paid.sort(([one], [other]) => Number(one - other));
		assert.deepEqual(paid, amounts.map((amount) => [amount, 1]));
		hasty.close();
		for (const proxy of proxies) await proxy.stop();
	});

	it('of a shard that runs alone is a network of one', { timeout: 20_000 }, async () => {
		const alone = await LedgerNode.start(5, 1_000, [alice]);
		const network = await TopNetwork.connect(alone.node.url, OPTIONS);
		const payment = await network.pay(alice, bob.account, 4n);
		assert.equal(payment.chain, undefined);
		assert.deepEqual(await stagesOf(payment), ['final']);
		assert.equal((await payment.credited()).stage, 'final');
		await assert.rejects(payment.sealed(), UnfollowedError);
		assert.equal((await network.account(alice.account))?.account, alice.account);
		assert.equal(await network.locate(alice.account), undefined);
		assert.deepEqual((await network.ledgers()).map(({ tables, genesis }) => [tables, genesis]), [
			[{ first: 0, last: 255 }, alone.chain.hashes[0]],
		]);
		assert.equal((await network.resume(payment.hash)).hash, payment.hash);
		network.close();
		await alone.stop();
	});
});

describe('endpoints', () => {
	it('of the machine of a remote node are reached at its host', () => {
		const local = ['ws://127.0.0.1:9946', 'ws://localhost:9947', 'ws://[::1]:9948'];
		assert.deepEqual(reachable(local, 'ws://127.0.0.1:9944'), local);
		assert.deepEqual(reachable(local, 'wss://node.example.org'), [
			'wss://node.example.org:9946',
			'wss://node.example.org:9947',
			'wss://node.example.org:9948',
		]);
		assert.deepEqual(reachable(['ws://10.0.0.7:9946'], 'ws://node.example.org:9944'), ['ws://10.0.0.7:9946', 'ws://node.example.org:9946']);
		assert.deepEqual(reachable(['nonsense'], 'ws://node.example.org:9944'), []);
	});
});
