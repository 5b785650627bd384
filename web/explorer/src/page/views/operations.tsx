// What a unit does, and why a ledger refuses one, in words.

import type { Operation } from '@top/sdk';
import { AccountLink, Amount } from '../parts/basics.js';

/** Reasons of refused units, by the numbers of the format. */
export const REASONS: Record<number, string> = {
	1: 'does nothing',
	2: 'wrong signature',
	3: 'lives in another shard',
	4: 'no such account',
	5: 'not the next height',
	6: 'not the newest parent',
	7: 'expired',
	8: 'valid for too long',
	9: 'quota used up',
	10: 'balance too low',
	11: 'balance frozen',
	12: 'sender would end',
	13: 'too little for a new account',
	14: 'recipient in another shard',
	15: 'unknown operation',
	16: 'too many payments on their way there',
	17: 'recipient’s shard is busy',
	18: 'too many payments to other shards on their way',
};

export function Operations({ ledger, operations }: { ledger: string; operations: Operation[] }) {
	return (
		<span class="operations">
			{operations.map((operation, at) => (
				<span key={at}>
					<OperationWords ledger={ledger} operation={operation} />
				</span>
			))}
		</span>
	);
}

function OperationWords({ ledger, operation }: { ledger: string; operation: Operation }) {
	switch (operation.type) {
		case 'Transfer':
		case 'TransferKeepAlive':
			return (
				<>
					<Amount of={operation.value.amount} /> to <AccountLink ledger={ledger} address={operation.value.dest} />
				</>
			);
		case 'TransferAll':
			return (
				<>
					the whole balance to <AccountLink ledger={ledger} address={operation.value.dest} />
				</>
			);
		case 'Remote':
			return <>{operation.value.payload.length} bytes to another ledger</>;
		case 'Service':
			return <>{operation.value.length} bytes for a service</>;
	}
}
