// Prints each change of an account, on any ledger, by an ordinary Substrate client:
//
//   node dist/watch-account.js URL ADDRESS [CHANGES]
//
// The program ends after the given number of changes, and runs until Ctrl-C without it.

import { createClient } from 'polkadot-api';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';
import { url } from './node.js';

const address = process.argv[3];
if (address === undefined) throw new Error('usage: node dist/watch-account.js URL ADDRESS [CHANGES]');
const changes = Number(process.argv[4] ?? Infinity);
const client = createClient(getWsProvider(url, { websocketClass: WebSocket as never }));

let count = 0;
// The first value is the current state. A shard's units and extrinsics both change `System.Account`.
client.getUnsafeApi().query.System.Account.watchValue(address).subscribe(({ block, value }) => {
	const { nonce, data } = value as { nonce: number; data: { free: bigint } };
	console.log(`block ${block.number}: nonce ${nonce}, ${data.free} free`);
	if (++count >= changes) client.destroy();
});
