import { fromHex, type CommitteeReport } from '@top/sdk';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { MessageReceiptView, UnitReceiptView } from '../../src/shared/model.js';
import { checkReceipt, type TrustedCommittees } from '../../src/worker/receipts.js';

function checkUnit(bytes: Uint8Array, trusted: TrustedCommittees[]): UnitReceiptView {
	const view = checkReceipt(bytes, trusted);
	assert.equal(view.type, 'unit');
	return view as UnitReceiptView;
}

function checkMessage(bytes: Uint8Array, trusted: TrustedCommittees[]): MessageReceiptView {
	const view = checkReceipt(bytes, trusted);
	assert.equal(view.type, 'message');
	return view as MessageReceiptView;
}


const vectors = JSON.parse(readFileSync(new URL('../../../../primitives/lattice/vectors/receipt.json', import.meta.url), 'utf8')) as {
	committee: CommitteeReport;
	receipts: { receipt: string; unitHash: string; block: { number: number } }[];
	broken: { error: string; receipt: string }[];
};
const trusted = [{ id: 'shard', name: 'Shard', committees: [vectors.committee] }];
const stranger = { ...vectors.committee, members: [...vectors.committee.members].reverse() };

test('a receipt is valid by the committee that signed it', () => {
	for (const { receipt, unitHash, block } of vectors.receipts) {
		const { verdict, hash, block: found, ledger } = checkUnit(fromHex(receipt), trusted);
		assert.equal(verdict.type, 'valid');
		assert.equal(hash, unitHash);
		assert.equal(found.number, block.number);
		assert.equal(ledger?.id, 'shard');
	}
});

test('a broken receipt is never valid', () => {
	for (const { receipt } of vectors.broken) {
		assert.notEqual(checkReceipt(fromHex(receipt), trusted).verdict.type, 'valid');
	}
});

test('a receipt that another committee signed is not valid, and says nothing without committees', () => {
	const [first] = vectors.receipts;
	const bytes = fromHex((first as { receipt: string }).receipt);
	assert.equal(checkReceipt(bytes, [{ id: 'other', name: 'Other', committees: [stranger] }]).verdict.type, 'invalid');
	assert.equal(checkReceipt(bytes, []).verdict.type, 'unknown');
	const later = { ...vectors.committee, epoch: vectors.committee.epoch + 1 };
	assert.equal(checkReceipt(bytes, [{ id: 'later', name: 'Later', committees: [later] }]).verdict.type, 'unknown');
});

test('a committee of another ledger does not hide the right one', () => {
	const [first] = vectors.receipts;
	const bytes = fromHex((first as { receipt: string }).receipt);
	const both = [{ id: 'other', name: 'Other', committees: [stranger] }, ...trusted];
	assert.equal(checkUnit(bytes, both).ledger?.id, 'shard');
});

test('bytes that are no receipt are refused', () => {
	assert.throws(() => checkReceipt(new Uint8Array(10), trusted));
});

const crossing = JSON.parse(readFileSync(new URL('../../../../primitives/receipt/vectors/receipts.json', import.meta.url), 'utf8')) as {
	anchors: Record<'zone' | 'source', CommitteeReport>;
} & Record<'final' | 'sealed' | 'credited', { receipt: string }>;
const { anchors } = crossing;
const zoneAlone = [{ id: 'zone', name: 'Zone', committees: [anchors.zone] }];

test('a receipt of a payment to another shard is valid by the committee of the zone alone', () => {
	const sealed = checkMessage(fromHex(crossing.sealed.receipt), zoneAlone);
	assert.equal(sealed.verdict.type, 'valid');
	assert.ok(sealed.sent !== undefined && sealed.sealed !== undefined && sealed.taken === undefined);
	const credited = checkMessage(fromHex(crossing.credited.receipt), zoneAlone);
	assert.equal(credited.verdict.type, 'valid');
	assert.ok(credited.taken !== undefined && credited.value > 0n && credited.to !== undefined);
	assert.equal(checkMessage(fromHex(crossing.final.receipt), [{ id: 's', name: 'S', committees: [anchors.source] }]).verdict.type, 'valid');
});

test('a receipt across ledgers is not known without the zone, and not valid if a byte is changed', () => {
	const bytes = fromHex(crossing.credited.receipt);
	assert.equal(checkMessage(bytes, []).verdict.type, 'unknown');
	assert.equal(checkMessage(fromHex(crossing.final.receipt), zoneAlone).verdict.type, 'unknown');
	let refused = 0;
	for (let at = 40; at < bytes.length; at += 211) {
		const changed = Uint8Array.from(bytes);
		changed[at] = (changed[at] as number) ^ 1;
		try {
			const view = checkReceipt(changed, zoneAlone);
			assert.notEqual(view.verdict.type, 'valid', `byte ${at}`);
			assert.ok(view.type === 'unit' || view.sent === undefined, 'what is not proved names no block');
		} catch (error) {
			assert.ok(error instanceof Error, 'it does not decode');
		}
		refused += 1;
	}
	assert.ok(refused > 5);
});
