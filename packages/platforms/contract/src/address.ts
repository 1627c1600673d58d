import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** The address of a request is none that we may call. The message names scheme and host only, never path or query. */
export class AddressError extends Error {
	override name = 'AddressError';
}

// Loopback, private, link-local, shared, multicast and reserved ranges (IANA special-purpose registries), and IPv6 forms that wrap IPv4.
const PRIVATE = new BlockList();
for (const [network, prefix] of [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.0.2.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['198.51.100.0', 24],
	['203.0.113.0', 24],
	['224.0.0.0', 4],
	['240.0.0.0', 4],
] as const) {
	PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
	['::', 127],
	['64:ff9b::', 96],
	['64:ff9b:1::', 48],
	['100::', 64],
	['2001:db8::', 32],
	['2002::', 16],
	['fc00::', 7],
	['fe80::', 10],
	['ff00::', 8],
] as const) {
	PRIVATE.addSubnet(network, prefix, 'ipv6');
}

/** True for an IP address that does not belong to the public internet. */
export function isPrivateAddress(address: string): boolean {
	return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** `configured`: an origin that configuration names, wherever it lies. `foreign`: a public address that the adapter's rule admits. */
export type AddressClass = 'configured' | 'foreign';

/**
 * Decides whether a URL may be called. Configured origins may be any http(s) origin, also on the own machine; anything else needs https,
 * the adapter's rule and a public address.
 * @throws AddressError
 */
export function classifyAddress(text: string, origins: ReadonlySet<string>, allowed: (url: URL) => boolean): AddressClass {
	const url = URL.parse(text);
	if (!url) throw new AddressError('The request has no valid address');
	if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new AddressError(`Scheme ${url.protocol} is refused`);
	if (url.username || url.password) throw new AddressError(`Credentials in the address of ${url.host} are refused`);
	if (origins.has(url.origin)) return 'configured';
	if (!allowed(url)) throw new AddressError(`Host ${url.host} is not configured`);
	if (url.protocol !== 'https:') throw new AddressError(`Host ${url.host} is allowed over https only`);
	const host = url.hostname.replace(/^\[|\]$/g, '');
	if (isIP(host) && isPrivateAddress(host)) throw new AddressError(`Host ${url.host} is a private address`);
	return 'foreign';
}

/** Name resolution that refuses private addresses, so that a public name cannot lead inside. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
	resolve(hostname, { ...options, all: true }, (error, addresses) => {
		if (error) return callback(error, '');
		const inside = addresses.find((a) => isPrivateAddress(a.address));
		if (inside) return callback(new AddressError(`Host ${hostname} resolves to a private address`), '');
		const first = addresses[0];
		if (!first) return callback(new AddressError(`Host ${hostname} has no address`), '');
		if (options.all) callback(null, addresses);
		else callback(null, first.address, first.family);
	});
};
