// @polkadot/api, the client behind Polkadot.js Apps and most wallets.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { findUnknownExtensions } from '@polkadot/types/extrinsic/signedExtensions';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { amount, endpoint, freshName, suiteTimeout, timeout, token } from './network.js';

describe('@polkadot/api', { timeout: suiteTimeout }, () => {
	let api;
	let provider;
	let sender;
	let recipient;

	before(async () => {
		// Connects explicitly: by default the provider would retry forever.
		provider = new WsProvider(endpoint, false);
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

	it('reads in words why a tip is refused', { timeout }, async () => {
		const words = /Custom error: 1: transactions are free here and a tip is refused: sign again with a tip of 0/;
		const call = () => api.tx.balances.transferKeepAlive(recipient.address, amount);
		await assert.rejects(sendUntilFinal(call(), { tip: 1 }), (error) => {
			assert.match(error.message, /^1010: Invalid Transaction: /);
			assert.match(error.message, words);
			return true;
		});
		const signed = await call().signAsync(sender, { tip: 1, nonce: -1 });
		await assert.rejects(api.rpc.author.submitExtrinsic(signed), words);

		// The newer specification has no error for it: the refusal is an event. The pool bans what it refused for a while.
		const another = await call().signAsync(sender, { tip: 2, nonce: -1 });
		const event = await new Promise((resolve, reject) => {
			const types = ['transactionWatch_v1_watchEvent', 'transactionWatch_v1_submitAndWatch'];
			provider.subscribe(...types, [another.toHex()], (error, result) => (error ? reject(error) : resolve(result))).catch(reject);
		});
		assert.equal(event.event, 'invalid');
		assert.match(event.error, words);
	});

	it('learns the block of a transaction that it sends again', { timeout }, async () => {
		const signed = await api.tx.balances.transferKeepAlive(recipient.address, amount).signAsync(sender, { nonce: -1 });
		const before = await freeBalance(recipient);
		const final = () => new Promise((resolve, reject) => {
			const types = ['author_extrinsicUpdate', 'author_submitAndWatchExtrinsic'];
			const heard = (error, status) => (error ? reject(error) : status.finalized && resolve(status.finalized));
			provider.subscribe(...types, [signed.toHex()], heard).catch(reject);
		});
		const block = await final();
		assert.equal(await final(), block);
		assert.equal((await api.rpc.author.submitExtrinsic(signed.toHex())).toHex(), signed.hash.toHex());
		assert.equal(await freeBalance(recipient), before + amount);
	});

	it('serves the methods that clients know', { timeout }, async () => {
		const { methods } = await provider.send('rpc_methods', []);
		for (const method of [
			'author_hasSessionKeys', 'author_pendingExtrinsics', 'author_rotateKeys', 'author_submitAndWatchExtrinsic',
			'author_submitExtrinsic', 'author_unwatchExtrinsic', 'chainHead_v1_follow', 'chainSpec_v1_genesisHash',
			'chain_getBlock', 'chain_subscribeFinalizedHeads', 'childstate_getKeys', 'offchain_localStorageGet',
			'payment_queryInfo', 'state_call', 'state_getReadProof', 'state_subscribeStorage', 'system_accountNextIndex',
			'system_dryRun', 'system_health', 'system_properties', 'transactionWatch_v1_submitAndWatch',
			'transactionWatch_v1_unwatch', 'transaction_v1_broadcast', 'transaction_v1_stop',
		]) {
			assert.ok(methods.includes(method), method);
		}
		assert.equal(new Set(methods).size, methods.length);
	});

	it('signs for at least five minutes unless told otherwise', { timeout }, async () => {
		const { mortalLength } = await api.derive.tx.signingInfo(sender.address);
		const pace = (await api.query.committee.currentPace()).unwrap();
		assert.ok(mortalLength * pace.blockIntervalMs.toNumber() >= 300_000, `${mortalLength} blocks of ${pace}`);
		// A longer era begins at a multiple of blocks, whose hash this client does not sign.
		assert.ok(mortalLength <= 4_096, `${mortalLength} blocks`);
	});

	it('tells that an era has ended', { timeout }, async () => {
		const signed = await api.tx.balances.transferKeepAlive(recipient.address, amount).signAsync(sender, { era: 4, nonce: -1 });
		const signedAt = (await api.rpc.chain.getHeader()).number.toNumber();
		while ((await api.rpc.chain.getHeader()).number.toNumber() < signedAt + 8) {
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
		await assert.rejects(signed.send(), /1010: Invalid Transaction: Transaction has an ancient birth block: its era has ended: sign it again/);
	});

	it('shows the author of a block', { timeout }, async () => {
		const header = await api.derive.chain.getHeader(await api.rpc.chain.getFinalizedHead());
		const { members } = await provider.send('pbft_committee', [header.parentHash.toHex()]);
		const keys = members.map(({ key }) => api.createType('AccountId', key).toString());
		assert.ok(keys.includes(header.author?.toString()), `${header.author} is none of ${keys}`);
	});

	it('reads every transaction of the newest blocks', { timeout }, async () => {
		let hash = await provider.send('chain_getFinalizedHead', []);
		for (let blocks = 0; blocks < 100; blocks++) {
			const { block } = await provider.send('chain_getBlock', [hash]);
			if (Number(block.header.number) === 0) break;
			const { extrinsics } = (await api.rpc.chain.getBlock(hash)).block;
			assert.deepEqual(extrinsics.map((extrinsic) => extrinsic.toHex()), block.extrinsics);
			for (const extrinsic of extrinsics) {
				assert.ok(extrinsic.method.section && extrinsic.hash.toHex());
				// For general transactions this client throws: it "does not have signer implemented".
				assert.doesNotThrow(() => extrinsic.signer.toString());
			}
			hash = block.header.parentHash;
		}
	});
});
