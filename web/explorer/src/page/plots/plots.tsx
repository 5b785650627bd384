// The two plots of a ledger: transfers, and the time between blocks.

import { useMemo } from 'preact/hooks';
import type { Sample } from '../../shared/model.js';
import { milliseconds, rate } from '../format.js';
import { Series } from './series.js';

export function Plots({ samples }: { samples: Sample[] }) {
	const load = useMemo(
		() => samples.filter(({ span }) => span > 0).map(({ at, transfers, span }) => ({ at, value: (1000 * transfers) / span })),
		[samples],
	);
	const paces = useMemo(
		() => samples.filter(({ blocks }) => blocks > 0).map(({ at, span, blocks }) => ({ at, value: span / blocks })),
		[samples],
	);
	return (
		<div class="plots">
			<div>
				<h3>Transfers a second</h3>
				<Series points={load} label="Transfers a second" unit={rate} />
			</div>
			<div>
				<h3>Time between blocks</h3>
				<Series points={paces} label="Time between blocks" unit={milliseconds} token="second" />
			</div>
		</div>
	);
}
