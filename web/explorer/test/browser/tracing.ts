// What the page's main thread does, by the browser's own trace.

import type { Browser, Page } from 'playwright-core';

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', '__metadata'];
const MICROSECONDS = 1_000;

interface TraceEvent {
	name: string;
	ph: string;
	pid: number;
	tid: number;
	ts: number;
	/** Microseconds by the clock, and of processor time. */
	dur?: number;
	tdur?: number;
	args?: { name?: string };
}

/** Processor time of the main thread, in milliseconds: other programs of the machine do not add to it. */
export interface MainThread {
	/** One entry a task. */
	tasks: number[];
	/** One entry a frame: all tasks from the end of the frame before to its own. */
	frames: number[];
}

/** Traces the main thread of a page while `during` runs. */
export async function trace(browser: Browser, page: Page, during: () => Promise<void>): Promise<MainThread> {
	await browser.startTracing(page, { categories: CATEGORIES });
	await during();
	const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
	return mainThreadOf(traceEvents);
}

function mainThreadOf(events: TraceEvent[]): MainThread {
	// A frame that is drawn ends with its commit. The page's thread is the one with most of them.
	const commits = events.filter(({ name, ph }) => name === 'Commit' && ph === 'X');
	const counts = new Map<string, number>();
	for (const { pid, tid } of commits) counts.set(`${pid} ${tid}`, (counts.get(`${pid} ${tid}`) ?? 0) + 1);
	const [busiest] = [...counts].sort(([, one], [, other]) => other - one);
	const isOwn = ({ pid, tid }: TraceEvent) => `${pid} ${tid}` === busiest?.[0];
	const inOrder = (one: TraceEvent, other: TraceEvent) => one.ts - other.ts;
	const tasks = events.filter((event) => event.name === 'RunTask' && event.ph === 'X' && isOwn(event)).sort(inOrder);
	const ends = commits.filter(isOwn).sort(inOrder);
	const frames = ends.map(() => 0);
	let at = 0;
	for (const { ts, tdur = 0 } of tasks) {
		while (at < ends.length && (ends[at] as TraceEvent).ts < ts) at += 1;
		if (at < frames.length) frames[at] = (frames[at] ?? 0) + tdur / MICROSECONDS;
	}
	return { tasks: tasks.map(({ tdur = 0 }) => tdur / MICROSECONDS), frames };
}

/** Returns the value below which a part of all values are. */
export function quantile(values: number[], part: number): number {
	const sorted = [...values].sort((one, other) => one - other);
	return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
