// Pays on a shard, verifies the receipt and stores it: node dist/pay.js [URL [FOLDER]]

import { decodeReceipt, fromHex, Verifier } from '@top/sdk';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, developmentAccount } from './node.js';

const top = await connect();
const [alice, bob] = [developmentAccount('//Alice'), developmentAccount('//Bob')];

const payment = await top.pay(alice, bob.account, 5_000_000n).catch((error) => {
	// The connection broke after the payment was signed. The same unit again is not a second payment; `pay` is.
	if (error.mayStillApply) return top.send(error.units[0]);
	throw error;
});
// Waits for finality. Blocks are final when they are imported, so this takes well under a second.
const receipt = await payment.finalized();

// The committee of the receipt's block is the trust anchor. Here the node names it: trust your own node only. To trust no
// node, begin with a committee that you know, and `follow` the ledger from there.
const committee = await top.committeeReport(decodeReceipt(receipt).header.parentHash);
const proven = Verifier.fromReport(committee).verify(receipt, payment.hash);
console.log(`unit ${proven.hash} paid ${bob.account} in block ${proven.block.number}`);
console.log('the receipt is valid');

const folder = process.argv[3];
if (folder !== undefined) {
	writeFileSync(join(folder, 'receipt.scale'), fromHex(receipt));
	writeFileSync(join(folder, 'committee.json'), JSON.stringify(committee, null, '\t'));
	console.log(`stored receipt.scale and committee.json in ${folder}`);
}
top.close();
