// Receipts across ledgers against the vectors that all implementations share.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
	accountBytes,
	CodecError,
	decodeMessageReceipt,
	MessageReceiptError,
	OfficeError,
	toHex,
	TopError,
	Verifier,
	verifyMessageReceipt,
	type ChainBlock,
	type CommitteeReport,
	type MessageFault,
	type MessageReceipt,
} from '../src/index.js';
import { standsInRange } from '../src/mountain.js';
import { Random } from './random.js';

interface Block {
	chain: string;
	number: number;
	hash: string;
}

interface Vector {
	receipt: string;
	unit: string;
	initiator: string;
	to: string;
	value: string;
	sequence: number;
	sent: Block;
	sealed: Block | null;
	taken: Block | null;
	takenSealed: Block | null;
}

const file = new URL('../../../../primitives/receipt/vectors/receipts.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as {
	anchors: { zone: CommitteeReport; source: CommitteeReport };
	final: Vector;
	sealed: Vector;
	credited: Vector;
};
const zone = () => Verifier.fromReport(vectors.anchors.zone);
const source = () => Verifier.fromReport(vectors.anchors.source);
const ofAnotherEpoch = () => Verifier.fromReport({ ...vectors.anchors.source, epoch: 7 });

function nameOf({ chain }: ChainBlock): string {
	if (chain.type === 'Main') return 'main';
	return chain.type === 'Zone' ? `zone ${chain.value}` : `shard ${chain.value.zone}/${chain.value.incarnation}`;
}

const block = (found: ChainBlock | undefined): Block | null =>
	found === undefined ? null : { chain: nameOf(found), number: found.number, hash: found.hash };

describe('a receipt across ledgers', () => {
	for (const level of ['final', 'sealed', 'credited'] as const) {
		it(`of the level ${level} proves what the vectors say`, () => {
			const vector = vectors[level];
			// A sealed message needs the zone alone.
			const anchors = [[source(), zone()], level === 'final' ? [source()] : [zone()]];
			if (level !== 'final') anchors.push([zone(), ofAnotherEpoch()]);
			for (const trusted of anchors) {
				const proven = verifyMessageReceipt(vector.receipt, trusted);
				assert.equal(toHex(accountBytes(proven.initiator)), vector.initiator);
				assert.equal(toHex(accountBytes(proven.to as string)), vector.to);
				assert.deepEqual([String(proven.value), Number(proven.sequence), proven.unit], [vector.value, vector.sequence, vector.unit]);
				assert.deepEqual(block(proven.sent), vector.sent);
				assert.deepEqual(block(proven.sealed), vector.sealed);
				assert.deepEqual(block(proven.taken?.at), vector.taken);
				assert.deepEqual(block(proven.taken?.sealed), vector.takenSealed);
			}
		});
	}

	it('needs the committees of the ledgers that it passes', () => {
		const isMissing = (error: unknown) => error instanceof MessageReceiptError && error.fault === 'noAnchor';
		assert.throws(() => verifyMessageReceipt(vectors.final.receipt, [zone()]), isMissing);
		assert.throws(() => verifyMessageReceipt(vectors.sealed.receipt, [source()]), isMissing);
		assert.throws(() => verifyMessageReceipt(vectors.credited.receipt, []), isMissing);
		// Another committee of the same ledger did not sign.
		const [first, ...others] = vectors.anchors.zone.members;
		const stranger = Verifier.fromReport({ ...vectors.anchors.zone, members: [...others, first!] });
		assert.throws(() => verifyMessageReceipt(vectors.sealed.receipt, [stranger]), TopError);
	});

	it('leads to later committees of the zone, which the verifier knows then', () => {
		const verifier = zone();
		const { handovers } = decodeMessageReceipt(vectors.credited.receipt);
		assert.equal(handovers.length, 1);
		verifyMessageReceipt(vectors.credited.receipt, [verifier]);
		assert.equal(verifier.epochs.length, 2);
		const without = decodeMessageReceipt(vectors.credited.receipt);
		without.handovers = [];
		assert.throws(() => verifyMessageReceipt(without, [zone()]), OfficeError);
	});

	it('is refused with the reason where a part is of something else', () => {
		const refused = (fault: MessageFault, change: (receipt: MessageReceipt) => void) => {
			const receipt = decodeMessageReceipt(vectors.credited.receipt);
			change(receipt);
			assert.throws(
				() => verifyMessageReceipt(receipt, [source(), zone()]),
				(error) => error instanceof MessageReceiptError && error.fault === fault,
				fault,
			);
		};
		refused('notSent', ({ sending }) => (sending.packet.messages[0]!.value += 1n));
		refused('notSent', ({ sending }) => (sending.packet.first += 1n));
		refused('notSent', ({ sending }) => (sending.packet.claim.count += 1n));
		refused('notSent', ({ sending }) => sending.packet.messages.pop());
		refused('notSent', ({ sending }) => (sending.parent.number += 1));
		refused('notSent', ({ sending }) => sending.before.pop());
		refused('otherUnit', ({ origin }) => {
			if (origin.type === 'Unit') origin.value.unit.body.height += 1;
		});
		refused('notSealed', ({ sealing }) => (sealing!.head = []));
		refused('notSealed', ({ sealing }) => (sealing!.head[0]!.head.height += 1));
		refused('notSealed', ({ sealing, sending }) => sealing!.links.push(sending.parent));
		refused('notTaken', ({ crediting }) => (crediting!.cursor.claim.taken.messages += 1n));
		refused('notTaken', ({ crediting }) => (crediting!.cursor.head = []));
		refused('notTaken', (receipt) => (receipt.sealing = undefined));
	});

	it('with any changed byte proves nothing else', () => {
		const bytes = Buffer.from(vectors.credited.receipt.slice(2), 'hex');
		const expected = verifyMessageReceipt(vectors.credited.receipt, [source(), zone()]);
		const random = new Random(7);
		for (let run = 0; run < 300; run++) {
			const changed = Uint8Array.from(bytes);
			const at = random.below(changed.length);
			changed[at] = (changed[at] as number) ^ (1 + random.below(255));
			try {
				const proven = verifyMessageReceipt(changed, [source(), zone()]);
				// Signatures of units, and parts that the proof does not need, can differ. What it says can not.
				assert.deepEqual(proven, expected, `byte ${at}`);
			} catch (error) {
				assert.ok(error instanceof TopError, String(error));
			}
		}
		assert.throws(() => decodeMessageReceipt('0x00'), CodecError);
		assert.throws(() => decodeMessageReceipt(new Uint8Array(3 * 1024 * 1024)), MessageReceiptError);
	});
});

describe('a mountain range', () => {
	it('refuses an index beyond its count, and a proof of another length', () => {
		const { range, claim, first } = decodeMessageReceipt(vectors.final.receipt).sending.packet;
		const leaf = new Uint8Array(32);
		assert.equal(standsInRange(leaf, claim.count, claim.count, claim.root, range), false);
		assert.equal(standsInRange(leaf, first, claim.count, claim.root, [...range, claim.root]), false);
		assert.equal(standsInRange(leaf, first, claim.count, claim.root, range), false);
	});
});
