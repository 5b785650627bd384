// A payment from its submission to its last stage, on the payer's ledger and beyond it.
//
//   submitted ──▶ final ──▶ sealed                      recipient in the payer's shard: it has the value with the block
//                   │
//                   └─ a message to another shard ──▶ sealed ──▶ credited ──▶ confirmed
//                                                        └─────▶ returned
//
// If the payer's account has moved to another shard, the same unit is sent there: a unit applies at most once.

import { NoReceiptError, ResponseError, TopError } from './errors.js';
import { headerHash } from './header.js';
import type { Hash, Hex } from './hex.js';
import type { BlockRef } from './json.js';
import type { Link } from './link.js';
import { isPassing, MessageWatch } from './messages.js';
import { Patience } from './patience.js';
import { begun, isElsewhere, PaymentReturnedError, stageOf, tablesPaid, UnfollowedError, type PaymentReport } from './payment-reports.js';
import { findProof, type ProofLevel, type UnverifiedProof } from './proofs.js';
import { decodeReceipt } from './receipt.js';
import type { UnitReport } from './reports.js';
import type { Submission } from './submission.js';
import { unitHash, type Unit } from './unit.js';
import {
	findHeads,
	findSent,
	isMethodMissing,
	rankOf,
	type MessageReport,
	type MessageStage,
	type TableRange,
} from './zone.js';

/** Pause between two questions for the heads of the zone. A zone makes a block in some hundred milliseconds. */
const SEAL_POLL_MS = 300;

/** The ledger of a payer: what a payment asks there. */
export interface PayerLedger {
	/** Its tag in words, such as `shard 0/1`; `undefined` if its node does not tell it. */
	chain: string | undefined;
	tables: TableRange;
	link: Link;
	/** Whether the node knows the zone of its ledger. */
	hasZone: boolean;
}

/** A unit that a shard has accepted, with the shard. */
export interface Placed {
	submission: Submission;
	ledger: PayerLedger;
}

/**
 * A submitted payment. Its methods can be called in any order, at the same time, and again after an error. Every error
 * has the unit, as `units`.
 */
export class Payment {
	readonly unit: Unit;
	/** Sends the same unit again, to the shard in which its account lives. */
	readonly #resend: (hasMoved: boolean) => Promise<Placed>;
	#placed: Placed;
	/** Whether the unit is not watched any more, because an error ended its watch. */
	#isLost = false;
	#receipt: Promise<Hex> | undefined;
	#block: BlockRef | undefined;
	#watches: { watch: MessageWatch; newest: MessageReport }[] | undefined;
	readonly #reports: PaymentReport[] = [];
	#step: Promise<void> | undefined;
	#isComplete = false;
	#isLeft = false;

	constructor(unit: Unit, placed: Placed, resend: (hasMoved: boolean) => Promise<Placed>) {
		this.unit = unit;
		this.#placed = placed;
		this.#resend = resend;
	}

	/** Hash of the unit. */
	get hash(): Hash {
		return unitHash(this.unit);
	}

	/** Tag of the payer's ledger in words, such as `shard 0/1`; `undefined` if its node does not tell it. */
	get chain(): string | undefined {
		return this.#placed.ledger.chain;
	}

	/** The newest report of the unit on the payer's ledger. */
	get report(): UnitReport {
		return this.#placed.submission.report;
	}

	/** The newest stage; `undefined` before the unit is final. */
	get stage(): PaymentReport | undefined {
		return this.#reports[this.#reports.length - 1];
	}

	/** Waits until the unit is final on the payer's ledger. Returns its receipt, unverified: check it with a `Verifier`. */
	finalized(): Promise<Hex> {
		this.#receipt ??= this.#finalize();
		// A failure is not kept: the next call asks again.
		this.#receipt.catch(() => (this.#receipt = undefined));
		return this.#receipt;
	}

	async #finalize(): Promise<Hex> {
		if (this.#isLost) await this.#sendAgain(false);
		for (;;) {
			try {
				return await this.#placed.submission.finalized();
			} catch (error) {
				this.#isLost = !(error instanceof NoReceiptError);
				// The account moved while the unit waited.
				if (!isElsewhere(error)) throw error;
				await this.#sendAgain(true);
			}
		}
	}

