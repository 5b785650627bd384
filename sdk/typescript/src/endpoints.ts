// Addresses of nodes as the reader reaches them.

/** Returns whether a host is that of the machine itself, or stands for all of its interfaces. */
function isOwnMachine(host: string): boolean {
	return /^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(host);
}

function urlOf(address: string): URL | undefined {
	try {
		return new URL(address);
	} catch {
		return undefined;
	}
}

/**
 * Returns the addresses to try for a ledger, in order. A node names its ledgers as it sees them, such as
 * `ws://127.0.0.1:9946`. For a reader on another machine that is its own machine: then the host and the scheme of `door`, by
 * which the reader reached the node, take their places, with the port of the endpoint. The same is tried after an endpoint that
 * can not be reached.
 */
export function reachable(endpoints: string[], door: string): string[] {
	const from = urlOf(door);
	const urls = endpoints.flatMap((endpoint) => {
		const to = urlOf(endpoint);
		if (to === undefined) return [];
		if (from === undefined || isOwnMachine(from.hostname)) return [endpoint];
		const port = to.port === '' ? (to.protocol === 'wss:' ? '443' : '80') : to.port;
		const besideDoor = `${from.protocol}//${from.hostname}:${port}`;
		return isOwnMachine(to.hostname) ? [besideDoor] : [endpoint, besideDoor];
	});
	return [...new Set(urls)];
}
