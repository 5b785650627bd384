// Payments and calls, step by step: units on ledgers that have them, extrinsics on the others.

import {
	ConnectionError,
	encodeCall,
	failureOf,
	fromHex,
	signerFromPhrase,
	transfer,
	UnfollowedError,
	unitHash,
	type CommitteeReport,
	type Home,
	type Ledger,
	type Signer,
	type TopClient,
	type TopNetwork,
	type TransactionSigner,
} from '@top/sdk';
import type { ChainCall, Finality, Step } from '../shared/model.js';
import { followPayment, followTransfer } from './following.js';
import { RETURNED, UNFOLLOWED, wordsOf, wordsOfFailure } from './words.js';

/** The phrase of the development accounts, which every Substrate program knows. */
const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

/** Returns the signer of a development account, such as `//Alice`. */
export const developmentSigner = (path: string): Signer => signerFromPhrase(DEVELOPMENT_PHRASE, path);

/** Returns the ledger of a chain, with the id of its session; `undefined` if it is not connected. */
export type LedgerFinder = (chain: string | undefined) => { id: string; ledger: Ledger } | undefined;

/**
 * Pays by a unit at the shard of the payer, which `network` finds. Reports each step, and after the final one how far the
 * payment comes beyond its block. `zone` are the committees of its zone that the reader trusts.
 */
export async function payByUnit(
	network: TopNetwork,
	ledgerOf: LedgerFinder,
	zone: CommitteeReport[],
	signer: Signer,
	dest: string,
	amount: bigint,
	tell: (step: Step) => void,
): Promise<void> {
	let isFinal = false;
	try {
		tell({ type: 'signing' });
		const [builder, from, to] = await Promise.all([network.builder(signer), network.locate(signer.account), network.locate(dest)]);
		if (from !== undefined && to !== undefined) {
			const levels: Finality[] = from.chain === to.chain ? ['final', 'sealed'] : ['final', 'sealed', 'credited'];
			tell({ type: 'route', from: from.chain, to: to.chain, levels });
		}
		const unit = await builder.next([transfer(dest, amount)]);
		const hash = unitHash(unit);
		tell({ type: 'signed', hash });
		const began = Date.now();
		const payment = await network.send(unit);
		tell({ type: 'waiting', status: payment.report.status });
		const receipt = await payment.finalized();
		const milliseconds = Date.now() - began;
		const found = ledgerOf(payment.chain);
		if (found === undefined) throw new UnfollowedError(unit, new ConnectionError(`${payment.chain} is not connected here`));
		const { value, checked } = await found.ledger.verify(receipt, hash);
		isFinal = true;
		tell({ type: 'final', level: 'final', ledger: found.id, hash, block: value.block, checked, receipt, milliseconds });
		await followPayment(payment, zone, began, tell);
	} catch (error) {
		if (isFinal && error instanceof UnfollowedError) return tell({ type: 'unfollowed', words: wordsOf(error) });
		tell({ type: 'failed', words: wordsOf(error), mayStillApply: (error as { mayStillApply?: unknown }).mayStillApply === true });
	}
}

/** Where a call is sent: the ledger, its node, and what else the payer's page knows. */
export interface Sender {
	ledger: Ledger;
	client: TopClient;
	/** The ledger in words, such as `main`. */
	chain: string | undefined;
	/** Committees of the zone that the reader trusts. */
	zone: CommitteeReport[];
}

/** Signs a call, submits it and reports each step. */
export async function transact(
	{ ledger, client, chain, zone }: Sender,
	signer: TransactionSigner,
	call: ChainCall,
	tell: (step: Step) => void,
): Promise<void> {
	let hash = '';
	try {
		tell({ type: 'signing' });
		const to = call.type === 'pay' ? call.home : undefined;
		if (to !== undefined) tell({ type: 'route', from: chain ?? '', to, levels: ['final', 'sealed', 'credited'] });
		const began = Date.now();
		for await (const status of ledger.transact(signer, encode(call))) {
			if (status.type === 'signed') {
				hash = status.hash;
				tell({ type: 'signed', hash });
			} else if (status.type !== 'finalized') {
				tell({ type: 'waiting', status: status.type });
				if (['dropped', 'invalid', 'usurped', 'finalityTimeout'].includes(status.type)) {
					const words = {
						title: `The transaction is ${status.type}`,
						detail: 'The node does not keep it.',
						advice: 'Another node may have it. Look at the account before you sign another one.',
					};
					return tell({ type: 'failed', words, mayStillApply: true });
				}
			} else {
				const milliseconds = Date.now() - began;
				const block = await ledger.block(status.hash);
				const found = block?.extrinsics.find((extrinsic) => extrinsic.hash === hash);
				if (block === undefined || found === undefined) throw new Error('the node named a block without the transaction');
				const failure = failureOf((await ledger.events(block)) ?? [], found.index);
				if (failure !== undefined) {
					const words = wordsOfFailure(failure);
					return tell({ type: 'failed', words, mayStillApply: false });
				}
				const { number, checked } = block;
				tell({ type: 'final', level: 'final', hash, block: { number, hash: block.hash }, checked, milliseconds });
				if (call.type !== 'pay' || to === undefined) return;
				const sent = { block: { number, hash: block.hash }, from: signer.account, dest: call.dest, amount: call.amount };
				// The payment is final, also if the watch fails.
				const isThere = await followTransfer(client, sent, zone, began, tell).catch((error: unknown) => {
					tell({ type: 'unfollowed', words: { ...UNFOLLOWED, detail: wordsOf(error).detail } });
					return true;
				});
				if (!isThere) tell({ type: 'failed', words: RETURNED, mayStillApply: false });
				return;
			}
		}
	} catch (error) {
		tell({ type: 'failed', words: wordsOf(error), mayStillApply: hash !== '' });
	}
}

/** Reads where accounts live: `main` or `zone 0`. */
function homeOf(words: string): Home {
	return words === 'main' ? { type: 'Main' } : { type: 'Zone', value: Number(words.slice('zone '.length)) };
}

function encode(call: ChainCall): Uint8Array {
	switch (call.type) {
		case 'pay':
			if (call.home !== undefined) {
				return encodeCall('Mailbox.transfer', { home: homeOf(call.home), to: call.dest, value: call.amount });
			}
			return encodeCall('Balances.transfer_keep_alive', {
				dest: { type: 'Id', value: call.dest },
				value: call.amount,
			});
		case 'vote':
			return encodeCall('ComprehensiveStake.vote', { node: call.node, amount: call.amount, days: call.days });
		case 'unvote':
			return encodeCall('ComprehensiveStake.withdraw_vote', { vote: call.vote });
		case 'claim':
			return encodeCall('Rewards.claim', { nodes: call.nodes });
		case 'register':
			return encodeCall('ComprehensiveStake.register', {
				roles: call.roles,
				keys: { pbft: call.keys.slice(0, 66), vrf: `0x${call.keys.slice(66)}` },
				proof: fromHex(call.proof),
				network_id: new TextEncoder().encode(call.networkId),
				deposit: call.deposit,
				dividend: call.dividend,
			});
		case 'leave':
			return encodeCall('ComprehensiveStake.leave', undefined);
		case 'withdrawDeposit':
			return encodeCall('ComprehensiveStake.withdraw_deposit', undefined);
	}
}
