// The newest blocks of a ledger as a row of bars: the right one is the newest, its height is the number of transfers.
// A block that needed more than one view has a mark below it.

import type { BlockLine } from '../../shared/model.js';
import { go } from '../router.js';
import { Canvas } from './canvas.js';
import { colour } from './colours.js';

const BAR = 7;
const GAP = 2;
const FOOT = 7;

export function River({ blocks, ledger, height = 56 }: { blocks: BlockLine[]; ledger: string; height?: number }) {
	const shown = (width: number) => blocks.slice(-Math.floor(width / (BAR + GAP)));
	const newest = blocks[blocks.length - 1];
	const draw = (context: CanvasRenderingContext2D, width: number, height: number) => {
		const bars = shown(width);
		const most = Math.max(1, ...bars.map(({ transfers }) => transfers ?? 0));
		const [full, empty, late] = [colour('accent'), colour('accent-quiet'), colour('warn')];
		context.fillStyle = colour('line');
		context.fillRect(0, height - FOOT, width, 1);
		bars.forEach(({ transfers = 0, view }, at) => {
			const x = width - (bars.length - at) * (BAR + GAP) + GAP;
			const room = height - FOOT - 6;
			const tall = 6 + (transfers === 0 ? 0 : Math.sqrt(transfers / most) * room);
			context.fillStyle = transfers === 0 ? empty : full;
			context.fillRect(x, height - FOOT - tall, BAR, tall);
			if (view > 0) {
				context.fillStyle = late;
				context.fillRect(x, height - FOOT + 3, BAR, 3);
			}
		});
	};
	const pick = (x: number) => {
		const width = document.querySelector<HTMLElement>(`[data-river="${ledger}"]`)?.clientWidth ?? 0;
		const bars = shown(width);
		const at = bars.length - Math.ceil((width - x) / (BAR + GAP));
		const block = bars[at];
		if (block !== undefined) go({ view: 'block', ledger, item: block.hash });
	};
	const label = `The newest blocks, up to ${newest?.number ?? 'none'}. The list of blocks has the same in words.`;
	return (
		<div data-river={ledger} class="river">
			<Canvas draw={draw} height={height} label={label} of={blocks} onPick={pick} />
		</div>
	);
}
