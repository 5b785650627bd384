import { fromHex, type CommitteeReport } from '@top/sdk';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkReceipt } from '../../src/worker/receipts.js';

const vectors = JSON.parse(readFileSync(new URL('../../../../primitives/lattice/vectors/receipt.json', import.meta.url), 'utf8')) as {
	committee: CommitteeReport;
	receipts: { receipt: string; unitHash: string; block: { number: number } }[];
	broken: { error: string; receipt: string }[];
};
const trusted = [{ id: 'shard', name: 'Shard', committees: [vectors.committee] }];
const stranger = { ...vectors.committee, members: [...vectors.committee.members].reverse() };

test('a receipt is valid by the committee that signed it', () => {
	for (const { receipt, unitHash, block } of vectors.receipts) {
		const { verdict, hash, block: found, ledger } = checkReceipt(fromHex(receipt), trusted);
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
	assert.equal(checkReceipt(bytes, both).ledger?.id, 'shard');
});

test('bytes that are no receipt are refused', () => {
	assert.throws(() => checkReceipt(new Uint8Array(10), trusted));
});
