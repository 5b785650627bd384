// What happens to a payment or a call, step by step.

import type { Check } from '@top/sdk';
import { useRef, useState } from 'preact/hooks';
import type { ChainCall, Finality, LedgerView, Step } from '../../shared/model.js';
import { milliseconds } from '../format.js';
import { BlockLink, Problem, UnitLink } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { chosenAccount, send } from '../signers.js';
import { saveReceipt } from './receipt-file.js';

export interface Sending {
	steps: Step[];
	isBusy: boolean;
	start(ledger: string, call: ChainCall, heard?: (step: Step) => void): void;
}

/** Sends one call at a time as the chosen account. The next one can follow once this one is final. */
export function useSending(): Sending {
	const [steps, setSteps] = useState<Step[]>([]);
	const newest = useRef(0);
	const isBusy = steps.length > 0 && !steps.some(({ type }) => type === 'final' || type === 'failed');
	const start = (ledger: string, call: ChainCall, heard?: (step: Step) => void) => {
		const account = chosenAccount.value;
		if (account === undefined || isBusy) return;
		setSteps([{ type: 'signing' }]);
		const number = ++newest.current;
		const tell = (step: Step) => {
			// What is later than the final step of an older call is not shown.
			if (number !== newest.current) return;
			setSteps((old) => [...old.filter(({ type }) => type !== 'signing' || step.type !== 'signing'), step]);
			heard?.(step);
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

/** What a later level says in a sentence. */
const LEVELS: Record<Finality, string> = {
	final: 'final',
	sealed: 'sealed by the zone',
	credited: 'credited to the recipient',
};

export function Steps({ steps, ledger }: { steps: Step[]; ledger: LedgerView }) {
	if (steps.length === 0) return null;
	const last = steps[steps.length - 1] as Step;
	const has = (type: Step['type']) => steps.some((step) => step.type === type);
	const waiting = steps.filter((step) => step.type === 'waiting').pop();
	const final = steps.find((step) => step.type === 'final');
	const route = steps.find((step) => step.type === 'route');
	const failed = last.type === 'failed' ? last : undefined;
	const unfollowed = last.type === 'unfollowed' ? last : undefined;
	const reached = steps.filter((step) => step.type === 'level');
	const crossed = [...reached].reverse().find(({ receipt }) => receipt !== undefined);
	const levels = route?.levels ?? ledger.levels;
	const newest = reached[reached.length - 1]?.level ?? (final && 'final');
	const at = final?.ledger ?? ledger.id;
	return (
		<div class="sending" aria-live="polite" data-testid="sending" data-step={failed?.type ?? final?.type ?? last.type} data-level={newest}>
			{route !== undefined && route.from !== route.to && (
				<p class="quiet" data-testid="route">
					From <Value check="none">{route.from}</Value> to <Value check="none">{route.to}</Value>
				</p>
			)}
			<ol class="stages stages-line" aria-label="Stages of the payment">
				<li class={has('signed') ? 'done' : failed !== undefined ? 'broken' : 'now'}>{has('signed') ? 'signed' : 'waits for the signature'}</li>
				<li class={final !== undefined ? 'done' : failed !== undefined ? 'broken' : has('signed') ? 'now' : ''}>
					{waiting === undefined || final !== undefined ? 'accepted' : (WAITING[waiting.status] ?? waiting.status)}
				</li>
				{levels.map((level) => (
					<Level
						key={level}
						level={level}
						levels={levels}
						newest={newest}
						final={final}
						check={level === 'final' ? final?.checked : reached.find((step) => step.level === level)?.checked}
						isBroken={failed !== undefined}
					/>
				))}
			</ol>
			{final !== undefined && (
				<p>
					Final after {milliseconds(final.milliseconds)} in block{' '}
					<Value check={final.checked}>
						<BlockLink ledger={at} number={final.block.number} hash={final.block.hash} />
					</Value>
					{reached.map(({ level, milliseconds: after }) => (
						<span key={level}>
							, {LEVELS[level]} after <Value check="none">{milliseconds(after)}</Value>
						</span>
					))}
					{final.receipt !== undefined && (
						<>
							, unit <UnitLink ledger={at} hash={final.hash} />
						</>
					)}
					.
				</p>
			)}
			{final !== undefined && (final.receipt ?? crossed) !== undefined && (
				<div class="buttons">
					{final.receipt !== undefined && (
						<button type="button" onClick={() => saveReceipt(final.hash, final.receipt as string)}>
							Save the receipt
						</button>
					)}
					{crossed?.receipt !== undefined && (
						<button type="button" onClick={() => saveReceipt(final.hash, crossed.receipt as string, crossed.level)}>
							Save the receipt “{crossed.level}”
						</button>
					)}
				</div>
			)}
			{unfollowed !== undefined && <Problem words={unfollowed.words} testid="unfollowed" />}
			{failed !== undefined && (
				<>
					<Problem words={failed.words} testid="refusal" />
					{failed.mayStillApply && <p class="late">It may still apply: look at the account before you pay again.</p>}
				</>
			)}
		</div>
	);
}

/** A level of finality on the line of a payment. */
function Level(props: {
	level: Finality;
	levels: Finality[];
	newest: Finality | undefined;
	final: (Step & { type: 'final' }) | undefined;
	check: Check | undefined;
	isBroken: boolean;
}) {
	const { level, levels, newest, final, check, isBroken } = props;
	const reached = newest === undefined ? -1 : levels.indexOf(newest);
	const place = levels.indexOf(level);
	const isDone = place <= reached;
	const isNext = place === reached + 1 && final !== undefined;
	// A payment that came back is final and sealed: the ledger has it.
	const state = isDone ? 'done' : isNext ? (isBroken ? 'broken' : 'now') : '';
	return (
		<li class={state} data-testid={`level-${level}`} data-state={state || 'later'}>
			{isDone ? <Value check={check ?? 'none'}>{level}</Value> : level}
		</li>
	);
}
