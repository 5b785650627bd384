// Units signed by the SDK, and by wallets without support for units.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { u8aToHex, u8aWrapBytes } from '@polkadot/util';
import {
	decodeReceipt,
	decodeUnit,
	encodeReceipt,
	headerHash,
	ReceiptError,
	signerFromPhrase,
	signerFromPolkadotSigner,
	signerFromSignRaw,
	tableOf,
	TopClient,
	TopNetwork,
	transfer,
	transferKeepAlive,
	UnitRefusedError,
	unitHash,
	verifyReceipt,
} from '@top/sdk';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createClient, Enum } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';
import { amount, freshName, shardEndpoint, suiteTimeout, timeout } from './network.js';

// Node.js 18 does not define it as a global.
globalThis.crypto ??= webcrypto;

const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

const keyring = () => new Keyring({ type: 'sr25519' });

/** Returns the same path with hard derivations only: ed25519 has no soft ones. */
const hardPath = (path) => path.replace(/([^/])\/(?!\/)/g, '$1//');

/** Returns the address of an account that is new to the chain. */
const newAddress = (name) => signerFromPhrase(DEV_PHRASE, hardPath(freshName(name)), 'Ed25519').account;

async function free(client, address) {
	return (await client.account(address))?.free ?? 0n;
}

describe('the SDK', { timeout: suiteTimeout }, () => {
	const signer = signerFromPhrase(DEV_PHRASE, '//Alice');
	let client;

	before(async () => {
		client = await TopClient.connect(shardEndpoint(), { webSocket: WebSocket });
	});

	after(() => client?.close());

	/** Verifies a receipt with the committee of its block. */
	async function prove(receipt) {
		return verifyReceipt(receipt, await client.committee(decodeReceipt(receipt).header.parentHash));
	}

	it('pays by a unit and verifies its receipt with the committee alone', { timeout }, async () => {
		const dest = newAddress('sdk');
		const start = await client.account(signer.account);
		const unit = await (await client.builder(signer)).next([transferKeepAlive(dest, amount)]);
		assert.equal(unit.body.height, start.height);

		const reports = [];
		for await (const report of await client.submitAndWatch([unit])) reports.push(report);
		const { status, hash, block, receipt } = reports.at(-1);
		assert.equal(status, 'final', JSON.stringify(reports));
		assert.equal(hash, unitHash(unit));

		const proven = await prove(receipt);
		assert.deepEqual({ hash: proven.hash, block: proven.block }, { hash, block });
		assert.deepEqual(proven.unit, unit);
		assert.deepEqual((await prove(await client.prove(hash))).block, block);
		assert.equal((await client.verify(receipt)).valid, true);

		const paid = await client.account(dest);
		// An account begins with the number of its first block.
		assert.deepEqual([paid.free, paid.height, paid.received], [amount, Number(block.number), 1]);
		const end = await client.account(signer.account);
		assert.deepEqual([end.free, end.height, end.head], [start.free - amount, start.height + 1, hash]);
	});

	it('enters a shard that runs alone as a network of one', { timeout }, async () => {
		const network = await TopNetwork.connect(shardEndpoint(), { webSocket: WebSocket });
		const [{ chain, endpoints }, ...others] = await network.ledgers();
		assert.deepEqual([chain, endpoints, others], [undefined, [shardEndpoint()], []]);
		const dest = newAddress('one-door');
		assert.equal(await network.locate(dest), undefined);
		const payment = await network.pay(signer, dest, amount);
		assert.equal((await prove(await payment.finalized())).hash, payment.hash);
		assert.equal(await free(client, dest), amount);
		network.close();
	});

	it('rejects a changed receipt', { timeout }, async () => {
		const unit = await (await client.builder(signer)).next([transferKeepAlive(newAddress('forged'), amount)]);
		const [{ receipt: hex }] = await client.submitUntilFinal([unit]);
		const committee = await client.committee(decodeReceipt(hex).header.parentHash);
		assert.equal(verifyReceipt(hex, committee).hash, unitHash(unit));

		const refuses = async (change, fault) => {
			const receipt = decodeReceipt(hex);
			change(receipt);
			assert.throws(
				() => verifyReceipt(receipt, committee),
				(error) => error instanceof ReceiptError && error.fault === fault,
			);
			assert.equal((await client.verify(u8aToHex(encodeReceipt(receipt)))).valid, false);
		};
		await refuses((receipt) => (receipt.unit.body.operations[0].value.amount += 1n), 'notInTable');
		await refuses((receipt) => (receipt.table.previous.height += 1), 'notInBlock');
		await refuses((receipt) => (receipt.header.number += 1), 'certificate');
		await refuses((receipt) => receipt.certificate.signatures.reverse(), 'certificate');
	});

	it('submits several units at once and finds them again', { timeout }, async () => {
		const dest = newAddress('several');
		const builder = await client.builder(signer);
		const units = [];
		for (let left = 5; left > 0; left--) units.push(await builder.next([transferKeepAlive(dest, amount)]));
		const reports = await client.submitUntilFinal(units, { receipts: false });
		assert.deepEqual(
			reports.map(({ hash }) => hash),
			units.map(unitHash),
		);
		assert.ok(reports.every(({ receipt }) => receipt === undefined));
		assert.equal(await free(client, dest), 5n * amount);

		const newest = await client.units(signer.account, { limit: 5 });
		assert.deepEqual(
			newest.map(({ hash }) => hash),
			units.map(unitHash).reverse(),
		);
		assert.deepEqual(decodeUnit(newest[0].unit), units[4]);
		const older = await client.units(signer.account, { before: units[2].body.height, limit: 2 });
		assert.deepEqual(
			older.map(({ hash }) => hash),
			[unitHash(units[1]), unitHash(units[0])],
		);

		const known = await client.unit(unitHash(units[4]));
		assert.deepEqual([known.status, known.block], ['final', reports[4].block]);
		const [again] = await client.submit([units[0]]);
		assert.equal(again.status, 'final', 'a unit that is submitted again is not a second payment');

		const receipt = decodeReceipt(await client.prove(unitHash(units[4])));
		const table = await client.table(tableOf(signer.account));
		assert.equal(headerHash(receipt.header), known.block.hash);
		assert.ok(table.height > receipt.table.previous.height);
	});

	it('reports an overdraft', { timeout }, async () => {
		const start = await client.account(signer.account);
		const unit = await (await client.builder(signer)).next([transfer(newAddress('poor'), start.free + 1n)]);
		await assert.rejects(client.submitUntilFinal([unit]), (error) => {
			assert.ok(error instanceof UnitRefusedError, String(error));
			assert.equal(error.report.reason.code, 'balance');
			return true;
		});
		const end = await client.account(signer.account);
		assert.deepEqual([end.free, end.height, end.head, end.next], [start.free, start.height, start.head, start.next]);
	});
});

