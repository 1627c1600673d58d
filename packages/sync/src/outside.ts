import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPrivateAddress } from '@pangea/platform-contract';

/**
 * Where a server that a person names is reached. Only public addresses are called, whatever a name resolves to, and those that configuration names.
 * @param inner `host:port` of servers that may lie inside the own network
 * @returns `unknown`: no address has the name; `inner`: one of its addresses lies inside a network
 */
export async function addressOf(
	{ host, port }: { host: string; port: number },
	inner: readonly string[],
): Promise<{ host: string } | 'unknown' | 'inner'> {
	if (inner.includes(`${host}:${port}`)) return { host };
	let found: { address: string }[];
	try {
		found = isIP(host) ? [{ address: host }] : await lookup(host, { all: true });
	} catch {
		return 'unknown';
	}
	// Only one is tried, and not every network has IPv6.
	const first = found.find(({ address }) => isIP(address) === 4) ?? found[0];
	if (!first) return 'unknown';
	return found.some(({ address }) => isPrivateAddress(address)) ? 'inner' : { host: first.address };
}
