// How far a payment comes beyond its block: each level proved by a receipt across ledgers, or as the node says.

import {
	committeeFromReport,
	isMethodMissing,
	TopError,
	Verifier,
	verifyMessageReceipt,
	type Check,
	type CommitteeReport,
	type MessageReport,
	type Payment,
	type ProofLevel,
	type ProvenMessage,
	type TopClient,
	type UnverifiedProof,
} from '@top/sdk';
import type { Step } from '../shared/model.js';

/** How often a node is asked for a message that it has not indexed yet, and the pause between. */
const [ATTEMPTS, PAUSE_MS] = [40, 500];

type Prove = (level: ProofLevel) => Promise<UnverifiedProof>;
type Tell = (step: Step) => void;

/** Reports the levels of a unit's payment after the final one. `zone` are the committees of its zone that the reader trusts. */
export async function followPayment(payment: Payment, zone: CommitteeReport[], began: number, tell: Tell): Promise<void> {
	const levels = new Levels((level) => payment.prove(level), zone, ({ unit }) => unit === payment.hash, began, tell);
	for await (const { stage, messages } of payment.stages()) {
		const hasMessage = messages.length > 0;
		if (stage !== 'final') await levels.reach('sealed', hasMessage);
		// Throws if the value went back.
		if (hasMessage && (stage === 'credited' || stage === 'confirmed' || stage === 'returned')) {
			await payment.credited();
			await levels.reach('credited', hasMessage);
		}
	}
}

/** What a transaction paid, and in which block. */
export interface Sent {
	block: { number: number; hash: string };
	from: string;
	dest: string;
	amount: bigint;
}

/** Reports the levels of a transaction that pays another ledger. Returns `false` if the value came back. */
export async function followTransfer(client: TopClient, sent: Sent, zone: CommitteeReport[], began: number, tell: Tell): Promise<boolean> {
	const { id } = await messageOf(client, sent);
	const { block, from, dest, amount } = sent;
	const isSent = (proven: ProvenMessage) =>
		proven.initiator === from && proven.to === dest && proven.value === amount && proven.sent.hash === block.hash;
	const levels = new Levels((level) => client.proveMessage(id, level), zone, isSent, began, tell);
	for await (const { stage } of client.watchMessage(id)) {
		if (stage !== 'final') await levels.reach('sealed', true);
		if (stage === 'returned') return false;
		if (stage === 'credited' || stage === 'confirmed') await levels.reach('credited', true);
		if (stage === 'credited') return true;
	}
	return true;
}

/** Returns the message of a transaction, once the node has indexed its block. */
async function messageOf(client: TopClient, { block, from, dest, amount }: Sent): Promise<Pick<MessageReport, 'id'>> {
	let failure: unknown = new TopError('the node names no message of this transaction');
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		try {
			const sent = await client.sentMessages(block.hash);
			const own = sent.find(
				({ initiator, to, value, unit }) => initiator === from && to === dest && value === amount && unit === null,
			);
			if (own !== undefined) return own;
		} catch (error) {
			if (isMethodMissing(error)) throw error;
			failure = error;
		}
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}
	throw failure;
}

/** Reports each level once. */
class Levels {
	readonly #told = new Set<ProofLevel>();
	readonly #prove: Prove;
	readonly #zone: CommitteeReport[];
	readonly #isExpected: (proven: ProvenMessage) => boolean;
	readonly #began: number;
	readonly #tell: Tell;

	constructor(prove: Prove, zone: CommitteeReport[], isExpected: (proven: ProvenMessage) => boolean, began: number, tell: Tell) {
		[this.#prove, this.#zone, this.#isExpected, this.#began, this.#tell] = [prove, zone, isExpected, began, tell];
	}

	async reach(level: ProofLevel, hasMessage: boolean): Promise<void> {
		if (this.#told.has(level)) return;
		this.#told.add(level);
		const milliseconds = Date.now() - this.#began;
		const proof = hasMessage ? await this.#proof(level) : { checked: 'none' as const };
		this.#tell({ type: 'level', level, milliseconds, ...proof });
	}

	/** Asks for the receipt of a level and checks it by the committees of the zone. Without one, the level is the node's word. */
	async #proof(level: ProofLevel): Promise<{ checked: Check; receipt?: string }> {
		const [first, ...others] = this.#zone;
		if (first === undefined) return { checked: 'none' };
		const verifier = Verifier.fromReport(first);
		try {
			for (const other of others) verifier.add(committeeFromReport(other));
			const { bytes } = await this.#prove(level);
			const proven = verifyMessageReceipt(bytes, [verifier]);
			const isProved = this.#isExpected(proven) && (level === 'sealed' ? proven.sealed : proven.taken) !== undefined;
			return isProved ? { checked: 'proof', receipt: bytes } : { checked: 'none' };
		} catch {
			// A node that does not keep the states of the blocks makes no receipt.
			return { checked: 'none' };
		}
	}
}
