import assert from 'node:assert/strict';
import { test } from 'node:test';

Object.assign(globalThis, { location: { hash: '' }, addEventListener: () => undefined });
const { linkTo, parse } = await import('../../src/page/router.js');

test('every view has an address that leads to it', () => {
	for (const route of [
		{ view: 'overview' },
		{ view: 'wallet' },
		{ view: 'blocks', ledger: 'shard-0' },
		{ view: 'committee', ledger: 'main' },
		{ view: 'block', ledger: 'main', item: '17' },
		{ view: 'account', ledger: 'main', item: '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty' },
	] as const) {
		assert.deepEqual(parse(linkTo(route)), route);
	}
});

test('an address without a view is unknown', () => {
	for (const path of ['#/main', '#/main/nothing', '#/main/block', '#/main/block/', '#/wallet/x/y/z']) {
		assert.equal(parse(path).view, 'unknown', path);
	}
});
