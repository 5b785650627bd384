// Sends a unit, waits until it is final and verifies its receipt: node dist/pay.js [URL]

import { decodeReceipt, signerFromPhrase, TopClient, transferKeepAlive, verifyReceipt } from '@top/sdk';
import { WebSocket } from 'ws';

/** The phrase of the development accounts. They have tokens on development networks only. */
const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

const client = await TopClient.connect(process.argv[2] ?? 'ws://127.0.0.1:9944', { webSocket: WebSocket });
const alice = signerFromPhrase(DEVELOPMENT_PHRASE, '//Alice');
const bob = signerFromPhrase(DEVELOPMENT_PHRASE, '//Bob');

const builder = await client.builder(alice);
const unit = await builder.next([transferKeepAlive(bob.account, 5_000_000n)]);
const started = Date.now();
const [report] = await client.submitUntilFinal([unit]);
console.log(`final after ${Date.now() - started} ms`);

// The receipt is portable: it verifies with the committee of its block alone. Here the node names the committee.
const receipt = report?.receipt;
if (receipt === undefined) throw new Error('the node returned no receipt');
const committee = await client.committee(decodeReceipt(receipt).header.parentHash);
const { hash, block } = verifyReceipt(receipt, committee);
console.log(`receipt verified: unit ${hash} in block ${block.number}`);
client.close();
