// Proofs across ledgers, as nodes give them. src/message-receipt.ts verifies them.

import { RpcError, RpcErrorCode } from './errors.js';
import type { Hex } from './hex.js';
import type { Link } from './link.js';
import { Patience } from './patience.js';
import { readHex } from './zone.js';

/** How far a proof across ledgers leads. */
export type ProofLevel = 'sealed' | 'credited';

/** A proof across ledgers, as the node gives it. **Nothing of it is verified**: check it with `verifyMessageReceipt`. */
export interface UnverifiedProof {
	level: ProofLevel;
	/** Its bytes, the portable proof. */
	bytes: Hex;
	isVerified: false;
}

/**
 * Requests a proof across ledgers: of a unit (`lattice_prove`) or of a message (`mailbox_prove`). A recipient has a value before the zone seals
 * that, and there is no proof before: the node is asked again meanwhile, for as long as a connection is tried again.
 */
export async function findProof(
	link: Link,
	method: 'lattice_prove' | 'mailbox_prove',
	id: Hex,
	level: ProofLevel,
): Promise<UnverifiedProof> {
	const patience = new Patience(link.reconnectForMs);
	for (;;) {
		try {
			return { level, bytes: readHex(await link.request(method, [id, level]), 'proof'), isVerified: false };
		} catch (error) {
			const isEarly = error instanceof RpcError && error.code === RpcErrorCode.notYet;
			if (!isEarly || link.isClosed || !(await patience.wait())) throw error;
		}
	}
}
