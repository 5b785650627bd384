// What a committee vouches for, and what binds a response to its question.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
	CertificateError,
	committeeFromReport,
	OfficeError,
	signerFromSeed,
	signUnit,
	TopClient,
	transfer,
	unitHash,
	Verifier,
	type Unit,
} from '../src/index.js';
import { Chain, handover, header, keysOf, receiptHex } from './chain.js';
import { LedgerNode } from './ledger.js';
import { WebSocket } from './node.js';

const EPOCH = 10;
const alice = signerFromSeed(`0x${'31'.repeat(32)}`, 'Ed25519');
const ZERO = `0x${'00'.repeat(32)}`;

function unit(): Promise<Unit> {
	const operations = [transfer(alice.account, 1n)];
	return signUnit({ account: alice.account, height: 1, parent: ZERO, validUntil: 0, operations }, ZERO, alice);
}

/** Returns a chain in its fourth epoch, and a verifier that has followed it from the first. */
async function followed() {
	const paid = await unit();
	const chain = new Chain(9, EPOCH);
	for (let number = 1; number <= 35; number++) chain.append(paid);
	const verifier = new Verifier(chain.committee(0n));
	for (const last of [10, 20, 30]) verifier.follow(chain.headers[last]!, chain.certificate(last));
	return { chain, verifier, paid };
}

function fault(of: () => unknown): string {
	try {
		of();
	} catch (error) {
		assert.ok(error instanceof OfficeError, String(error));
		return error.fault;
	}
	return 'none';
}

describe('a committee', () => {
	it('vouches for the heights of its epoch alone', async () => {
		const { chain, verifier, paid } = await followed();
		for (const epoch of [0n, 1n, 2n, 3n]) {
			for (const number of [1, 5, 10, 11, 15, 20, 21, 30, 31, 35, 36, 59]) {
				const isInOffice = chain.epochOf(number) === epoch || (epoch === 3n && number > 30);
				const found = fault(() => verifier.verify(chain.forged(paid, number, epoch)));
				assert.equal(found, isInOffice ? 'none' : 'outOfOffice', `epoch ${epoch}, block ${number}`);
			}
		}
		for (let number = 1; number <= 35; number++) verifier.verify(chain.receipt(paid, number));
	});

	it('that has retired cannot hand over again', async () => {
		const { chain, verifier } = await followed();
		const strangers = keysOf(77n);
		const follow = (epoch: bigint, number: number, next: bigint, keys = strangers) => {
			const end = header(number, [handover(next, keys)]);
			return fault(() => verifier.follow(end, chain.certify(epoch, end)));
		};
		assert.equal(follow(0n, 55, 1n), 'outOfOffice');
		assert.equal(follow(0n, 5, 1n, keysOf(1n)), 'otherHeights');
		assert.equal(follow(0n, 10, 1n), 'otherCommittee');
		assert.equal(follow(0n, 10, 7n), 'wrongNextEpoch');
		assert.equal(follow(1n, 20, 0n), 'wrongNextEpoch');
		assert.equal(follow(3n, 40, 5n), 'wrongNextEpoch');
		assert.equal(follow(3n, 40, 3n), 'wrongNextEpoch');
		assert.equal(follow(3n, 30, 4n), 'outOfOffice');
		assert.equal(fault(() => verifier.follow(chain.headers[35]!, chain.certificate(35))), 'notEpochEnd');
		assert.equal(fault(() => verifier.follow(chain.headers[35]!, chain.certify(8n, chain.headers[35]!))), 'unknownEpoch');
		assert.deepEqual(verifier.epochs, [0n, 1n, 2n, 3n]);

		// The same handover again changes nothing, and the next one is followed.
		assert.equal(verifier.follow(chain.headers[10]!, chain.certificate(10)), 1n);
		assert.equal(follow(3n, 44, 4n, keysOf(4n)), 'none');
		const heights = (epoch: bigint) => [verifier.report(epoch)?.first, verifier.report(epoch)?.last];
		assert.deepEqual([heights(0n), heights(3n), heights(4n)], [[undefined, 10], [31, 44], [45, undefined]]);
	});

	it('keeps the heights of its epoch as a stored anchor', async () => {
		const { chain, verifier, paid } = await followed();
		const later = Verifier.fromReport(JSON.parse(JSON.stringify(verifier.report(1n))));
		const isValid = (number: number, epoch: bigint) => fault(() => later.verify(chain.forged(paid, number, epoch)));
		assert.deepEqual([10, 11, 20, 21].map((number) => isValid(number, 1n)), ['outOfOffice', 'none', 'none', 'outOfOffice']);
		later.add(committeeFromReport(verifier.report(3n)!));
		assert.equal(isValid(30, 3n), 'outOfOffice');
		for (const heights of [{ first: 20 }, { last: 31 }, { first: 29, last: 25 }]) {
			assert.equal(fault(() => later.add({ ...chain.committee(2n), ...heights })), 'otherHeights');
		}
		later.add(chain.committee(2n));
		assert.deepEqual([20, 21, 30, 31].map((number) => isValid(number, 2n)), ['outOfOffice', 'none', 'none', 'outOfOffice']);
		assert.equal(fault(() => later.add({ ...chain.committee(2n), keys: keysOf(5n) })), 'otherCommittee');
		assert.equal(fault(() => later.add(new Chain(8, EPOCH).committee(2n))), 'otherLedger');
	});
});

describe('a client', () => {
	it('follows a node from a trusted committee', { timeout: 30_000 }, async () => {
		const ledger = await LedgerNode.start(1, 7, [alice]);
		const top = await TopClient.connect(ledger.node.url, { webSocket: WebSocket });
		const early = await (await top.pay(alice, alice.account, 5n)).finalized();
		const verifier = new Verifier(ledger.chain.committee(0n));
		while (ledger.chain.newest < 60) await new Promise((resolve) => setTimeout(resolve, 10));
		const payment = await top.pay(alice, alice.account, 6n);
		const late = await payment.finalized();
		assert.equal(fault(() => verifier.verify(late)), 'unknownEpoch');
		await top.follow(verifier, late);
		assert.equal(verifier.verify(late, payment.hash).hash, payment.hash);
		// A valid receipt of another unit is not what was asked for.
		await top.follow(verifier, early);
		verifier.verify(early);
		assert.equal(fault(() => verifier.verify(early, payment.hash)), 'otherUnit');

		// The node cannot lead a verifier of another ledger, nor beyond its blocks.
		const elsewhere = new Verifier(new Chain(2, 7).committee(0n));
		await assert.rejects(top.follow(elsewhere, late), CertificateError);
		const ahead = ledger.chain.forged(payment.unit, 9_999, 1_000_000n);
		await assert.rejects(top.follow(verifier, receiptHex(ahead)), OfficeError);
		assert.equal(unitHash(ahead.unit), payment.hash);
		top.close();
		await ledger.stop();
	});
});
