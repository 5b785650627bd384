// One door to the ledgers of a node: payments within a shard and to another one, by the SDK.

import {
	PaymentReturnedError,
	signerFromPhrase,
	tableOf,
	TopNetwork,
	UnitRefusedError,
	Verifier,
} from '@top/sdk';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { amount, freshName, networkEndpoint, suiteTimeout, timeout } from './network.js';

// Node.js 18 does not define it as a global.
globalThis.crypto ??= webcrypto;

const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
const account = (path) => signerFromPhrase(DEV_PHRASE, path);

describe('the SDK at a node with shards', { timeout: suiteTimeout }, () => {
	// Bob and Ferdie live in the first half of the tables, Alice and Charlie in the second.
	const [alice, bob, charlie, ferdie] = ['//Alice', '//Bob', '//Charlie', '//Ferdie'].map(account);
	let network;

	before(async () => {
		network = await TopNetwork.connect(networkEndpoint(), { webSocket: WebSocket });
	});

	after(() => network?.close());

	const free = async (address) => (await network.account(address))?.free ?? 0n;

	async function stagesOf(payment) {
		const stages = [];
		for await (const { stage } of payment.stages()) stages.push(stage);
		return stages;
	}

	it('lists the ledgers, whose tables have no gap, and enters by each of them', { timeout }, async () => {
		const ledgers = await network.ledgers();
		const shards = ledgers.filter(({ tables }) => tables !== null).sort((one, other) => one.tables.first - other.tables.first);
		assert.deepEqual(ledgers.map(({ chain }) => chain).sort(), ['main', 'shard 0/0', 'shard 0/1', 'zone 0']);
		assert.equal(shards[0].tables.first, 0);
		assert.equal(shards.at(-1).tables.last, 255);
		shards.slice(1).forEach(({ tables }, at) => assert.equal(tables.first, shards[at].tables.last + 1));
		for (const { chain, endpoints, genesis } of ledgers) {
			const entered = await TopNetwork.connect(endpoints, { webSocket: WebSocket, genesis });
			assert.equal((await entered.locate(alice.account)).table, tableOf(alice.account), `by ${chain}`);
			assert.equal(await free(alice.account), (await entered.account(alice.account)).free);
			entered.close();
		}
	});

	it('pays a neighbour, and the zone seals it', { timeout }, async () => {
		const [paid, received] = [await free(alice.account), await free(charlie.account)];
		const payment = await network.pay(alice, charlie.account, amount);
		await payment.credited();
		assert.equal(await free(charlie.account), received + amount);
		assert.equal(await free(alice.account), paid - amount);
		assert.deepEqual(await stagesOf(payment), ['final', 'sealed']);
	});

	it('pays an account of the other shard by the same call', { timeout }, async () => {
		for (const [from, to] of [[alice, ferdie], [bob, charlie]]) {
			const [paid, received] = [await free(from.account), await free(to.account)];
			const payment = await network.pay(from, to.account, amount);
			const receipt = await payment.finalized();
			const shard = await network.client(payment.chain);
			const verifier = Verifier.fromReport(await shard.committeeReport());
			assert.equal(verifier.verify(receipt, payment.hash).hash, payment.hash);
			const { messages } = await payment.credited();
			assert.deepEqual(messages.map(({ value, to: dest }) => [value, dest]), [[amount, to.account]]);
			assert.equal(await free(to.account), received + amount);
			assert.equal(await free(from.account), paid - amount);
			const stages = await stagesOf(payment);
			assert.deepEqual([stages[0], stages.at(-1)], ['final', 'confirmed']);
			// The same unit is followed to the same end, and is no second payment.
			assert.equal((await stagesOf(await network.send(payment.unit))).at(-1), 'confirmed');
			assert.equal((await (await network.resume(payment.hash)).credited()).messages.length, 1);
			assert.equal(await free(to.account), received + amount);
		}
	});

	it('has the value back if a payment can not be credited', { timeout }, async () => {
		const before = await free(alice.account);
		let stranger;
		// An account of the other shard that does not exist, and gets less than the existential deposit.
		do stranger = signerFromPhrase(DEV_PHRASE, freshName(`stranger${Math.random()}`).replace(/([^/])\/(?!\/)/g, '$1//')).account;
		while (tableOf(stranger) > 127);
		await assert.rejects(
			async () => await (await network.pay(alice, stranger, 1n)).credited(),
			(error) => error instanceof PaymentReturnedError || (error instanceof UnitRefusedError && error.report.reason.code === 'belowMinimum'),
		);
		for (let second = 0; (await free(alice.account)) !== before && second < 30; second++) {
			await new Promise((resolve) => setTimeout(resolve, 1_000));
		}
		assert.equal(await free(alice.account), before);
		assert.equal(await network.account(stranger), null);
	});
});
