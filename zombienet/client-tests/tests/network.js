// Addresses of the network and constants that all client tests share.

/** Address of the RPC of a node of the main chain. */
export const endpoint = process.env.TOP_WS ?? 'ws://127.0.0.1:9944';

/** Returns the address of the RPC of a node of a shard, whose accounts sign units. */
export function shardEndpoint() {
	const url = process.env.TOP_WS_SHARD;
	if (!url) {
		throw new Error('TOP_WS_SHARD is not set: run scripts/with-network.sh --preset shard-local COMMAND');
	}
	return url;
}

/** Returns the address of the RPC of a node that runs a zone with shards. */
export function networkEndpoint() {
	const url = process.env.TOP_WS_NETWORK;
	if (!url) {
		throw new Error('TOP_WS_NETWORK is not set: run scripts/with-network.sh --shards 2 COMMAND');
	}
	return url;
}

/** The chain's token. */
export const token = { symbol: 'TOP', decimals: 6, ss58Format: 42 };

/** Amount of each transfer: 12.345678 TOP. */
export const amount = 12_345_678n;

/** Timeout of one test. Blocks come within a second; a loaded machine may be slow. */
export const timeout = 60_000;

/** Timeout of all tests of a client. */
export const suiteTimeout = 5 * timeout;

/** Returns a path that no earlier run used, so that its account is new to the chain. */
export function freshName(client) {
	return `//client-tests/${client}/${Date.now()}`;
}
