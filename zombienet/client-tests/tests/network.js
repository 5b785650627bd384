// Where the network is, and what all clients' tests share.

/** Address of a node's RPC. */
export const endpoint = process.env.TOP_WS ?? 'ws://127.0.0.1:9944';

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
