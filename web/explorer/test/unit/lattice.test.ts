// The drawing of an account among others, from chains and blocks of a ledger that the test stands in for.

import { signerFromSeed, type Block, type ChainLink, type Ledger } from '@top/sdk';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lattice } from '../../src/worker/lattice.js';

const people = Array.from({ length: 9 }, (_, at) => signerFromSeed(new Uint8Array(32).fill(at + 1)).account);
const [me, payee, payer, other] = people as [string, string, string, string];
const hashOf = (number: number) => `0x${number.toString(16).padStart(64, '0')}`;

function link(account: string, dest: string, block: number, id: number): ChainLink {
	const operations = [{ type: 'Transfer' as const, value: { dest, amount: 5n } }];
	const body = { account, height: id, parent: hashOf(id - 1), validUntil: 0, operations };
	return { hash: hashOf(id), unit: { body } as ChainLink['unit'], checked: 'proof', block: { number: block, hash: hashOf(block) }, index: 0 };
}

function ledgerOf(chains: Record<string, ChainLink[]>, blocks: Record<string, { links: [ChainLink, number][] }>): Ledger {
	const ledger = {
		asked: [] as string[],
		async *chain(address: string) {
			if (chains[address] !== undefined) yield chains[address];
		},
		async block(hash: string) {
			ledger.asked.push(hash);
			const found = blocks[hash];
			if (found === undefined) return undefined;
			const batch = found.links.map(([{ hash, unit }, mark]) => ({ hash, unit, mark }));
			return { number: found.links[0]?.[0].block.number, batch, marks: 'proof' } as unknown as Block;
		},
	};
	return ledger as unknown as Ledger;
}

test('an account stands among the accounts that it pays, and the payers in the newest blocks', async () => {
	const own = [link(me, payee, 10, 100), link(me, payee, 12, 101)];
	const incoming = link(payer, me, 13, 200);
	const stranger = link(other, people[5] as string, 13, 300);
	const refused = link(people[6] as string, me, 13, 400);
	const ledger = ledgerOf(
		{ [me]: own, [payee]: [link(payee, me, 11, 150)], [payer]: [incoming] },
		{ [hashOf(13)]: { links: [[incoming, 0], [stranger, 0], [refused, 9]] } },
	);
	const { lanes, units } = await new Lattice(ledger).around(me, [hashOf(13)]);
	assert.deepEqual(lanes, [me, payee, payer]);
	// In the order of blocks; neither a refused unit, nor one between strangers.
	assert.deepEqual(units.map(({ hash }) => hash), [100, 150, 101, 200].map(hashOf));
	assert.deepEqual(units.map(({ checked }) => checked), ['none', 'none', 'none', 'proof']);
});

test('no more accounts are drawn than have room, and blocks are read once', async () => {
	const own = people.slice(1).flatMap((dest, at) => [link(me, dest, 10 + at, 100 + at), ...(at > 4 ? [link(me, dest, 30 + at, 200 + at)] : [])]);
	const ledger = ledgerOf({ [me]: own }, { [hashOf(50)]: { links: [[link(me, payee, 50, 500), 0]] } });
	const lattice = new Lattice(ledger);
	const { lanes } = await lattice.around(me, [hashOf(50)]);
	assert.equal(lanes.length, 6);
	for (const busy of people.slice(6)) assert.ok(lanes.includes(busy), 'the accounts with most payments have a row');
	await lattice.around(me, [hashOf(50)]);
	assert.deepEqual((ledger as unknown as { asked: string[] }).asked, [hashOf(50)]);
});
