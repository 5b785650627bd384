// Questions to the worker whose answers a view shows, asked again as the ledger grows.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Result, Words } from '../../shared/model.js';

/** Least time between two questions of one view. */
const EVERY_MS = 1_000;

export interface Query<T> {
	value: T | undefined;
	/** The newest answer was an error. An older value stays. */
	error: Words | undefined;
	isLoading: boolean;
	again(): void;
}

/**
 * Asks when `key` changes, and again when `fresh` does: at most once a second, and never twice at once. Answers to an
 * earlier key are dropped.
 */
export function useQuery<T>(key: string, ask: () => Promise<Result<T>>, fresh: unknown = undefined): Query<T> {
	const [state, setState] = useState<{ key: string; value?: T; error?: Words }>({ key: '' });
	const asked = useRef({ key: '', at: 0, isBusy: false, isDue: false, ask });
	asked.current.ask = ask;

	const run = () => {
		const { current } = asked;
		if (current.isBusy) {
			current.isDue = true;
			return;
		}
		current.isBusy = true;
		current.isDue = false;
		current.at = Date.now();
		const { key: askedKey } = current;
		void current.ask().then((result) => {
			current.isBusy = false;
			if (askedKey !== current.key) return run();
			setState((old) => {
				const kept = old.key === askedKey && old.value !== undefined ? { value: old.value } : {};
				return result.ok ? { key: askedKey, value: result.value } : { key: askedKey, ...kept, error: result.error };
			});
			if (current.isDue) setTimeout(() => current.isDue && askedKey === current.key && run(), EVERY_MS);
		});
	};

	useEffect(() => {
		asked.current.key = key;
		run();
		return () => {
			asked.current.key = '';
			asked.current.isDue = false;
		};
	}, [key]);

	useEffect(() => {
		const { current } = asked;
		if (fresh === undefined || current.key === '' || current.isBusy) {
			current.isDue = current.key !== '';
			return undefined;
		}
		const wait = Math.max(0, current.at + EVERY_MS - Date.now());
		const timer = setTimeout(run, wait);
		return () => clearTimeout(timer);
	}, [fresh]);

	const isCurrent = state.key === key;
	const value = isCurrent ? state.value : undefined;
	const error = isCurrent ? state.error : undefined;
	return { value, error, isLoading: value === undefined && error === undefined, again: run };
}
