// A connection to the node whose chain becomes a fixture.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { compactToU8a, hexToU8a, u8aConcat } from '@polkadot/util';
import { writeFileSync } from 'node:fs';

/** One TOP in its smallest unit. */
export const TOP = 1_000_000n;

/** Keys of one request for the state. */
const PAGE = 512;
/** The runtime's code, which the chain's specification has. */
const CODE = '0x3a636f6465';

const keyring = new Keyring({ type: 'sr25519' });

/** Returns the key of a path, such as `//Alice`. */
export const key = (path) => keyring.addFromUri(path);

/** Returns the key of an account that the genesis does not have. */
export const fresh = (name) => key(`//fixture//${name}`);

/** Connects to a node. */
export async function connect(url) {
	const provider = new WsProvider(url);
	return { provider, api: await ApiPromise.create({ provider, noInitWarn: true }) };
}

/** Sends a transaction and waits until it is in a block. Fails if its call fails. */
export function send(api, call, by) {
	return new Promise((resolve, reject) => {
		const done = ({ status, dispatchError, isError }) => {
			if (dispatchError) {
				const { section, name } = dispatchError.isModule
					? api.registry.findMetaError(dispatchError.asModule)
					: { section: 'system', name: dispatchError.toString() };
				reject(new Error(`${call.method.section}.${call.method.method}: ${section}.${name}`));
			} else if (isError) reject(new Error(`${call.method.section}.${call.method.method}: ${status}`));
			else if (status.isInBlock || status.isFinalized) resolve();
		};
		call.signAndSend(by, { nonce: -1 }, done).catch(reject);
	});
}

/** Waits until a condition holds. */
export async function until(what, condition, seconds = 120) {
	for (const end = Date.now() + 1_000 * seconds; !(await condition()); ) {
		if (Date.now() > end) throw new Error(`it takes too long: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** Writes the newest state without its code, its metadata and its height into files of a folder. */
export async function save({ provider, api }, folder) {
	const hash = await provider.send('chain_getFinalizedHead', []);
	const { number } = await provider.send('chain_getHeader', [hash]);
	const entries = [];
	for (let last = null, keys; ; last = keys.at(-1)) {
		keys = await provider.send('state_getKeysPaged', ['0x', PAGE, last, hash]);
		if (keys.length === 0) break;
		const [{ changes }] = await provider.send('state_queryStorageAt', [keys.filter((key) => key !== CODE), hash]);
		entries.push(...changes);
	}
	const bytes = (hex) => {
		const data = hexToU8a(hex);
		return u8aConcat(compactToU8a(data.length), data);
	};
	const state = entries.flatMap(([key, value]) => [bytes(key), bytes(value)]);
	writeFileSync(`${folder}/state`, u8aConcat(compactToU8a(entries.length), ...state));
	writeFileSync(`${folder}/metadata`, hexToU8a(await provider.send('state_getMetadata', [hash])));
	writeFileSync(`${folder}/height`, String(Number(number)));
	await api.disconnect();
	console.log(`block ${Number(number)} has ${entries.length} entries`);
}
