import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, milliseconds, parseTop, short, span, top } from '../../src/page/format.js';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

test('an amount is shown with the decimals that it has', () => {
	assert.equal(top(1_500_000n), '1.5');
	assert.equal(top(0n), '0');
	assert.equal(top(1n), '0.000001');
	assert.equal(plain(top(1_234_567_000_001n)), '1 234 567.000001');
	assert.equal(top(-1_500_000n), '−1.5');
});

test('an amount that people type is read, and nothing else', () => {
	assert.equal(parseTop('1.5'), 1_500_000n);
	assert.equal(parseTop('1,5'), 1_500_000n);
	assert.equal(parseTop(' 1 000 '), 1_000_000_000n);
	for (const text of ['', '-1', '1.2.3', '1.1234567', 'ten', '0x10', '1e3']) assert.equal(parseTop(text), undefined, text);
});

test('what is shown is read back', () => {
	for (const amount of [1n, 10n, 1_000_000n, 123_456_789_012n]) assert.equal(parseTop(top(amount)), amount);
});

test('spans name their two largest units', () => {
	assert.equal(span(12.4), '12 s');
	assert.equal(span(61), '1 min 1 s');
	assert.equal(span(3 * 3600 + 120), '3 h 2 min');
	assert.equal(span(90_000), '1 d 1 h');
	assert.equal(milliseconds(120), '120 ms');
	assert.equal(milliseconds(1_234), '1.23 s');
});

test('hashes are shortened at both ends', () => {
	assert.equal(short(`0x${'ab'.repeat(32)}`), '0xababab…ababab');
	assert.equal(short('0x1234'), '0x1234');
	assert.equal(counted(1, 'unit'), '1 unit');
	assert.equal(counted(2, 'unit'), '2 units');
});