describe('a wallet without support for units', { timeout: suiteTimeout }, () => {
	let client;
	let api;
	let papi;

	before(async () => {
		client = await TopClient.connect(shardEndpoint(), { webSocket: WebSocket });
		// Connects explicitly: by default the provider would retry forever.
		const provider = new WsProvider(shardEndpoint(), false);
		await provider.connect();
		api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
		papi = createClient(getWsProvider(shardEndpoint(), { websocketClass: WebSocket }));
	});

	after(async () => {
		client?.close();
		papi?.destroy();
		await api?.disconnect();
	});

	/** Transfers by an extrinsic and waits until it is final. */
	function transferByExtrinsic(pair, dest) {
		return new Promise((resolve, reject) => {
			const call = api.tx.balances.transferKeepAlive(dest, amount);
			call
				.signAndSend(pair, ({ status, dispatchError, isError }) => {
					if (status.isFinalized) dispatchError ? reject(new Error(String(dispatchError))) : resolve();
					else if (isError) reject(new Error(`the transaction ended as ${status.type}`));
				})
				.catch(reject);
		});
	}

	/** Checks that three clients report the same account. Returns its nonce and free balance. */
	async function seenByAll(address) {
		const report = await client.account(address);
		const byApi = await api.query.system.account(address);
		const byPapi = await papi.getUnsafeApi().query.System.Account.getValue(address);
		const seen = { nonce: report.height, free: report.free, head: report.head, received: report.received };
		assert.deepEqual(seen, {
			nonce: byApi.nonce.toNumber(),
			free: byApi.data.free.toBigInt(),
			head: byApi.data.unitHead?.toHex(),
			received: byApi.data.received?.toNumber(),
		});
		assert.deepEqual(seen, {
			nonce: byPapi.nonce,
			free: byPapi.data.free,
			head: asHex(byPapi.data.unit_head),
			received: byPapi.data.received,
		});
		return { nonce: seen.nonce, free: seen.free };
	}

	/** Returns bytes of fixed length as hex: polkadot-api returns a string or an object with `asHex`. */
	function asHex(value) {
		return typeof value === 'string' ? value : value.asHex();
	}

	it('signs units by signRaw, beside extrinsics, in one sequence of nonces', { timeout: 2 * timeout }, async () => {
		const pair = keyring().addFromUri('//Bob');
		// The behaviour of wallet extensions for `signer.signRaw({ type: 'bytes' })`.
		const signer = signerFromSignRaw(pair.address, async ({ address, data, type }) => {
			assert.deepEqual([address, type], [pair.address, 'bytes']);
			return { signature: u8aToHex(pair.sign(u8aWrapBytes(data))) };
		});
		const dest = newAddress('wallet');
		const payByUnit = async () => {
			const unit = await (await client.builder(signer)).next([transferKeepAlive(dest, amount)]);
			const [{ receipt }] = await client.submitUntilFinal([unit]);
			const committee = await client.committee(decodeReceipt(receipt).header.parentHash);
			const proven = verifyReceipt(receipt, committee);
			assert.equal(proven.hash, unitHash(unit));
			return Number(proven.block.number);
		};

		const start = await seenByAll(pair.address);
		const byExtrinsic = () => transferByExtrinsic(pair, dest);
		let begins;
		for (const [before, pay] of [payByUnit, byExtrinsic, payByUnit, byExtrinsic].entries()) {
			const payments = before + 1;
			const block = await pay();
			begins ??= block;
			const spent = BigInt(payments) * amount;
			assert.deepEqual(await seenByAll(pair.address), { nonce: start.nonce + payments, free: start.free - spent });
			assert.deepEqual(await seenByAll(dest), { nonce: begins, free: spent });
		}
	});

	it("signs units by polkadot-api's signer, beside extrinsics", { timeout: 2 * timeout }, async () => {
		const pair = keyring().addFromUri('//Charlie');
		const signer = getPolkadotSigner(pair.publicKey, 'Sr25519', (message) => pair.sign(message));
		const dest = newAddress('papi-wallet');
		const start = await seenByAll(pair.address);

		const unit = await (await client.builder(signerFromPolkadotSigner(signer))).next([transferKeepAlive(dest, amount)]);
		const [{ block }] = await client.submitUntilFinal([unit]);
		assert.deepEqual(await seenByAll(pair.address), { nonce: start.nonce + 1, free: start.free - amount });

		const call = papi.getUnsafeApi().tx.Balances.transfer_keep_alive({ dest: Enum('Id', dest), value: amount });
		const result = await call.signAndSubmit(signer);
		assert.ok(result.ok, JSON.stringify(result.dispatchError));
		assert.deepEqual(await seenByAll(pair.address), { nonce: start.nonce + 2, free: start.free - 2n * amount });
		assert.deepEqual(await seenByAll(dest), { nonce: Number(block.number), free: 2n * amount });
	});
});

