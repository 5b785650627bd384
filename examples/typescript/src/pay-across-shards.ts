// Pays an account wherever in the zone it lives, and follows the payment: node dist/pay-across-shards.js [URL [TO]]
//
// URL is a node of any ledger of the network: `top-node local-network --shards 2 --base-path FOLDER` starts one.

import { TopNetwork } from '@top/sdk';
import { WebSocket } from 'ws';
import { developmentAccount, url } from './node.js';

const network = await TopNetwork.connect(url, { webSocket: WebSocket });
const alice = developmentAccount('//Alice');
const to = process.argv[3] ?? developmentAccount('//Bob').account;
for (const [name, account] of [['payer', alice.account], ['recipient', to]] as const) {
	const place = await network.locate(account);
	console.log(`the ${name} lives in ${place === undefined ? 'the only ledger of this node' : `${place.chain}, table ${place.table}`}`);
}

const began = Date.now();
const payment = await network.pay(alice, to, 5_000_000n).catch((error) => {
	// The connection broke after the payment was signed. The same unit again is not a second payment; `pay` is.
	if (error.mayStillApply) return network.send(error.units[0]);
	throw error;
});
// The first stage is `final`: the unit cannot be undone. The others are what the node says about zone and recipient.
for await (const { stage } of payment.stages()) console.log(`${stage} after ${Date.now() - began} ms`);
await payment.credited();
console.log(`the recipient has the value of unit ${payment.hash}`);
network.close();
