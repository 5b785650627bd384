import type { Server } from 'node:http';

/** Starts the server. */
export function serve(options: {
	port: number;
	nodes: { name?: string; address: string }[];
	anchors: Map<string, string>;
	folder: string;
}): Promise<{ server: Server; address: string }>;
