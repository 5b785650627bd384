// @polkadot/api, the client behind Polkadot.js Apps and most wallets.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { findUnknownExtensions } from '@polkadot/types/extrinsic/signedExtensions';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { amount, endpoint, freshName, suiteTimeout, timeout, token } from './network.js';

describe('@polkadot/api', { timeout: suiteTimeout }, () => {
	let api;
	let sender;
	let recipient;

	before(async () => {
		// Connects explicitly: by default the provider would retry forever.
		const provider = new WsProvider(endpoint, false);
		await provider.connect();
		api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
		const keyring = new Keyring({ type: 'sr25519' });
		sender = keyring.addFromUri('//Alice');
		recipient = keyring.addFromUri(freshName('polkadot-js'));
	});

	after(async () => api?.disconnect());

	async function freeBalance(account) {
		return (await api.query.system.account(account.address)).data.free.toBigInt();
	}

	/** Submits a call and resolves with its result once it is final. */
	function sendUntilFinal(call, options = {}) {
		return new Promise((resolve, reject) => {
			let seen = [];
			call.signAndSend(sender, options, (result) => {
				seen.push(result.status.type);
				if (result.status.isFinalized) {
					resolve({ ...result, dispatchError: result.dispatchError, seen });
				} else if (result.isError) {
					reject(new Error(`the transaction ended as ${result.status.type}`));
				}
			}).catch(reject);
		});
	}

	it('connects and reads metadata and properties', { timeout }, async () => {
		assert.equal(api.registry.chainTokens[0], token.symbol);
		assert.equal(api.registry.chainDecimals[0], token.decimals);
		assert.equal(api.registry.chainSS58, token.ss58Format);
		assert.equal(api.consts.system.ss58Prefix.toNumber(), token.ss58Format);
		assert.ok(api.tx.balances.transferKeepAlive, 'the metadata has Balances');
		assert.ok((await api.rpc.state.getMetadata()).version >= 14);
	});

	it('knows every transaction extension that carries data', { timeout }, () => {
		// The client omits unknown extensions from the signed payload, with a warning. That is correct only for extensions
		// without data.
		const carriesNothing = (type) => api.registry.lookup.getTypeDef(type).type === 'Null';
		const { transactionExtensions, signedExtensions } = api.registry.metadata.extrinsic;
		const details = [...(transactionExtensions ?? signedExtensions)];
		const unknown = findUnknownExtensions(api.registry.signedExtensions);
		for (const name of unknown) {
			const extension = details.find(({ identifier }) => identifier.toString() === name);
			assert.ok(extension, `the metadata describes ${name}`);
			const implicit = extension.implicit ?? extension.additionalSigned;
			assert.ok(carriesNothing(extension.type) && carriesNothing(implicit), `the client does not know ${name}, which carries data`);
		}
		assert.ok(details.length > unknown.length + 5, 'the client knows the other extensions');
	});

	it('transfers until final, without a fee', { timeout }, async () => {
		const before = await freeBalance(sender);
		assert.equal(await freeBalance(recipient), 0n);

		const result = await sendUntilFinal(api.tx.balances.transferKeepAlive(recipient.address, amount));
		assert.equal(result.dispatchError, undefined);

		assert.equal(await freeBalance(recipient), amount);
		assert.equal(await freeBalance(sender), before - amount);
		const block = await api.rpc.chain.getHeader(result.status.asFinalized);
		const newest = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
		assert.ok(newest.number.toNumber() >= block.number.toNumber());
	});

	it('estimates a fee of zero', { timeout }, async () => {
		const info = await api.tx.balances.transferKeepAlive(recipient.address, amount).paymentInfo(sender);
		assert.equal(info.partialFee.toBigInt(), 0n);
	});

	it('reports an overdraft', { timeout }, async () => {
		const before = await freeBalance(sender);
		const result = await sendUntilFinal(api.tx.balances.transferKeepAlive(recipient.address, before + 1n));
		assert.ok(result.dispatchError?.isToken, `got ${result.dispatchError}`);
		assert.equal(result.dispatchError.asToken.type, 'FundsUnavailable');
		assert.equal(await freeBalance(sender), before);
	});

	it('reports a stale nonce', { timeout }, async () => {
		await assert.rejects(
			sendUntilFinal(api.tx.balances.transferKeepAlive(recipient.address, amount), { nonce: 0 }),
			/1010: Invalid Transaction: Transaction is outdated/,
		);
	});
});
