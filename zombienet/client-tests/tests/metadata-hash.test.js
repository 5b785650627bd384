// Wallets that check the metadata, as hardware wallets do: `CheckMetadataHash` in mode 1. Needs a node of `make release`.

import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata';
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { u8aToHex } from '@polkadot/util';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { amount, endpoint, freshName, suiteTimeout, timeout, token } from './network.js';

describe('a wallet that checks the metadata', { timeout: suiteTimeout }, () => {
	let api;
	let sender;

	before(async () => {
		const provider = new WsProvider(endpoint, false);
		await provider.connect();
		api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
		sender = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
	});

	after(async () => api?.disconnect());

	/** Returns the hash that the wallet shows to its user: what it decodes, it decodes by this metadata. */
	async function metadataHash() {
		const metadata = (await api.call.metadata.metadataAtVersion(15)).unwrap();
		const { specName, specVersion } = api.runtimeVersion;
		const merkleized = merkleizeMetadata(metadata.toHex(), {
			decimals: token.decimals,
			tokenSymbol: token.symbol,
			base58Prefix: token.ss58Format,
			specName: specName.toString(),
			specVersion: specVersion.toNumber(),
		});
		return u8aToHex(merkleized.digest());
	}

	/** Sends a transfer, and resolves with the recipient's balance once it is final. */
	async function transfer(name, options) {
		const recipient = new Keyring({ type: 'sr25519' }).addFromUri(freshName(name)).address;
		await new Promise((resolve, reject) => {
			const sent = api.tx.balances.transferKeepAlive(recipient, amount).signAndSend(sender, options, ({ status, isError }) => {
				if (status.isFinalized) resolve();
				else if (isError) reject(new Error(`the transaction ended as ${status.type}`));
			});
			sent.catch(reject);
		});
		return (await api.query.system.account(recipient)).data.free.toBigInt();
	}

	it('pays', { timeout }, async () => {
		const options = { mode: 1, metadataHash: await metadataHash(), nonce: -1 };
		assert.equal(await transfer('metadata-hash', options), amount);
	});

	it('is refused if it signed other metadata', { timeout }, async () => {
		const options = { mode: 1, metadataHash: `0x${'11'.repeat(32)}`, nonce: -1 };
		await assert.rejects(transfer('other-metadata', options), /1010: Invalid Transaction: Transaction has a bad signature/);
	});

	it('pays without the check as well', { timeout }, async () => {
		assert.equal(await transfer('no-metadata-hash', { nonce: -1 }), amount);
	});
});
