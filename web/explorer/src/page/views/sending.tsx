// What happens to a payment or a call, step by step.

import { useState } from 'preact/hooks';
import type { ChainCall, LedgerView, Step } from '../../shared/model.js';
import { milliseconds } from '../format.js';
import { BlockLink, Problem, UnitLink } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { chosenAccount, send } from '../signers.js';
import { saveReceipt } from './receipt-file.js';

export interface Sending {
	steps: Step[];
	isBusy: boolean;
	start(ledger: string, call: ChainCall, done?: (step: Step) => void): void;
}

/** Sends one call at a time as the chosen account. */
export function useSending(): Sending {
	const [steps, setSteps] = useState<Step[]>([]);
	const last = steps[steps.length - 1];
	const isBusy = last !== undefined && last.type !== 'final' && last.type !== 'failed';
	const start = (ledger: string, call: ChainCall, done?: (step: Step) => void) => {
		const account = chosenAccount.value;
		if (account === undefined || isBusy) return;
		setSteps([{ type: 'signing' }]);
		const tell = (step: Step) => {
			setSteps((old) => [...old.filter(({ type }) => type !== 'signing' || step.type !== 'signing'), step]);
			if (step.type === 'final' || step.type === 'failed') done?.(step);
		};
		void send(ledger, account, call, tell).catch((error: unknown) => {
			const words = {
				title: 'The wallet does not answer',
				detail: error instanceof Error ? error.message : String(error),
				advice: 'Connect it again.',
			};
			tell({ type: 'failed', words, mayStillApply: false });
		});
	};
	return { steps, isBusy, start };
}

const WAITING: Record<string, string> = {
	ready: 'accepted, waits for the next block',
	future: 'accepted, waits for what is before it',
	broadcast: 'sent to other nodes',
	inBlock: 'in a block',
};

export function Steps({ steps, ledger }: { steps: Step[]; ledger: LedgerView }) {
	if (steps.length === 0) return null;
	const last = steps[steps.length - 1] as Step;
	const has = (type: Step['type']) => steps.some((step) => step.type === type);
	const waiting = steps.filter((step) => step.type === 'waiting').pop();
	const final = last.type === 'final' ? last : undefined;
	return (
		<div class="sending" aria-live="polite" data-testid="sending" data-step={last.type}>
			<ol class="stages" aria-label="Stages of the payment">
				<li class={has('signed') ? 'done' : last.type === 'failed' ? 'broken' : 'now'}>{has('signed') ? 'signed' : 'waits for the signature'}</li>
				<li class={final !== undefined ? 'done' : last.type === 'failed' ? 'broken' : has('signed') ? 'now' : ''}>
					{waiting === undefined || final !== undefined ? 'accepted' : (WAITING[waiting.status] ?? waiting.status)}
				</li>
				{ledger.levels.map((level) => (
					<li key={level} class={final !== undefined ? 'done' : ''} data-testid={`level-${level}`}>
						{final === undefined ? level : <Value check={final.checked}>{level}</Value>}
					</li>
				))}
			</ol>
			{final !== undefined && (
				<p>
					Final after {milliseconds(final.milliseconds)} in block{' '}
					<Value check={final.checked}>
						<BlockLink ledger={ledger.id} number={final.block.number} hash={final.block.hash} />
					</Value>
					{final.receipt !== undefined && (
						<>
							, unit <UnitLink ledger={ledger.id} hash={final.hash} />.{' '}
							<button type="button" onClick={() => saveReceipt(final.hash, final.receipt as string)}>
								Save the receipt
							</button>
						</>
					)}
				</p>
			)}
			{last.type === 'failed' && (
				<>
					<Problem words={last.words} testid="refusal" />
					{last.mayStillApply && <p class="late">It may still apply: look at the account before you pay again.</p>}
				</>
			)}
		</div>
	);
}
