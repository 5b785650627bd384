// Checks a receipt in this browser: no node is asked.

import { useRef, useState } from 'preact/hooks';
import type { ReceiptView, Result } from '../../shared/model.js';
import { grouped, short, time, top } from '../format.js';
import { AccountLink, Empty, Fact, Facts, HashText, Loading, Panel, Problem } from '../parts/basics.js';
import { CheckMark } from '../parts/checks.js';
import { api } from '../store.js';
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
						{stored.map(({ hash, dest, amount, at, receipt }) => (
							<li key={hash} class="receipt-line">
								<span>{time(at)}</span>
								<span>
									{top(BigInt(amount))} TOP to {short(dest)}
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
	const { verdict, unit, block, hash, signers, members, epoch, ledger } = answer.value;
	const isValid = verdict.type === 'valid';
	const check = isValid ? 'proof' : 'none';
	return (
		<Panel title="Result" testid="verdict" class={isValid ? 'panel-good' : 'panel-bad'}>
			<p class="verdict" data-testid={`verdict-${verdict.type}`} data-checked={check}>
				{isValid ? 'Valid: this payment is final.' : verdict.type === 'invalid' ? 'Not valid: it proves nothing.' : 'Not known: it may be valid.'}
			</p>
			<CheckMark check={check} />
			{'words' in verdict && (
				<p class="problem-detail">
					{verdict.words.detail} {verdict.words.advice}
				</p>
			)}
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
			{isValid && <p class="quiet">Compare sender, recipient and amount with what you expect.</p>}
		</Panel>
	);
}
