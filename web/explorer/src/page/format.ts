// Amounts, times and hashes for people.

const DECIMALS = 6;
const UNIT = 10n ** BigInt(DECIMALS);
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Groups digits by thin spaces, which break no line. */
export function grouped(number: bigint | number): string {
	return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** Returns an amount in TOP, with all decimals that are not zero. */
export function top(amount: bigint): string {
	const sign = amount < 0n ? '−' : '';
	const absolute = amount < 0n ? -amount : amount;
	const decimals = (absolute % UNIT).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
	return `${sign}${grouped(absolute / UNIT)}${decimals === '' ? '' : `.${decimals}`}`;
}

/** Reads an amount in TOP; `undefined` if it is none. */
export function parseTop(text: string): bigint | undefined {
	const match = /^(\d{1,20})(?:[.,](\d{1,6}))?$/.exec(text.trim().replace(/[\s\u202f_]/g, ''));
	if (match === null) return undefined;
	return BigInt(match[1] as string) * UNIT + BigInt((match[2] ?? '').padEnd(DECIMALS, '0'));
}

/** Shortens a hash or an address. Its ends are what people compare. */
export function short(text: string, ends = 6): string {
	const start = text.startsWith('0x') ? ends + 2 : ends;
	return text.length <= start + ends + 1 ? text : `${text.slice(0, start)}…${text.slice(-ends)}`;
}

/** Returns a span in its largest two units. */
export function span(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < MINUTE) return `${whole} s`;
	if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
	if (whole < DAY) return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
	return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
}

/** Returns a short span with the precision that matters. */
export function milliseconds(ms: number): string {
	if (Math.abs(ms) < 1_000) return `${Math.round(ms)} ms`;
	return Math.abs(ms) < 10_000 ? `${(ms / 1000).toFixed(2)} s` : span(ms / 1000);
}

export function time(ms: number): string {
	return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

export function clock(ms: number): string {
	return new Date(ms).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

export function bytes(count: bigint | number): string {
	const number = Number(count);
	if (number < 1_000) return `${number} B`;
	if (number < 1_000_000) return `${(number / 1_000).toFixed(1)} kB`;
	return `${(number / 1_000_000).toFixed(1)} MB`;
}

/** Returns an amount of compute, given in picoseconds. */
export function compute(picoseconds: bigint): string {
	const ms = Number(picoseconds) / 1e9;
	return ms < 1_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export function percent(part: number): string {
	return `${(100 * part).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;
}

export function rate(perSecond: number): string {
	return perSecond >= 100 ? grouped(Math.round(perSecond)) : perSecond.toFixed(perSecond >= 10 ? 1 : 2);
}

/** Returns "1 block", "2 blocks". */
export function counted(count: number | bigint, noun: string): string {
	return `${grouped(count)} ${noun}${Number(count) === 1 ? '' : 's'}`;
}
