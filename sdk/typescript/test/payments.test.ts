// Many payments over a connection that is cut, stalls, delays and repeats: each is paid once, and each caller knows it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signerFromSeed, Verifier, type ConnectOptions, type Signer } from '../src/index.js';
import { connect, payEach, toldNothing } from './caller.js';
import { LedgerNode } from './ledger.js';
import { WebSocket } from './node.js';
import { Proxy, type Faults } from './proxy.js';

const BAD: Faults = { cut: 200, stall: 50, delay: 1_000, repeat: 100, longestDelayMs: 20 };
const FIRST_AMOUNT = 1_000n;
const CALLERS = 4;
/** Payments of one run, at least. `TOP_PAYMENTS` sets another number. */
const PAYMENTS = Number(process.env['TOP_PAYMENTS'] ?? 120);

/** A run goes on until enough has gone wrong, up to this multiple of its payments. The machine's timers decide the order of the draws. */
const LONGEST_RUN = 10;

const IMPATIENT: ConnectOptions = {
	webSocket: WebSocket,
	connectionTimeoutMs: 1_000,
	requestTimeoutMs: 1_000,
	silenceMs: 200,
	reconnectForMs: 2_000,
};

const callers = Array.from({ length: CALLERS }, (_, at) => signerFromSeed(`0x${`3${at}`.repeat(32)}`, 'Ed25519'));
const dest = signerFromSeed(`0x${'77'.repeat(32)}`, 'Ed25519').account;

describe('payments over a bad connection', () => {
	// The last one leaves trying again to its caller.
	for (const [seed, reconnectForMs] of [[1, 2_000], [2, 2_000], [3, 0]] as const) {
		it(`are made once, and their callers know it: seed ${seed}`, { timeout: 3_600_000 }, async () => {
			const options = { ...IMPATIENT, reconnectForMs };
			const ledger = await LedgerNode.start(1, 1_000, callers);
			const proxy = await Proxy.start(ledger.node.port, BAD, seed);
			const told = toldNothing();
			const each = Math.floor(PAYMENTS / CALLERS);
			const amounts = Array.from({ length: each * CALLERS }, (_, at) => FIRST_AMOUNT + BigInt(at));
			const wasBad = () => proxy.counts.cuts > 5 && proxy.counts.stalls > 1 && (reconnectForMs > 0 || told.sentAgain > 0);
			const began = Date.now();
			await Promise.all(
				callers.map(async (caller, at) => {
					const top = await connect(proxy.url, options);
					await payEach(top, caller, dest, amounts.slice(at * each, (at + 1) * each), told);
					while (!wasBad() && amounts.length < LONGEST_RUN * PAYMENTS) {
						const amount = FIRST_AMOUNT + BigInt(amounts.length);
						amounts.push(amount);
						await payEach(top, caller, dest, [amount], told);
					}
					top.close();
				}),
			);
			const { payments, ...errors } = told;
			const took = Date.now() - began;
			console.log(`seed ${seed}: ${payments.length} payments in ${took} ms, ${JSON.stringify({ ...proxy.counts, ...errors })}`);
			assert.ok(wasBad(), 'the connection was not bad, or no caller had to send a unit again');
			const paid = [...ledger.paid].sort(([one], [other]) => Number(one - other));
			assert.deepEqual(paid, amounts.map((amount) => [amount, 1]), 'each is paid once');

			// What the callers were told is true, and they can prove it.
			const verifier = new Verifier(ledger.chain.committee(0n));
			for (let last = 1_000; last < ledger.chain.newest; last += 1_000) {
				verifier.follow(ledger.chain.headers[last]!, ledger.chain.certificate(last));
			}
			for (const { amount, receipt } of payments) {
				const { unit, hash, block } = verifier.verify(receipt);
				assert.equal((unit.body.operations[0]?.value as { amount: bigint }).amount, amount);
				assert.equal(ledger.applied.get(hash)?.number, block.number);
			}
			assert.deepEqual(payments.map(({ amount }) => amount).sort((one, other) => Number(one - other)), amounts);
			await proxy.stop();
			await ledger.stop();
		});
	}

	it('are made twice by a caller that ignores the units of errors', { timeout: 120_000 }, async () => {
		const [caller] = callers as [Signer];
		const ledger = await LedgerNode.start(1, 1_000, callers);
		const proxy = await Proxy.start(ledger.node.port, { ...BAD, cut: 400, stall: 0, repeat: 0 }, 1);
		for (let amount = FIRST_AMOUNT; amount < FIRST_AMOUNT + 100n; amount++) {
			for (;;) {
				const top = await connect(proxy.url, { ...IMPATIENT, reconnectForMs: 0 });
				const payment = top.pay(caller, dest, amount).then((payment) => payment.finalized());
				const isPaid = await payment.then(
					() => true,
					() => false,
				);
				top.close();
				if (isPaid) break;
			}
		}
		const twice = [...ledger.paid.values()].filter((times) => times > 1).length;
		console.log(`${twice} of ${ledger.paid.size} payments were made more than once`);
		assert.ok(twice > 0);
		await proxy.stop();
		await ledger.stop();
	});
});
