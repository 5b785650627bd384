// Callers that pay over a bad connection, and do what the errors advise.

import assert from 'node:assert/strict';
import { TopClient, TopError, type ConnectOptions, type Hex, type Signer, type Unit } from '../src/index.js';

/** What callers were told. */
export interface Told {
	/** Final payments. */
	payments: { amount: bigint; receipt: Hex }[];
	/** Errors that had a unit, which was sent again. */
	sentAgain: number;
	/** Units that can never apply, for which another one was signed. */
	signedAgain: number;
	/** Errors without a unit: nothing was signed. */
	notSigned: number;
}

/** Returns what a caller was told before its first payment. */
export function toldNothing(): Told {
	return { payments: [], sentAgain: 0, signedAgain: 0, notSigned: 0 };
}

/** A client, or a network of shards. */
export interface Payer {
	pay(signer: Signer, dest: string, amount: bigint): Promise<{ finalized(): Promise<Hex> }>;
	send(unit: Unit): Promise<{ finalized(): Promise<Hex> }>;
}

/** Makes a payment of each amount, one after the other. Payments differ by their amounts. */
export async function payEach(top: Payer, from: Signer, dest: string, amounts: bigint[], told: Told): Promise<void> {
	for (const amount of amounts) {
		let signed: Unit | undefined;
		for (;;) {
			try {
				const payment = signed === undefined ? await top.pay(from, dest, amount) : await top.send(signed);
				told.payments.push({ amount, receipt: await payment.finalized() });
				break;
			} catch (error) {
				assert.ok(error instanceof TopError, String(error));
				const { units = [], mayStillApply } = error as { units?: Unit[]; mayStillApply?: boolean };
				signed = mayStillApply ? units[0] : undefined;
				if (signed !== undefined) told.sentAgain += 1;
				else if (units.length > 0) told.signedAgain += 1;
				else told.notSigned += 1;
			}
		}
	}
}

/** Connects, however often it takes. */
export async function connect(url: string, options: ConnectOptions): Promise<TopClient> {
	for (;;) {
		const client = await TopClient.connect(url, options).catch(() => undefined);
		if (client !== undefined) return client;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
