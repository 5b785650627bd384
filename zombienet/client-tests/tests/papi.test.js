// polkadot-api (PAPI), a client of the new JSON-RPC specification (chainHead, transaction).

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient, Enum, InvalidTxError } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';
import { amount, endpoint, freshName, suiteTimeout, timeout, token } from './network.js';

describe('polkadot-api', { timeout: suiteTimeout }, () => {
	let client;
	// No generated descriptors: all types come from the metadata that the node serves.
	let api;
	let sender;
	let signer;
	let recipient;

	before(async () => {
		await cryptoWaitReady();
		client = createClient(getWsProvider(endpoint, { websocketClass: WebSocket }));
		api = client.getUnsafeApi();
		const keyring = new Keyring({ type: 'sr25519' });
		sender = keyring.addFromUri('//Bob');
		signer = getPolkadotSigner(sender.publicKey, 'Sr25519', (message) => sender.sign(message));
		recipient = keyring.addFromUri(freshName('papi'));
	});

	after(() => client?.destroy());

	async function freeBalance(account) {
		return (await api.query.System.Account.getValue(account.address)).data.free;
	}

	function transfer(value) {
		return api.tx.Balances.transfer_keep_alive({ dest: Enum('Id', recipient.address), value });
	}

	it('connects and reads metadata and properties', { timeout }, async () => {
		const { properties } = await client.getChainSpecData();
		assert.equal(properties.tokenSymbol, token.symbol);
		assert.equal(properties.tokenDecimals, token.decimals);
		assert.equal(await api.constants.System.SS58Prefix(), token.ss58Format);
		const finalized = await client.getFinalizedBlock();
		assert.ok(finalized.number >= 0);
		for (const version of [14, 15, 16]) {
			const metadata = await api.apis.Metadata.metadata_at_version(version);
			assert.ok(metadata, `metadata V${version}`);
		}
	});

	it('transfers until final, without a fee', { timeout }, async () => {
		const before = await freeBalance(sender);
		assert.equal(await freeBalance(recipient), 0n);

		const result = await transfer(amount).signAndSubmit(signer);
		assert.ok(result.ok, JSON.stringify(result.dispatchError));

		assert.equal(await freeBalance(recipient), amount);
		assert.equal(await freeBalance(sender), before - amount);
		const newest = await client.getFinalizedBlock();
		assert.ok(newest.number >= result.block.number);
	});

	it('signs for as long as the guide says', { timeout }, async () => {
		// The default of 64 blocks is 32 s here.
		const result = await transfer(amount).signAndSubmit(signer, { mortality: { mortal: true, period: 4_096 } });
		assert.ok(result.ok, JSON.stringify(result.dispatchError));
	});

	it('estimates a fee of zero', { timeout }, async () => {
		assert.equal(await transfer(amount).getEstimatedFees(sender.address), 0n);
	});

	it('reports an overdraft', { timeout }, async () => {
		const before = await freeBalance(sender);
		const result = await transfer(before + 1n).signAndSubmit(signer);
		assert.equal(result.ok, false);
		assert.deepEqual(
			{ type: result.dispatchError.type, value: result.dispatchError.value.type },
			{ type: 'Token', value: 'FundsUnavailable' },
		);
		assert.equal(await freeBalance(sender), before);
	});

	it('reports a stale nonce', { timeout }, async () => {
		await assert.rejects(transfer(amount).signAndSubmit(signer, { nonce: 0 }), (error) => {
			assert.ok(error instanceof InvalidTxError, String(error));
			assert.equal(error.error.type, 'Invalid');
			assert.equal(error.error.value.type, 'Stale');
			return true;
		});
	});
});