describe('receipts of long ago', { timeout: 15 * timeout }, () => {
	/** Blocks whose states a node keeps, and some more. */
	const BLOCKS = 300;
	const signer = signerFromPhrase(DEV_PHRASE, '//Dave');
	let client;
	let provider;

	before(async () => {
		client = await TopClient.connect(shardEndpoint(), { webSocket: WebSocket });
		provider = new WsProvider(shardEndpoint(), false);
		await provider.connect();
		await provider.isReady;
	});

	after(async () => {
		client?.close();
		await provider?.disconnect();
	});

	async function pay(builder, name) {
		const [report] = await client.submitUntilFinal([await builder.next([transferKeepAlive(newAddress(name), amount)])]);
		return report;
	}

	it('verify although the states of their blocks are gone', { timeout: 14 * timeout }, async () => {
		const builder = await client.builder(signer);
		const { receipt, block } = await pay(builder, 'old');
		// Payments keep the ledger at its pace: an idle block takes 3 s.
		for (let number = block.number; number < block.number + BLOCKS; ) number = (await pay(builder, `later/${number}`)).block.number;
		const { parentHash } = decodeReceipt(receipt).header;
		await assert.rejects(provider.send('state_getRuntimeVersion', [parentHash]), /discarded/);

		assert.equal((await client.verify(receipt)).valid, true);
		const old = await provider.send('pbft_committee', [parentHash]);
		const now = await provider.send('pbft_committee', []);
		assert.deepEqual([old.seed, old.primaries], [null, null]);
		assert.equal(now.seed.length, 66);
		assert.deepEqual([old.domain, old.members.length, old.quorum], [now.domain, 4, 3]);
		assert.deepEqual(verifyReceipt(receipt, await client.committee(parentHash)).block, block);
	});
});
