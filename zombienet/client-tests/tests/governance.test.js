// Governance without a sudo key, by @polkadot/api: an upgrade's authorization and a payment of the treasury, each from the
// proposal of a referendum over its votes to its enactment. It needs a network of the preset `governed`.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { blake2AsHex } from '@polkadot/util-crypto';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { endpoint, freshName, suiteTimeout, timeout } from './network.js';

/** A TOP in its smallest unit. */
const TOP = 1_000_000n;

/** The number of the track of root. */
const ROOT_TRACK = 0;

/** Names of the voters: together they have more than half of all tokens. */
const VOTERS = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie', '//Alice//stash'];

/** The code to upgrade to: that of the file in TOP_UPGRADE_WASM, or bytes that are no code and are authorized alone. */
function upgradeCode() {
	const file = process.env.TOP_UPGRADE_WASM;
	return file ? readFileSync(file) : undefined;
}

describe('governance by @polkadot/api', { timeout: suiteTimeout }, () => {
	let api;
	let voters;

	before(async () => {
		const provider = new WsProvider(endpoint, false);
		await provider.connect();
		api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
		const keyring = new Keyring({ type: 'sr25519' });
		voters = VOTERS.map((name) => keyring.addFromUri(name));
	});

	after(async () => api?.disconnect());

	/** Submits a call and resolves with its result once it is final. */
	function sendUntilFinal(sender, call) {
		return new Promise((resolve, reject) => {
			call.signAndSend(sender, { nonce: -1 }, (result) => {
				if (result.status.isFinalized) {
					resolve(result);
				} else if (result.isError) {
					reject(new Error(`the transaction ended as ${result.status.type}`));
				}
			}).catch(reject);
		});
	}

	/** Submits a call that must succeed. */
	async function succeed(sender, call) {
		const { dispatchError, events } = await sendUntilFinal(sender, call);
		assert.equal(dispatchError?.toHuman(), undefined);
		return events;
	}

	/** Resolves with the first value that fits, of a storage entry that changes. */
	async function until(read, fits, what) {
		for (let waited = 0; waited < timeout; waited += 500) {
			const value = await read();
			if (fits(value)) return value;
			await new Promise((resolve) => setTimeout(resolve, 500));
		}
		throw new Error(`${what} did not happen within ${timeout} ms`);
	}

	/** Passes a call by a referendum of root: proposes it, votes with more than half of all tokens, and waits until it is approved. */
	async function pass(call) {
		const [proposer] = voters;
		const submitted = await succeed(proposer, api.tx.referenda.submit({ system: 'Root' }, { Inline: call.method.toHex() }, { After: 0 }));
		const { event } = submitted.find(({ event }) => api.events.referenda.Submitted.is(event));
		const index = event.data.index.toNumber();
		assert.equal(event.data.track.toNumber(), ROOT_TRACK);
		await succeed(proposer, api.tx.referenda.placeDecisionDeposit(index));
		await Promise.all(voters.map(async (voter) => {
			const { data } = await api.query.system.account(voter.address);
			const vote = { Standard: { vote: { aye: true, conviction: 'Locked1x' }, balance: data.free.toBigInt() } };
			await succeed(voter, api.tx.convictionVoting.vote(index, vote));
		}));
		const info = await until(
			async () => (await api.query.referenda.referendumInfoFor(index)).unwrap(),
			(info) => !info.isOngoing,
			`the end of referendum ${index}`,
		);
		assert.ok(info.isApproved, `referendum ${index} ended as ${info.type}`);
		return index;
	}

	it('has no sudo key, and shows tracks and spans to tools', { timeout }, async () => {
		assert.ok((await api.query.sudo.key()).isNone, 'run it on the preset `governed`');
		const [[root, { name, decisionPeriod }], [whitelisted, other]] = api.consts.referenda.tracks;
		assert.deepEqual([root.toNumber(), whitelisted.toNumber()], [0, 1]);
		assert.match(name.toString(), /^root/);
		assert.match(other.name.toString(), /^whitelisted_caller/);
		// A day has two slots of a second in this preset. The constants are those of this chain.
		const pace = await api.query.timeSlots.currentPace();
		assert.equal(decisionPeriod.toNumber(), 28 * pace.daySlots.toNumber());
		assert.equal(pace.slotMs.toNumber(), 1_000);
	});

	it('authorizes an upgrade by referendum', { timeout: 2 * timeout }, async () => {
		const code = upgradeCode();
		const codeHash = blake2AsHex(code ?? freshName('upgrade'));
		await pass(api.tx.system.authorizeUpgrade(codeHash));
		const authorized = await until(
			() => api.query.system.authorizedUpgrade(),
			(upgrade) => upgrade.isSome,
			'the authorization',
		);
		assert.equal(authorized.unwrap().codeHash.toHex(), codeHash);
		assert.ok(authorized.unwrap().checkVersion.isTrue);
		if (code) {
			const before = api.runtimeVersion.specVersion.toNumber();
			await succeed(voters[1], api.tx.system.applyAuthorizedUpgrade(`0x${code.toString('hex')}`));
			await until(() => api.rpc.state.getRuntimeVersion(), ({ specVersion }) => specVersion.toNumber() > before, 'the upgrade');
		}
	});

	it('pays from the treasury by referendum', { timeout: 2 * timeout }, async () => {
		const treasury = api.consts.treasury.potAccount;
		const [funder] = voters;
		const beneficiary = new Keyring({ type: 'sr25519' }).addFromUri(freshName('treasury'));
		const amount = 700n * TOP;
		await succeed(funder, api.tx.balances.transferKeepAlive(treasury, 1_000n * TOP));
		const index = await api.query.treasury.spendCount();
		await pass(api.tx.treasury.spend(null, amount, beneficiary.address, null));
		await until(() => api.query.treasury.spends(index), (spend) => spend.isSome, 'the spend');
		await succeed(voters[2], api.tx.treasury.payout(index));
		const { data } = await api.query.system.account(beneficiary.address);
		assert.equal(data.free.toBigInt(), amount);
	});

	it('refuses to a holder what takes a referendum, by name', { timeout }, async () => {
		const [holder] = voters;
		const refused = [
			api.tx.system.authorizeUpgrade(blake2AsHex('without a referendum')),
			api.tx.treasury.spend(null, TOP, holder.address, null),
			api.tx.referenda.kill(0),
			api.tx.whitelist.whitelistCall(blake2AsHex('not urgent')),
		];
		for (const call of refused) {
			const { dispatchError } = await sendUntilFinal(holder, call);
			assert.ok(dispatchError?.isBadOrigin, `${call.method.section}.${call.method.method}: ${dispatchError}`);
		}
	});
});
