// A recording of one shard: what its worker told the page, and when. `record.ts` makes it.

/** Times are milliseconds since the begin of the recording. */
export interface Recording {
	lengthMs: number;
	blocks: {
		at: number;
		number: number;
		hash: string;
		parent: string;
		author: number;
		view: number;
		epoch: number;
		signers: number[];
		transfers: number;
	}[];
	samples: { at: number; number: number; transfers: number; blocks: number; span: number; latency: number }[];
}
