// What a payment reports, and how it can end.

import { TopError } from './errors.js';
import type { BlockRef } from './json.js';
import { UnitRefusedError, UnsettledError } from './reports.js';
import { tableOf, unitHash, type Unit } from './unit.js';
import { rankOf, type MessageReport, type MessageStage, type SentMessage } from './zone.js';

/** A stage that a payment has reached. Nothing of it is verified, except by the receipt of {@link Payment.finalized}. */
export interface PaymentReport {
	stage: MessageStage;
	/** The block of the payer's ledger that has the unit. */
	block: BlockRef;
	/** The messages to other shards, with their own stages. Empty if all recipients are in the payer's shard. */
	messages: MessageReport[];
}

/** A payment is final, and value of it went back to the payer: the recipient's shard could not credit it. */
export class PaymentReturnedError extends TopError {
	/** The unit that paid. */
	readonly units: Unit[];
	readonly report: PaymentReport;

	constructor(unit: Unit, report: PaymentReport) {
		super(`the value of payment ${unitHash(unit)} went back to the payer: the recipient's shard could not credit it`);
		this.units = [unit];
		this.report = report;
	}

	/** Whether a part of the payment was made: then another unit for all of it would pay that part twice. */
	get mayStillApply(): boolean {
		const { messages } = this.report;
		const paid = this.units.reduce((sum, { body }) => sum + body.operations.length, 0);
		return messages.length < paid || messages.some(({ stage }) => stage !== 'returned');
	}
}

/**
 * A payment is final, and how far it has come since is not known. `cause` says why. Ask again later, by the same
 * {@link Payment} or by the same unit, and **do not pay again**.
 */
export class UnfollowedError extends TopError {
	/** The unit that paid. */
	readonly units: Unit[];
	readonly mayStillApply = true;

	constructor(unit: Unit, cause: unknown) {
		const why = cause instanceof Error ? cause.message : String(cause);
		super(`payment ${unitHash(unit)} is final, and how far it has come is not known: ${why}; do not pay again`, { cause });
		this.units = [unit];
	}
}

/** Returns whether a shard refuses a unit because its account lives in another one. */
export function isElsewhere(error: unknown): boolean {
	if (error instanceof UnsettledError) return isElsewhere(error.cause);
	return error instanceof UnitRefusedError && error.report.reason?.code === 'elsewhere';
}

/** Returns the tables of the accounts that a unit pays. */
export function tablesPaid({ body }: Unit): number[] {
	return body.operations.flatMap(({ type, value }) => {
		const isTransfer = type === 'Transfer' || type === 'TransferKeepAlive' || type === 'TransferAll';
		return isTransfer ? [tableOf(value.dest)] : [];
	});
}

/** Returns the stage of a payment by the stages of its messages: that of the slowest, or `returned` once all ended and one did. */
export function stageOf(stages: MessageStage[]): MessageStage {
	const slowest = stages.reduce((one, other) => (rankOf(one) < rankOf(other) ? one : other));
	return slowest === 'confirmed' && stages.includes('returned') ? 'returned' : slowest;
}

/** Returns the report of a message whose block is final. */
export function begun({ unit: _, ...message }: SentMessage, final: BlockRef): MessageReport {
	return { ...message, stage: 'final', final, sealed: undefined, taken: undefined, outcome: undefined };
}
