// The blocks of a ledger as they come.

import { useRef, useState } from 'preact/hooks';
import type { BlockLine } from '../../shared/model.js';
import { grouped, span } from '../format.js';
import { BlockLink, Empty, HashText, Loading, Panel } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { VirtualList } from '../parts/virtual-list.js';
import { Plots } from '../plots/plots.js';
import { River } from '../plots/river.js';
import { feedOf, now } from '../store.js';
import { LedgerFrame } from './frame.js';

const ROW = 40;

export function Blocks({ id }: { id: string }) {
	const [isHeld, setHeld] = useState(false);
	const held = useRef<BlockLine[]>([]);
	return (
		<LedgerFrame id={id} title="Blocks" testid="blocks">
			{(ledger) => {
				const live = feedOf(id).blocks;
				if (!isHeld) held.current = live;
				const blocks = held.current;
				if (live.length === 0) {
					return 'words' in ledger.connection ? (
						<Empty title="No blocks yet">They appear here once a node answers.</Empty>
					) : (
						<Loading what="Waiting for the first block" />
					);
				}
				const missed = (live[live.length - 1]?.number ?? 0) - (blocks[blocks.length - 1]?.number ?? 0);
				const pause = (
					<button type="button" aria-pressed={isHeld} onClick={() => setHeld(!isHeld)} data-testid="hold">
						{isHeld ? `Go on (${grouped(missed)} new)` : 'Hold'}
					</button>
				);
				return (
					<>
						<Panel title="Newest first" aside={pause} check={blocks[blocks.length - 1]?.checked}>
						<River blocks={blocks} ledger={id} height={72} />
						<div class="row row-head blocks-row" aria-hidden="true">
							<span>Block</span>
							<span class="wide">Hash</span>
							<span>{ledger.hasUnits ? 'Units' : 'Signed'}</span>
							<span>Author</span>
							<span class="wide">View</span>
							<span class="wide">Signed by</span>
							<span>Seen</span>
						</div>
						<VirtualList
							count={blocks.length}
							rowHeight={ROW}
							height={Math.max(320, innerHeight - 380)}
							label="Blocks, newest first"
							testid="block-list"
							row={(index) => <Row ledger={id} block={blocks[blocks.length - 1 - index] as BlockLine} />}
						/>
						</Panel>
						<PaceAndLoad id={id} />
					</>
				);
			}}
		</LedgerFrame>
	);
}

/** How fast the ledger goes, and how much it does. */
function PaceAndLoad({ id }: { id: string }) {
	const { samples } = feedOf(id);
	const check = samples[samples.length - 1]?.checked;
	return (
		<Panel title="Pace and load" check={check} testid="pace">
			<Plots samples={samples} />
		</Panel>
	);
}

function Row({ ledger, block }: { ledger: string; block: BlockLine }) {
	const { checked } = block;
	return (
		<div class="row blocks-row" data-checked={checked}>
			<Value check={checked}>
				<BlockLink ledger={ledger} number={block.number} hash={block.hash} />
			</Value>
			<span class="wide">
				<HashText hash={block.hash} />
			</span>
			<span>{block.transfers === undefined ? '' : grouped(block.transfers)}</span>
			<span>{block.author === undefined ? 'genesis' : `member ${block.author}`}</span>
			<span class={`wide ${block.view > 0 ? 'late' : ''}`}>{block.view === 0 ? 'first view' : `view ${block.view}`}</span>
			<span class="wide">{block.signers === undefined ? '' : `${block.signers.length} members`}</span>
			<span class="quiet">{block.arrivedAt === undefined ? 'before' : `${span((now.value - block.arrivedAt) / 1000)} ago`}</span>
		</div>
	);
}
