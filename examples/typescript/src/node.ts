// Address of the node and the development accounts that all examples use.

import { signerFromPhrase, TopClient, type Signer } from '@top/sdk';
import { WebSocket } from 'ws';

/** The phrase of the development accounts. They have tokens on development networks only. */
const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

/** Address of the node's RPC: the first argument of the program. */
export const url = process.argv[2] ?? 'ws://127.0.0.1:9944';

/** Returns the signer of a development account, such as `//Alice`. */
export function developmentAccount(path: string): Signer {
	return signerFromPhrase(DEVELOPMENT_PHRASE, path);
}

/** Connects to a shard's node. Node.js before 22 has no global WebSocket, so the one of `ws` is passed. */
export function connect(): Promise<TopClient> {
	return TopClient.connect(url, { webSocket: WebSocket });
}
