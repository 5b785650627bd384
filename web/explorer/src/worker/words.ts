// Errors in words: what happened, what the program knows about it, and what helps.

import {
	CertificateError,
	ConnectionError,
	MessageReceiptError,
	NoAccountError,
	NoLedgerError,
	OfficeError,
	OtherLedgerError,
	PaymentReturnedError,
	ProofError,
	ReceiptError,
	ResponseError,
	RpcError,
	SigningError,
	UnfollowedError,
	UnitRefusedError,
	UnsettledError,
	type Reason,
} from '@top/sdk';
import type { Words } from '../shared/model.js';

const ADVICE_OF_REASONS: Partial<Record<Reason['code'], string>> = {
	quota: 'Wait until the share has regrown, or lock tokens for a larger share.',
	balance: 'Pay less, or wait for a payment to come in.',
	frozen: 'A part of the balance is locked. Pay less, or unlock it first.',
	wouldDie: 'The account would keep less than the existential deposit. Pay less, or pay all.',
	belowMinimum: 'The recipient does not exist yet. Pay at least the existential deposit.',
	height: 'Another unit of this account applied first. Reload the account and pay again if the payment is not in its chain.',
	parent: 'Another unit of this account applied first. Reload the account and pay again if the payment is not in its chain.',
	expired: 'The unit was sent too late and can not apply any more. Pay again.',
	noAccount: 'Pay this account the existential deposit first.',
	destinationElsewhere: 'The recipient lives in another shard, and this ledger has no way there.',
	laneFull: 'Many payments to that part of the other shard are on their way. Pay again in a moment.',
	destinationBusy: 'The shard of the recipient has too much to do. Pay again in a moment.',
	outboxFull: 'Many payments to other shards are on their way. Pay again in a moment.',
	elsewhere: 'The account has moved to another shard. Send the same unit again in a moment.',
	overloaded: 'The node has too much to do. Send the same unit again in a moment.',
	poolFull: 'The node has too much to do. Send the same unit again in a moment.',
	extrinsicWaits: 'A transaction of this account waits. Pay again once it is final.',
};

/** What the errors of calls mean, by the last of their names. */
const FAILURES: Record<string, [detail: string, advice: string]> = {
	Underflow: ['the balance is too low', 'Send less, or wait for a payment to come in.'],
	FundsUnavailable: ['the balance is too low', 'Send less, or wait for a payment to come in.'],
	InsufficientBalance: ['the balance is too low', 'Send less, or wait for a payment to come in.'],
	NotExpendable: ['the account would keep less than the existential deposit', 'Send less, so that the account lives on.'],
	Expendability: ['the account would keep less than the existential deposit', 'Send less, so that the account lives on.'],
	BelowMinimum: ['the amount is below the existential deposit', 'Send at least the existential deposit to a new account.'],
	ExistentialDeposit: ['the amount is below the existential deposit', 'Send at least the existential deposit to a new account.'],
	Frozen: ['a part of the balance is frozen', 'Send less, or unlock the balance first.'],
	LiquidityRestrictions: ['a part of the balance is frozen', 'Send less, or unlock the balance first.'],
	LaneFull: ['many payments to that part of the other ledger are on their way', 'Pay again in a moment.'],
	DestinationBusy: ['the ledger of the recipient has too much to do', 'Pay again in a moment.'],
	OutboxFull: ['many payments to other ledgers are on their way', 'Pay again in a moment.'],
	OneAtATime: ['many payments to other ledgers are on their way', 'Pay again with the next block.'],
	NotRemote: ['the recipient lives on this ledger', 'Choose it as the place of the recipient.'],
	UnknownDestination: ['no way leads to that ledger', 'Choose another place of the recipient.'],
	NothingToClaim: ['there is nothing to claim yet', 'Rewards are paid when an epoch has ended in which a node had a seat.'],
};

/** Returns the words for a call that the ledger took and refused. `failure` has the names of its error. */
export function wordsOfFailure(failure: string): Words {
	const name = failure.split(': ').pop() ?? '';
	const known = FAILURES[name];
	// Names of errors are words that are run together.
	const spelled = failure.replace(/([a-z])([A-Z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`);
	return {
		title: 'The ledger refuses the call',
		detail: known === undefined ? spelled : `${known[0]} (${failure})`,
		advice: `${known?.[1] ?? 'Correct the call and sign another one.'} Nothing changed except the number of transactions sent.`,
	};
}

const DOES_NOT_VERIFY: [title: string, advice: string] = [
	'The node sent data that does not verify',
	'Nothing of it is shown. Use another node, and tell its operator.',
];

/** A payment to another ledger that was refused there. */
export const RETURNED: Words = {
	title: 'The payment came back',
	detail: 'The other ledger refused it.',
	advice: 'The recipient could not be credited: a new account needs the existential deposit. Pay again if you like.',
};

/** A payment whose later levels are not known. */
export const UNFOLLOWED: Words = {
	title: 'The payment is final, and how far it has come is not known',
	detail: '',
	advice: 'Look at it again later. Do not pay again.',
};

/** Title and advice by class. Their messages say the rest. */
const KINDS: [kind: abstract new (...args: never[]) => Error, title: string, advice: string][] = [
	[OtherLedgerError, 'This node is of another ledger', 'Check its address. Nothing that it says is shown.'],
	[CertificateError, ...DOES_NOT_VERIFY],
	[ProofError, ...DOES_NOT_VERIFY],
	[
		OfficeError,
		'The committee of this block is not known',
		'Give a committee that is older than the block, from a source that you trust.',
	],
	[MessageReceiptError, 'The receipt is not valid', 'It proves nothing. Ask the payer for the receipt again.'],
	[ReceiptError, 'The receipt is not valid', 'It proves nothing. Ask the payer for the receipt again.'],
	[
		UnsettledError,
		'It is not known whether the payment applies',
		'Send the same unit again: that is not a second payment. Do not pay again.',
	],
	[PaymentReturnedError, RETURNED.title, RETURNED.advice],
	[UnfollowedError, UNFOLLOWED.title, UNFOLLOWED.advice],
	[NoLedgerError, 'This ledger is not reached', 'Its node does not run it any more, or names no address of it.'],
	[NoAccountError, 'The account does not exist', 'Pay it the existential deposit first.'],
	[SigningError, 'The wallet did not sign', 'Check that the wallet holds this account, and try again.'],
	[ConnectionError, 'The node does not answer', 'Check that it runs and that its address is right.'],
	[ResponseError, 'The node answered something else', 'Node and explorer may be of different versions.'],
	[RpcError, 'The node refuses', 'Read its reason. If it does not help, ask another node.'],
];

/** Returns the words for an error. */
export function wordsOf(error: unknown): Words {
	if (error instanceof UnsettledError && error.cause instanceof UnitRefusedError) return wordsOf(error.cause);
	const detail = error instanceof Error ? error.message : String(error);
	if (error instanceof UnitRefusedError) {
		const { reason } = error.report;
		const until = reason?.retryAt === undefined ? '' : ` It will be accepted from ${reason.retryAt.toLocaleString()} on.`;
		const advice = (reason && ADVICE_OF_REASONS[reason.code]) ?? 'Change the payment and send it again.';
		return { title: 'The ledger refuses the payment', detail: `${reason?.message ?? detail}.${until}`, advice };
	}
	const [, title, advice] = KINDS.find(([kind]) => error instanceof kind) ?? [
		Error,
		'This did not work',
		'Reload the page. If it happens again, report it with this text.',
	];
	return { title, detail, advice };
}
