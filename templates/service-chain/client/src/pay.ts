// Sends a unit, waits until it is final and verifies its receipt: node dist/pay.js [URL]

import { decodeReceipt, signerFromPhrase, TopClient, Verifier } from '@top/sdk';
import { WebSocket } from 'ws';

/** The phrase of the development accounts. They have tokens on development networks only. */
const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

const client = await TopClient.connect(process.argv[2] ?? 'ws://127.0.0.1:9944', { webSocket: WebSocket });
const alice = signerFromPhrase(DEVELOPMENT_PHRASE, '//Alice');
const bob = signerFromPhrase(DEVELOPMENT_PHRASE, '//Bob');

const started = Date.now();
const payment = await client.pay(alice, bob.account, 5_000_000n).catch((error) => {
	// The connection broke after the payment was signed. The same unit again is not a second payment; `pay` is.
	if (error.mayStillApply) return client.send(error.units[0]);
	throw error;
});
const receipt = await payment.finalized();
console.log(`final after ${Date.now() - started} ms`);

// The receipt is portable: it verifies with the committee of its block alone. Here the node names the committee.
const committee = await client.committee(decodeReceipt(receipt).header.parentHash);
const { hash, block } = new Verifier(committee).verify(receipt, payment.hash);
console.log(`receipt verified: unit ${hash} in block ${block.number}`);
client.close();
