// Receipts as files.

/** Saves a receipt, given as hex, as a file with its bytes. */
export function saveReceipt(hash: string, receipt: string, level = 'final'): void {
	const bytes = Uint8Array.from(receipt.slice(2).match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
	link.download = `receipt-${hash.slice(2, 14)}${level === 'final' ? '' : `-${level}`}.scale`;
	link.click();
	URL.revokeObjectURL(link.href);
}
