// Events of a block, in the words of the node's metadata. The metadata is not proven, so they are unchecked.

import { getDynamicBuilder, getLookupFn } from '@polkadot-api/metadata-builders';
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings';
import { ResponseError } from './errors.js';
import { fromHex, type Hex } from './hex.js';

/** An event. */
export interface ChainEvent {
	/** The extrinsic that caused it. */
	extrinsic: number | undefined;
	pallet: string;
	name: string;
	values: unknown;
}

interface EventRecord {
	phase: { type: string; value?: number };
	event: { type: string; value: { type: string; value: unknown } };
}

/** Reads events by the metadata of a node. */
export class EventReader {
	readonly #decode: (bytes: Hex) => EventRecord[];

	constructor(metadata: Hex) {
		const read = unifyMetadata(decAnyMetadata(fromHex(metadata)));
		const { value } = getDynamicBuilder(getLookupFn(read)).buildStorage('System', 'Events');
		this.#decode = (bytes) => value.dec(bytes) as EventRecord[];
	}

	/** Decodes the value of `System::Events`. */
	read(bytes: Hex): ChainEvent[] {
		try {
			return this.#decode(bytes).map(({ phase, event }) => ({
				extrinsic: phase.type === 'ApplyExtrinsic' ? phase.value : undefined,
				pallet: event.type,
				name: event.value.type,
				values: event.value.value,
			}));
		} catch (cause) {
			throw new ResponseError(`the events do not decode: ${String(cause)}`, { cause });
		}
	}
}

/** Returns why an extrinsic failed, by its events: `undefined` if it did not. */
export function failureOf(events: ChainEvent[], extrinsic: number): string | undefined {
	const failed = events.find(
		(event) => event.extrinsic === extrinsic && event.pallet === 'System' && event.name === 'ExtrinsicFailed',
	);
	return failed && wordsOf((failed.values as { dispatch_error?: unknown }).dispatch_error);
}

/** Returns the names of an error, from the outer to the inner one. */
function wordsOf(error: unknown): string {
	if (typeof error !== 'object' || error === null) return '';
	const { type, value } = error as { type?: string; value?: unknown };
	const inner = wordsOf(value);
	return [type, inner].filter(Boolean).join(': ');
}
