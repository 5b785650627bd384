// Fills a shard of an earlier build with units, extrinsics, quotas and sponsors, and saves its state:
//
//   node migration/shard.js WS_URL FOLDER

import { encodeUnit, signerFromPhrase, toHex, transfer, transferAll, UnitBuilder } from '@top/sdk';
import { webcrypto } from 'node:crypto';
import { connect, fresh, key, save, send, TOP, until } from './chain.js';

// Node.js 18 does not define it as a global.
globalThis.crypto ??= webcrypto;

const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
const [url, folder] = process.argv.slice(2);
const chain = await connect(url);
const { api, provider } = chain;
const { tx } = api;
const { domain } = await provider.send('lattice_info', []);
const [alice, bob, eve] = ['Alice', 'Bob', 'Eve'].map((name) => key(`//${name}`));
const ed25519 = signerFromPhrase(DEV_PHRASE, '//fixture//ed25519', 'Ed25519');
const account = (address) => provider.send('lattice_account', [address]);

/** Sends the next units of an account, and waits until they apply. */
async function units(signer, ...operations) {
	const { next } = await account(signer.account);
	const builder = new UnitBuilder(signer, domain, next.height, next.head);
	const signed = [];
	for (const each of operations) signed.push(toHex(encodeUnit(await builder.next(each))));
	await provider.send('lattice_submit', [signed]);
	const height = next.height + operations.length;
	await until('units', async () => ((await account(signer.account))?.height ?? height) >= height);
}

const sr25519 = (path) => signerFromPhrase(DEV_PHRASE, path);
const byUnit = (name, amount) => transfer(fresh(name).address, amount);

// Accounts of units: one that ends, one below the later existential deposit, one with another scheme.
await units(sr25519('//Alice'), [byUnit('ended', 5n * TOP), byUnit('poor', TOP / 20n)], [byUnit('rich', 50n * TOP)]);
await units(sr25519('//fixture//ended'), [transferAll(bob.address)]);
await units(sr25519('//fixture//rich'), [transfer(ed25519.account, 7n * TOP), transfer(bob.address, TOP)]);
await units(ed25519, [transfer(fresh('rich').address, TOP)], [transfer(bob.address, TOP)]);

// Extrinsics between them, of accounts with units too.
await send(api, tx.balances.transferAllowDeath(fresh('extrinsic').address, 9n * TOP), alice);
await send(api, tx.balances.transferAllowDeath(fresh('deposit').address, TOP / 5n), bob);
await send(api, tx.proxy.addProxy(bob.address, 'NonTransfer', 0), fresh('deposit'));
await send(api, tx.quota.lock(2_000n * TOP), eve);
await send(api, tx.quota.sponsor(fresh('sponsored').address, 30n * TOP), bob);
await send(api, tx.quota.unsponsor(fresh('sponsored').address, 5n * TOP), bob);
await send(api, tx.quota.invite(fresh('invited').address, TOP, 10n * TOP), bob);
for (const by of [eve, alice, fresh('extrinsic')]) await send(api, tx.system.remark(`0x${'07'.repeat(3_000)}`), by);
await units(sr25519('//Eve'), [transfer(bob.address, TOP)], [transfer(alice.address, TOP)]);
await units(sr25519('//Alice'), ...Array.from({ length: 10 }, () => [transfer(bob.address, TOP)]));
await save(chain, folder);
