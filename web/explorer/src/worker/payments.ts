// Payments and calls, step by step: units on ledgers that have them, extrinsics on the others.

import {
	encodeCall,
	failureOf,
	fromHex,
	signerFromPhrase,
	transfer,
	unitHash,
	UnitRefusedError,
	UnsettledError,
	type Ledger,
	type Signer,
	type TopClient,
	type TransactionSigner,
} from '@top/sdk';
import type { ChainCall, Step } from '../shared/model.js';
import { wordsOf, wordsOfFailure } from './words.js';

/** The phrase of the development accounts, which every Substrate program knows. */
const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

/** Returns the signer of a development account, such as `//Alice`. */
export const developmentSigner = (path: string): Signer => signerFromPhrase(DEVELOPMENT_PHRASE, path);

/** Pays by a unit. Reports each step. */
export async function payByUnit(
	client: TopClient,
	ledger: Ledger,
	signer: Signer,
	dest: string,
	amount: bigint,
	tell: (step: Step) => void,
): Promise<void> {
	try {
		tell({ type: 'signing' });
		const builder = await client.builder(signer);
		const unit = await builder.next([transfer(dest, amount)]);
		const hash = unitHash(unit);
		tell({ type: 'signed', hash });
		const began = Date.now();
		const payment = await client.send(unit);
		tell({ type: 'waiting', status: payment.report.status });
		const receipt = await payment.finalized();
		const milliseconds = Date.now() - began;
		const { value, checked } = await ledger.verify(receipt, hash);
		tell({ type: 'final', level: 'final', hash, block: value.block, checked, receipt, milliseconds });
	} catch (error) {
		const mayStillApply = (error instanceof UnsettledError || error instanceof UnitRefusedError) && error.mayStillApply;
		tell({ type: 'failed', words: wordsOf(error), mayStillApply });
	}
}

/** Signs a call, submits it and reports each step. */
export async function transact(
	ledger: Ledger,
	signer: TransactionSigner,
	call: ChainCall,
	tell: (step: Step) => void,
): Promise<void> {
	let hash = '';
	try {
		tell({ type: 'signing' });
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
				return tell({ type: 'final', level: 'final', hash, block: { number, hash: block.hash }, checked, milliseconds });
			}
		}
	} catch (error) {
		tell({ type: 'failed', words: wordsOf(error), mayStillApply: hash !== '' });
	}
}

function encode(call: ChainCall): Uint8Array {
	switch (call.type) {
		case 'pay':
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
