// Where the network is, and what all clients' tests share.

/** Address of the RPC of a node of the main chain. */
export const endpoint = process.env.TOP_WS ?? 'ws://127.0.0.1:9944';

/** Address of the RPC of a node of a shard: the chain whose accounts sign units. */
export function shardEndpoint() {
	const url = process.env.TOP_WS_SHARD;
	if (!url) {
		throw new Error('TOP_WS_SHARD must name a node of a shard: scripts/with-network.sh --preset shard-local COMMAND');
	}
	return url;
}

/** The chain's token. */
export const token = { symbol: 'TOP', decimals: 6, ss58Format: 42 };

/** What the tests transfer: 12.345678 TOP. */
export const amount = 12_345_678n;

/** How long one test may wait for its blocks. A block is due in a second; a loaded machine may be slow. */
export const timeout = 60_000;

/** How long a client's tests may take together. */
export const suiteTimeout = 5 * timeout;

/** A name that no earlier run used, so that its account is new to the chain. */
export function freshName(client) {
	return `//client-tests/${client}/${Date.now()}`;
}
