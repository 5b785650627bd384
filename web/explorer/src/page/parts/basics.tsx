// Small parts that all views use.

import type { Check } from '@top/sdk';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Words } from '../../shared/model.js';
import { short, top } from '../format.js';
import { linkTo } from '../router.js';
import { CheckMark, Value } from './checks.js';

export function Panel(props: {
	title: ComponentChildren;
	check?: Check | undefined;
	aside?: ComponentChildren;
	children: ComponentChildren;
	testid?: string;
	class?: string;
}) {
	const { title, check, aside, children, testid, class: name } = props;
	return (
		<section class={`panel ${name ?? ''}`} data-testid={testid}>
			<header class="panel-head" data-checked={check}>
				<h2>{title}</h2>
				{aside}
				{check !== undefined && <CheckMark check={check} />}
			</header>
			{children}
		</section>
	);
}

/** A list of names and values. */
export function Facts({ children }: { children: ComponentChildren }) {
	return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children, check }: { name: string; children: ComponentChildren; check?: Check | undefined }) {
	return (
		<div>
			<dt>{name}</dt>
			<dd>{check === undefined ? children : <Value check={check}>{children}</Value>}</dd>
		</div>
	);
}

/** A figure with its name. */
export function Figure(props: { name: string; check?: Check | undefined; children: ComponentChildren; note?: ComponentChildren }) {
	const { name, check, children, note } = props;
	return (
		<div class="figure">
			<span class="figure-name">{name}</span>
			<span class="figure-value">{check === undefined ? children : <Value check={check}>{children}</Value>}</span>
			{note !== undefined && (
				<span class="figure-note" data-checked={check}>
					{note}
				</span>
			)}
		</div>
	);
}

export function Loading({ what }: { what: string }) {
	return (
		<div class="state" role="status" data-testid="loading">
			<span class="spinner" aria-hidden="true" />
			{what}
		</div>
	);
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
	return (
		<div class="state state-empty" data-testid="empty">
			<strong>{title}</strong>
			{children !== undefined && <p>{children}</p>}
		</div>
	);
}

export function Problem({ words, action, testid }: { words: Words; action?: ComponentChildren; testid?: string }) {
	return (
		<div class="state state-problem" role="alert" data-testid={testid ?? 'problem'}>
			<strong>{words.title}</strong>
			<p class="problem-detail">{words.detail}</p>
			<p>{words.advice}</p>
			{action}
		</div>
	);
}

export function Copy({ text, what }: { text: string; what: string }) {
	const [isCopied, setCopied] = useState(false);
	const copy = async () => {
		// A page that is served without encryption has no clipboard, except from the reader's own machine.
		await navigator.clipboard?.writeText(text);
		setCopied(navigator.clipboard !== undefined);
		setTimeout(() => setCopied(false), 1_500);
	};
	return (
		<button type="button" class="copy" onClick={() => void copy()} title={`Copy ${what}`}>
			<svg viewBox="0 0 16 16" aria-hidden="true">
				{isCopied ? <path d="m3 8.5 3.2 3.2L13 4.8" /> : <path d="M5.5 5.5h8v8h-8zM2.5 10.5v-8h8" />}
			</svg>
			<span class="unseen">{isCopied ? 'Copied' : `Copy ${what}`}</span>
		</button>
	);
}

export function HashText({ hash, whole, what }: { hash: string; whole?: boolean; what?: string }) {
	return (
		<span class="hash" title={hash}>
			<span class="mono">{whole === true ? hash : short(hash)}</span>
			{whole === true && <Copy text={hash} what={what ?? 'the hash'} />}
		</span>
	);
}

export function BlockLink({ ledger, number, hash }: { ledger: string; number: number; hash?: string | undefined }) {
	return (
		<a class="mono" href={linkTo({ view: 'block', ledger, item: hash ?? String(number) })}>
			{number.toLocaleString('en').replace(/,/g, '\u202f')}
		</a>
	);
}

export function UnitLink({ ledger, hash }: { ledger: string; hash: string }) {
	return (
		<a class="mono" href={linkTo({ view: 'unit', ledger, item: hash })} title={hash}>
			{short(hash)}
		</a>
	);
}

/** A figure by which people recognise an account. It follows from the address alone. */
export function Badge({ address, size = 20 }: { address: string; size?: number }) {
	let seed = 2166136261;
	for (const letter of address) seed = Math.imul(seed ^ letter.charCodeAt(0), 16777619) >>> 0;
	const hue = (shift: number) => (seed >>> shift) % 360;
	const turn = (seed >>> 5) % 360;
	return (
		<svg class="badge" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
			<circle cx="10" cy="10" r="10" fill={`hsl(${hue(3)} 55% 45%)`} />
			<g transform={`rotate(${turn} 10 10)`}>
				<path d="M10 0a10 10 0 0 1 0 20Z" fill={`hsl(${hue(11)} 60% 60%)`} />
				<circle cx="10" cy={5 + (seed % 4)} r="4" fill={`hsl(${hue(17)} 70% 75%)`} />
			</g>
		</svg>
	);
}

/** An account, with the way to its page. Without a ledger it is shown alone. */
export function AccountLink({ ledger, address, whole }: { ledger: string; address: string; whole?: boolean }) {
	if (ledger === '') {
		return (
			<span class="account" title={address}>
				<Badge address={address} />
				<span class="mono">{whole === true ? address : short(address)}</span>
			</span>
		);
	}
	return (
		<a class="account" href={linkTo({ view: 'account', ledger, item: address })} title={address}>
			<Badge address={address} />
			<span class="mono">{whole === true ? address : short(address)}</span>
		</a>
	);
}

export function Amount({ of: amount }: { of: bigint }) {
	const [whole, decimals] = top(amount).split('.');
	return (
		<span class="amount">
			{whole}
			{decimals !== undefined && <span class="decimals">.{decimals}</span>}
			<span class="token"> TOP</span>
		</span>
	);
}
