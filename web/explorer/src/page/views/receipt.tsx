// Checks a receipt in this browser: no node is asked.

import type { Check } from '@top/sdk';
import { useRef, useState } from 'preact/hooks';
import type { BlockOf, MessageReceiptView, ReceiptView, Result, UnitReceiptView } from '../../shared/model.js';
import { chainOf } from '../../shared/zones.js';
import { grouped, short, time, top } from '../format.js';
import { AccountLink, Amount, Empty, Fact, Facts, HashText, Loading, Panel, Problem } from '../parts/basics.js';
import { CheckMark } from '../parts/checks.js';
import { api, ledgers } from '../store.js';
import { storedReceipts } from '../storage.js';
import { Operations } from './operations.js';

export function Receipt() {
	const [answer, setAnswer] = useState<Result<ReceiptView>>();
	const [isBusy, setBusy] = useState(false);
	const [isOver, setOver] = useState(false);
	const [text, setText] = useState('');
	const file = useRef<HTMLInputElement>(null);

	const check = async (bytes: Uint8Array) => {
		setBusy(true);
		setAnswer(await api.receipt(bytes));
		setBusy(false);
	};
	const take = async (blob: Blob | undefined) => blob && check(new Uint8Array(await blob.arrayBuffer()));
	const drop = (event: DragEvent) => {
		event.preventDefault();
		setOver(false);
		void take(event.dataTransfer?.files[0]);
	};
	const submit = (event: Event) => {
		event.preventDefault();
		void check(new TextEncoder().encode(text));
	};
	const stored = storedReceipts();

	return (
		<div data-testid="receipt">
			<h1>Check a receipt</h1>
			<p class="lead">
				A receipt proves that a payment is final. It is checked here, in this browser, by the committees that it trusts already: no node
				is asked, and it works without a network.
			</p>
			<div class="two">
				<Panel title="The receipt">
					<div
						class={`drop ${isOver ? 'drop-over' : ''}`}
						onDragOver={(event) => {
							event.preventDefault();
							setOver(true);
						}}
						onDragLeave={() => setOver(false)}
						onDrop={drop}
					>
						<p>Drop a receipt file here</p>
						<input
							ref={file}
							type="file"
							class="unseen"
							data-testid="receipt-file"
							aria-label="Receipt file"
							onChange={() => void take(file.current?.files?.[0])}
						/>
						<button type="button" onClick={() => file.current?.click()}>
							Choose a file
						</button>
					</div>
					<form onSubmit={submit}>
						<label for="receipt-text">or paste its hex</label>
						<textarea
							id="receipt-text"
							rows={4}
							class="mono"
							placeholder="0x…"
							value={text}
							onInput={(event) => setText(event.currentTarget.value)}
						/>
						<button type="submit" class="main" disabled={text.trim() === ''}>
							Check
						</button>
					</form>
				</Panel>
				<div>{isBusy ? <Loading what="Checking" /> : <Verdict answer={answer} />}</div>
			</div>
			{stored.length > 0 && (
				<Panel title="Receipts of payments from this browser">
					<ul class="plain">
						{stored.map(({ hash, dest, amount, at, receipt, level }) => (
							<li key={hash} class="receipt-line">
								<span>{time(at)}</span>
								<span>
									{top(BigInt(amount))} TOP to {short(dest)}
									{level !== undefined && <span class="quiet">, {level}</span>}
								</span>
								<button type="button" onClick={() => void check(new TextEncoder().encode(receipt))}>
									Check
								</button>
							</li>
						))}
					</ul>
				</Panel>
			)}
		</div>
	);
}

function Verdict({ answer }: { answer: Result<ReceiptView> | undefined }) {
	if (answer === undefined) {
		return <Empty title="Nothing checked yet">The result stands here: who paid whom, in which block, and who signed it.</Empty>;
	}
	if (!answer.ok) return <Problem words={{ ...answer.error, title: 'This is no receipt' }} testid="verdict-none" />;
	const { verdict } = answer.value;
	const isValid = verdict.type === 'valid';
	const check = isValid ? 'proof' : 'none';
	return (
		<Panel title="Result" testid="verdict" class={isValid ? 'panel-good' : 'panel-bad'}>
			<p class="verdict" data-testid={`verdict-${verdict.type}`} data-checked={check}>
				{isValid ? whatHolds(answer.value) : verdict.type === 'invalid' ? 'Not valid: it proves nothing.' : 'Not known: it may be valid.'}
			</p>
			<CheckMark check={check} />
			{'words' in verdict && (
				<p class="problem-detail">
					{verdict.words.detail} {verdict.words.advice}
				</p>
			)}
			{answer.value.type === 'unit' ? <OfUnit view={answer.value} check={check} /> : <OfMessage view={answer.value} check={check} />}
			{isValid && <p class="quiet">Compare sender, recipient and amount with what you expect.</p>}
		</Panel>
	);
}

/** Returns what a valid receipt says in a sentence. */
function whatHolds(view: ReceiptView): string {
	if (view.type === 'unit') return 'Valid: this payment is final.';
	if (view.taken !== undefined) return 'Valid: the other ledger has taken this payment.';
	return view.sealed === undefined ? 'Valid: this payment is final.' : 'Valid: this payment is final, and the zone has sealed it.';
}

function OfUnit({ view, check }: { view: UnitReceiptView; check: Check }) {
	const { unit, block, hash, signers, members, epoch, ledger } = view;
	return (
		<Facts>
			<Fact name="From" check={check}>
				<AccountLink ledger={ledger?.id ?? ''} address={unit.body.account} />
			</Fact>
			<Fact name="Paid" check={check}>
				<Operations ledger={ledger?.id ?? ''} operations={unit.body.operations} />
			</Fact>
			<Fact name="Block" check={check}>
				{grouped(block.number)} <HashText hash={block.hash} />
			</Fact>
			<Fact name="Signed by" check={check}>
				{signers.length}
				{members > 0 ? ` of ${members}` : ''} members of epoch {String(epoch)}
				{ledger === undefined ? '' : ` of ${ledger.name}`}
			</Fact>
			<Fact name="Unit" check={check}>
				<HashText hash={hash} whole what="the unit's hash" />
			</Fact>
		</Facts>
	);
}

function OfMessage({ view, check }: { view: MessageReceiptView; check: Check }) {
	const { from, to, value, source, destination, unit, sent, sealed, taken } = view;
	const known = (chain: string) => ledgers.value.find(({ tag }) => chainOf(tag) === chain);
	const place = (name: string, block: BlockOf | undefined) =>
		block !== undefined && (
			<Fact name={name} check={check}>
				{block.chain}, block {grouped(block.number)} <HashText hash={block.hash} />
			</Fact>
		);
	return (
		<Facts>
			<Fact name="From" check={check}>
				<AccountLink ledger={known(source)?.id ?? ''} address={from} /> of {source}
			</Fact>
			{to !== undefined && (
				<Fact name="To" check={check}>
					<AccountLink ledger={known(taken?.chain ?? '')?.id ?? ''} address={to} /> of {taken?.chain ?? destination}
				</Fact>
			)}
			<Fact name="Value" check={check}>
				<Amount of={value} />
			</Fact>
			{place('Left', sent)}
			{place('Sealed by', sealed)}
			{place('Taken by', taken)}
			{unit !== undefined && (
				<Fact name="Unit" check={check}>
					<HashText hash={unit} whole what="the unit's hash" />
				</Fact>
			)}
		</Facts>
	);
}
