// Verifies a stored receipt without a network: node dist/verify-receipt.js FOLDER
//
// FOLDER has receipt.scale, the receipt, and committee.json, the trusted committee. The examples `pay` write both.

import { committeeFromReport, verifyReceipt } from '@top/sdk';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node dist/verify-receipt.js FOLDER');
const committee = committeeFromReport(JSON.parse(readFileSync(join(folder, 'committee.json'), 'utf8')));

const { unit, hash, block } = verifyReceipt(readFileSync(join(folder, 'receipt.scale')), committee);

// The receipt proves the unit as it is. Compare sender, recipient and amount with what you expect.
console.log(`block ${block.number} is final and has unit ${hash}`);
console.log(`sender ${unit.body.account}`);
for (const { type, value } of unit.body.operations) {
	if (type === 'Transfer' || type === 'TransferKeepAlive') console.log(`paid ${value.dest} ${value.amount}`);
	else console.log(type);
}
