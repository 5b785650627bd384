// The other ledgers of a node, and what ledgers of a zone say about each other: all of it as the node says.

import {
	isMethodMissing,
	reachable,
	TopClient,
	type CommitteeReport,
	type Lanes,
	type LedgerPlace,
	type Level,
	type ZoneHeads,
} from '@top/sdk';
import type { LedgerConfig, ZoneView } from '../shared/model.js';
import { idOf, nameOf } from '../shared/zones.js';

/** Pause between two questions of one ledger. */
export const EVERY_MS = 2_000;
/** Epochs that a page follows from the genesis. On an older chain it begins with the newest committee. */
const MOST_EPOCHS = 24;

/** Returns the configuration of a ledger that a node names beside its own. */
export function configBeside(place: LedgerPlace, parent: LedgerConfig, endpoint: string, taken: string[]): LedgerConfig {
	const { chain, endpoints, tables, genesis } = place;
	return {
		id: idOf(chain, taken),
		name: nameOf(chain),
		endpoints: reachable(endpoints, endpoint),
		beside: parent.id,
		genesis,
		...(tables === null ? {} : { tables }),
	};
}

/**
 * Returns whether a node may name the committee of a ledger: only if it runs on the machine that serves the page, which the
 * reader trusts in any case, and if that machine vouches for its other ledger too.
 */
export function vouches(parent: LedgerConfig, endpoint: string, page: string | undefined): boolean {
	return parent.anchor !== undefined && page !== undefined && page !== '' && new URL(endpoint).hostname === page;
}

/** Returns the committee with which checks of a ledger begin, as its node names it. */
export async function committeeAt(client: TopClient, genesis: string): Promise<CommitteeReport | undefined> {
	const [newest, first] = await Promise.all([client.committeeReport(), client.committeeReport(genesis)]);
	const report = BigInt(newest.epoch) > MOST_EPOCHS ? newest : first;
	return report.domain.toLowerCase().endsWith(genesis.slice(2).toLowerCase()) ? report : undefined;
}

/** What a ledger says about its zone and its messages, as far as its node knows one. */
export interface ZoneAnswers {
	heads: ZoneHeads | undefined;
	lanes: Lanes | undefined;
	levels: Level[] | undefined;
}

/** Asks a ledger about its zone and its messages. */
export async function askZone(client: TopClient): Promise<ZoneAnswers> {
	const known = async <T>(ask: Promise<T>): Promise<T | undefined> => {
		try {
			return await ask;
		} catch (error) {
			if (isMethodMissing(error)) return undefined;
			throw error;
		}
	};
	// A ledger without a mailbox, such as the main chain, refuses some of these.
	const [heads, lanes, levels] = await Promise.all([
		known(client.zoneHeads()).catch(() => undefined),
		known(client.lanes()).catch(() => undefined),
		known(client.levels()).catch(() => undefined),
	]);
	return { heads, lanes, levels };
}

/** Returns what the page shows of a ledger, such as `shard 0/1`; `undefined` if its node knows no zone. */
export function zoneView(chain: string | undefined, { heads, lanes, levels }: ZoneAnswers): ZoneView | undefined {
	if (heads === undefined && lanes === undefined) return undefined;
	const head = heads?.heads.find((head) => head.chain === chain);
	const level = levels?.find((level) => level.chain === chain);
	return {
		sealed: head && { number: head.number, hash: head.hash },
		invalid: head?.invalid,
		inFlight: lanes?.outbound.reduce((sum, { inFlight }) => sum + inFlight, 0n),
		inLanes: lanes?.inLanes,
		lanes: (lanes?.outbound ?? []).map(({ lane, inFlight }) => ({ to: lane.destination, kind: lane.kind, inFlight })),
		load: level && { inbox: level.inbox, outbox: level.outbox },
	};
}
