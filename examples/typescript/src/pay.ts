// Pays on a shard, verifies the receipt and stores it: node dist/pay.js [URL [FOLDER]]

import { decodeReceipt, transferKeepAlive, committeeFromReport, fromHex, verifyReceipt } from '@top/sdk';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, developmentAccount } from './node.js';

const top = await connect();
const [alice, bob] = [developmentAccount('//Alice'), developmentAccount('//Bob')];

const builder = await top.builder(alice);
const unit = await builder.next([transferKeepAlive(bob.account, 5_000_000n)]);
// Waits for finality. Blocks are final when they are imported, so this takes well under a second.
const [report] = await top.submitUntilFinal([unit]);
const receipt = report?.receipt;
if (receipt === undefined) throw new Error('the node returned no receipt');

// The committee of the receipt's block is the trust anchor. Here the node names it: trust your own node only.
const committee = await top.committeeReport(decodeReceipt(receipt).header.parentHash);
const proven = verifyReceipt(receipt, committeeFromReport(committee));
console.log(`unit ${proven.hash} paid ${bob.account} in block ${proven.block.number}`);
console.log('the receipt is valid');

const folder = process.argv[3];
if (folder !== undefined) {
	writeFileSync(join(folder, 'receipt.scale'), fromHex(receipt));
	writeFileSync(join(folder, 'committee.json'), JSON.stringify(committee, null, '\t'));
	console.log(`stored receipt.scale and committee.json in ${folder}`);
}
top.close();
