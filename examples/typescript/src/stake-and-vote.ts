// Registers a node on the main chain and votes for it: node dist/stake-and-vote.js [URL]
//
// URL is the RPC of the node itself, started with --validator --rpc-methods unsafe: its keystore creates the keys.

import { AccountId, Binary, createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';
import { developmentAccount, url } from './node.js';

const TOP = 1_000_000n;
/** Bits of the roles edge, router, validator and archive. */
const ROLES = { edge: 1, router: 2, validator: 4, archive: 8 };

const client = createClient(getWsProvider(url, { websocketClass: WebSocket as never }));
const api = client.getUnsafeApi();

/** Signs a call as a development account, waits until it is final and returns the events. */
async function send(path: string, pallet: string, call: string, parameters: object) {
	const { account, sign } = developmentAccount(path);
	const signer = getPolkadotSigner(AccountId().enc(account), 'Sr25519', sign);
	const result = await api.tx[pallet][call](parameters).signAndSubmit(signer);
	if (!result.ok) throw new Error(`${call} failed: ${JSON.stringify(result.dispatchError)}`);
	console.log(`${call}: final in block ${result.block.number}`);
	return result.events;
}

/** Returns the record of a controller's node, or `undefined`. */
async function nodeOf(controller: string) {
	const node = await api.apis.StakeApi.node(controller);
	return node as { deposit: bigint; votes: bigint; keys_count_from: bigint } | undefined;
}

// 1. Stake: the controller deposits 500,000 TOP for a node that offers to be a validator.
const controller = developmentAccount('//Alice').account;
if ((await nodeOf(controller)) === undefined) {
	// The node creates both keys and proves that it has them.
	const owner = Binary.toHex(AccountId().enc(controller));
	const { keys, proof } = await client._request('author_rotateKeysWithOwner', [owner]);
	await send('//Alice', 'ComprehensiveStake', 'register', {
		roles: ROLES.validator,
		keys: { pbft: keys.slice(0, 66), vrf: `0x${keys.slice(66)}` },
		proof: Binary.fromHex(proof),
		network_id: Binary.fromText(await client._request('system_localPeerId', [])),
		deposit: 500_000n * TOP,
		// In parts of 10^9: the voters share 10 % of the node's rewards.
		dividend: 100_000_000,
	});
}

// 2. Vote: a holder locks 1,000 TOP for 30 days for a part of the node's rewards.
const events = await send('//Bob', 'ComprehensiveStake', 'vote', { node: controller, amount: 1_000n * TOP, days: 30 });
const voted = events.find(({ event }) => event.type === 'ComprehensiveStake' && event.value.type === 'Voted');
console.log('vote number', voted?.event.value.value.vote);

// 3. Read the node's record. The node takes part in draws from the given epoch on.
const node = await nodeOf(controller);
if (node === undefined) throw new Error('the node is not registered');
console.log(`deposit ${node.deposit}, votes ${node.votes}, draws from epoch ${node.keys_count_from}`);
client.destroy();