	async #sendAgain(hasMoved: boolean): Promise<void> {
		this.#placed = await this.#resend(hasMoved);
		this.#isLost = false;
	}

	/** Waits until the zone has committed the block of the unit. */
	sealed(): Promise<PaymentReport> {
		return this.#reach('sealed');
	}

	/**
	 * Waits until the recipient has the value. A recipient in the payer's shard has it with the block of the unit. Throws a
	 * {@link PaymentReturnedError} if the value went back.
	 */
	async credited(): Promise<PaymentReport> {
		const report = await this.#reach('credited');
		if (report.messages.some(({ stage }) => stage === 'returned')) throw new PaymentReturnedError(this.unit, report);
		return report;
	}

	/**
	 * Yields the stages, beginning with `final`, and ends after the last one: `sealed` in the payer's shard; `confirmed` or
	 * `returned` across shards; `final` on a ledger without a zone. A stage is left out if the next one came with it.
	 */
	async *stages(): AsyncGenerator<PaymentReport, void, undefined> {
		for (let at = 0; ; at++) {
			while (at >= this.#reports.length) {
				if (this.#isComplete) return;
				await this.#next();
			}
			yield this.#reports[at] as PaymentReport;
		}
	}

	/** Requests a proof across ledgers of the first message of the unit, unverified: check it with `verifyMessageReceipt`. */
	async prove(level: ProofLevel): Promise<UnverifiedProof> {
		await this.finalized();
		return findProof(this.#placed.ledger.link, 'lattice_prove', this.hash, level);
	}

	/** Stops watching. The unit stays submitted. */
	async leave(): Promise<void> {
		this.#isLeft = true;
		await this.#placed.submission.leave();
		for (const { watch } of this.#watches ?? []) await watch.return();
	}

	async #reach(stage: MessageStage): Promise<PaymentReport> {
		for (;;) {
			const reached = this.#reports.find((report) => rankOf(report.stage) >= rankOf(stage));
			if (reached !== undefined) return reached;
			const [first] = this.#reports;
			if (first !== undefined && stage === 'credited' && this.#watches?.length === 0) return first;
			if (this.#isComplete) {
				throw new UnfollowedError(this.unit, new TopError('the node of this ledger does not know its zone, so it seals nothing'));
			}
			await this.#next();
		}
	}

	/** Waits for the next stage. Calls at the same time wait for the same one. */
	#next(): Promise<void> {
		this.#step ??= this.#advance().finally(() => (this.#step = undefined));
		return this.#step;
	}

	async #advance(): Promise<void> {
		this.#block ??= await this.#finalBlock();
		try {
			this.#watches ??= await this.#findMessages(this.#block);
			if (this.#reports.length === 0) return this.#note('final');
			if (this.#watches.length > 0) return await this.#advanceMessages();
			if (!this.#placed.ledger.hasZone) {
				this.#isComplete = true;
				return;
			}
			await this.#untilSealed(this.#block);
			this.#note('sealed');
			this.#isComplete = true;
		} catch (error) {
			throw new UnfollowedError(this.unit, error);
		}
	}

	/** Waits until the unit is final. Returns its block. */
	async #finalBlock(): Promise<BlockRef> {
		try {
			return blockOf(await this.finalized());
		} catch (error) {
			// A node without an index knows the block all the same.
			const { block } = this.report;
			if (!(error instanceof NoReceiptError) || block === undefined) throw error;
			return block;
		}
	}

	#note(stage: MessageStage): void {
		const messages = (this.#watches ?? []).map(({ newest }) => newest);
		this.#reports.push({ stage, block: this.#block as BlockRef, messages });
	}

	/** Returns the messages that the unit sent, once the node has all of them. */
	async #findMessages(block: BlockRef): Promise<{ watch: MessageWatch; newest: MessageReport }[]> {
		const { link, tables } = this.#placed.ledger;
		const expected = tablesPaid(this.unit).filter((table) => table < tables.first || table > tables.last).length;
		const patience = new Patience(link.reconnectForMs);
		for (;;) {
			try {
				const sent = await findSent(link, block.hash);
				const own = sent.filter(({ unit }) => unit === this.hash);
				if (own.length >= expected) {
					return own.map((message) => ({ watch: new MessageWatch(link, message.id), newest: begun(message, block) }));
				}
				if (!(await patience.wait())) throw new ResponseError('the node knows no message of this unit: ask a node with an index');
			} catch (error) {
				if (isMethodMissing(error) && expected === 0) return [];
				if (!isPassing(error) || this.#isLeft || !(await patience.wait())) throw error;
			}
		}
	}

	/** Waits until the slowest message reaches another stage. */
	async #advanceMessages(): Promise<void> {
		const watches = this.#watches ?? [];
		const newest = this.stage as PaymentReport;
		for (;;) {
			const stage = stageOf(watches.map(({ newest }) => newest.stage));
			if (rankOf(stage) > rankOf(newest.stage)) {
				this.#isComplete = stage === 'confirmed' || stage === 'returned';
				return this.#note(stage);
			}
			const [slowest] = [...watches].sort((one, other) => rankOf(one.newest.stage) - rankOf(other.newest.stage));
			const { done, value } = await (slowest as (typeof watches)[number]).watch.next();
			if (done === true) throw new TopError('the watch was left');
			(slowest as (typeof watches)[number]).newest = value;
		}
	}

	/** Waits until the zone has committed the block. */
	async #untilSealed(block: BlockRef): Promise<void> {
		const { link, chain } = this.#placed.ledger;
		const patience = new Patience(link.reconnectForMs);
		while (!this.#isLeft) {
			try {
				const { heads } = await findHeads(link);
				patience.renew();
				const head = heads.find((head) => head.chain === chain);
				if (head !== undefined && head.number >= block.number) {
					if (head.number > block.number || head.hash === block.hash) return;
					throw new TopError(`the zone has committed another block ${block.number} than that of the payment`);
				}
			} catch (error) {
				if (!isPassing(error) || !(await patience.wait())) throw error;
			}
			await new Promise((resolve) => setTimeout(resolve, SEAL_POLL_MS));
		}
		throw new TopError('the watch was left');
	}
}

/** Returns the block that a receipt names. */
function blockOf(receipt: Hex): BlockRef {
	const { header } = decodeReceipt(receipt);
	return { number: header.number, hash: headerHash(header) };
}
