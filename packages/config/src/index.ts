import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The environment is not usable; the message has one sentence for each variable that is wrong. */
export class ConfigError extends Error {
	override name = 'ConfigError';
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * What node is started with for a worker, besides its program: a young generation whose halves grow to 16 MB. It only moves pages through; with node's own
 * 32 MB a large file takes 30 MB more and orders come no faster. V8 reads this at the start only, so the program cannot say it itself.
 */
export const WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=16'];

export interface Config {
	/** Connection string of PostgreSQL, from DATABASE_URL. */
	databaseUrl: string;
	/** Most connections of one process to the database, from PANGEA_DATABASE_CONNECTIONS. Default 10. */
	databaseConnections: number;
	/**
	 * The master keys, each 32 bytes as hex or base64, parted by white space, the current one first; read anew at each call. From PANGEA_MASTER_KEY,
	 * the file that PANGEA_MASTER_KEY_FILE names, or what the shell command in PANGEA_MASTER_KEY_COMMAND prints, such as a key service's client.
	 * @throws ConfigError
	 */
	readMasterKey: () => string;
	/** Whether {@link readMasterKey} has a source; a key service alone is enough. */
	hasLocalKey: boolean;
	/**
	 * A key of a key service that speaks HashiCorp Vault's transit API, from PANGEA_TRANSIT_KEY (`https://host:8200/v1/transit/keys/name`),
	 * PANGEA_TRANSIT_TOKEN or PANGEA_TRANSIT_TOKEN_FILE, and PANGEA_TRANSIT_NAMESPACE; null where none is named.
	 */
	transit: { keyUrl: string; readToken: () => string; namespace: string | null } | null;
	/** Where browsers and platforms reach us; no trailing slash. From PANGEA_PUBLIC_URL, else http://localhost:<port>. */
	publicUrl: string;
	/** From PANGEA_PORT. Default 4780. */
	port: number;
	/** Address to listen on, from PANGEA_LISTEN. Default 127.0.0.1. */
	listen: string;
	/** Port of health and metrics, from PANGEA_ADMIN_PORT; null: they are not served. Never the public port. */
	adminPort: number | null;
	/** Address on which health and metrics are served, from PANGEA_ADMIN_LISTEN. Default 127.0.0.1. */
	adminListen: string;
	/** From PANGEA_LOG_LEVEL. Default info. */
	logLevel: LogLevel;
	/**
	 * The collector that takes traces by OTLP over HTTP, from OTEL_EXPORTER_OTLP_ENDPOINT (`http://localhost:4318`), and how many of them are kept,
	 * from 0 to 1, from OTEL_TRACES_SAMPLER_ARG, by default all; null: nothing is traced.
	 */
	traces: { endpoint: string; share: number } | null;
	/** How many reverse proxies stand in front, from PANGEA_TRUSTED_PROXIES. Default 0. */
	trustedProxies: number;
	/** Folder of exported files that server and worker share, from PANGEA_FILES. Default `.data/files` in the working folder. */
	filesFolder: string;
	/**
	 * A bucket that takes their place, from PANGEA_S3_URL (`https://host/bucket/folder`), PANGEA_S3_REGION, PANGEA_S3_KEY_ID and PANGEA_S3_SECRET;
	 * null: the folder.
	 */
	filesBucket: { url: string; region: string; keyId: string; secret: string } | null;
	/** Outgoing mail, from PANGEA_SMTP_URL (`smtp://user:password@host:port`); null: mail is not sent. */
	smtpUrl: string | null;
	/** Sender of our mail, from PANGEA_MAIL_FROM. */
	mailFrom: string | null;
	/** Origins of group chats' webhooks inside the own network, from PANGEA_HOOK_ORIGINS, parted by white space. Public ones need no naming. */
	hookOrigins: readonly string[];
	/** Origins inside the own network at which a model may be asked for translations, from PANGEA_MODEL_ORIGINS, parted by white space. */
	modelOrigins: readonly string[];
	/** Mail servers inside the own network, as `host:port`, that a mailbox may name; from PANGEA_MAIL_SERVERS, parted by white space. */
	mailServers: readonly string[];
	/** SFTP servers inside the own network, as `host:port`, that exports may be brought to; from PANGEA_SFTP_SERVERS, parted by white space. */
	sftpServers: readonly string[];
	/**
	 * Where daily exchange rates are read: the European Central Bank's file, from PANGEA_RATES_URL, which may be a `file:` address, and for currencies it lacks what speaks
	 * Frankfurter's second version, from PANGEA_RATES_SECOND_URL. `off` reads none; by default the bank's own address and no second one.
	 */
	rates: { ecb: string | null; second: string | null };
	/** Megabytes of one file of a buyer's message, and of all files of a conversation, that are kept; from PANGEA_FILE_MB and PANGEA_CONVERSATION_MB. */
	fileMegabytes: number;
	conversationMegabytes: number;
	/** What fetches pictures for us by their address, as `<base>?url=…`, from PANGEA_PICTURE_GATEWAY; null: we go there ourselves. */
	pictureGateway: string | null;
	/** Base URLs that replace a platform's own, by the variable's rest: `TEMU_US` from PANGEA_HOST_TEMU_US. See {@link platformHosts}. */
	hostOverrides: ReadonlyMap<string, string>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 4780;
/** Every rate the bank has published since 1999, a zipped CSV file of some 600 kB, new each working day at about 16:00 in Frankfurt. */
const ECB_RATES = 'https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip';
const HOST = 'PANGEA_HOST_';

const port = z
	.string()
	.regex(/^\d{1,5}$/)
	.transform(Number)
	.refine((n) => n <= 65_535);
const smallCount = (least: number) =>
	z
		.string()
		.regex(/^\d{1,3}$/)
		.transform(Number)
		.refine((n) => n >= least);

/**
 * Reads and checks the environment; the only place that does.
 * @throws ConfigError with a sentence for every variable that is missing or wrong; values are never repeated.
 */
export function loadConfig(env: Environment = process.env): Config {
	const wrong: string[] = [];
	const read = <T>(name: string, schema: z.ZodType<T, string>, sentence: string): T | null => {
		const text = env[name]?.trim();
		if (!text) return null;
		const parsed = schema.safeParse(text);
		if (parsed.success) return parsed.data;
		wrong.push(`${name} ${sentence}.`);
		return null;
	};

	const databaseUrl = read(
		'DATABASE_URL',
		z.string().regex(/^postgres(ql)?:\/\//),
		'must be a connection string such as postgres://user:password@host:5432/pangea',
	);
	if (!env['DATABASE_URL']?.trim()) wrong.push('DATABASE_URL is missing: give the connection string of the PostgreSQL database.');
	const transit = readTransit(env, wrong);
	const hasLocalKey = KEY_SOURCES.some((name) => env[name]?.trim());
	const masterKeyText = hasLocalKey || transit === null ? readMasterKey(env, wrong) : '';
	const readKeyAgain = (): string => {
		const faults: string[] = [];
		const text = readMasterKey(env, faults);
		if (faults.length > 0) throw new ConfigError(faults.join('\n'));
		return text;
	};
	const readRates = (name: string, schemes: readonly string[], otherwise: string | null): string | null => {
		const address = new RegExp(`^(?:off|(?:${schemes.join('|')})://\\S+)$`);
		const text = read(name, z.string().regex(address), `must be an address with ${schemes.join(' or ')}, or off`) ?? otherwise;
		return text === 'off' ? null : text;
	};
	let firstKey: string | null = masterKeyText;
	const chosenPort = read('PANGEA_PORT', port, 'must be a port number from 0 to 65535') ?? DEFAULT_PORT;
	const tracesUrl = read('OTEL_EXPORTER_OTLP_ENDPOINT', z.string().regex(/^https?:\/\/\S+$/), 'must be an http or https address');
	const tracesShare =
		read(
			'OTEL_TRACES_SAMPLER_ARG',
			z
				.string()
				.regex(/^(0|1|0?\.\d+|1\.0+)$/)
				.transform(Number),
			'must be a number from 0 to 1',
		) ?? 1;
	const config = {
		databaseUrl: databaseUrl ?? '',
		databaseConnections: read('PANGEA_DATABASE_CONNECTIONS', smallCount(2), 'must be a number from 2 to 999') ?? 10,
		// What was checked is used first: a command may ask a service, or a person.
		readMasterKey: () => {
			const text = firstKey ?? readKeyAgain();
			firstKey = null;
			return text;
		},
		hasLocalKey,
		transit,
		port: chosenPort,
		publicUrl: read('PANGEA_PUBLIC_URL', baseUrl, 'must be an http or https address without a path') ?? `http://localhost:${chosenPort}`,
		listen: read('PANGEA_LISTEN', z.string().regex(/^[\w.:-]+$/), 'must be an address or host name to listen on') ?? '127.0.0.1',
		adminPort: read('PANGEA_ADMIN_PORT', port, 'must be a port number from 0 to 65535'),
		adminListen: read('PANGEA_ADMIN_LISTEN', z.string().regex(/^[\w.:-]+$/), 'must be an address or host name to listen on') ?? '127.0.0.1',
		logLevel: read('PANGEA_LOG_LEVEL', z.enum(LOG_LEVELS), `must be one of ${LOG_LEVELS.join(', ')}`) ?? 'info',
		traces: tracesUrl === null ? null : { endpoint: tracesUrl, share: tracesShare },
		trustedProxies: read('PANGEA_TRUSTED_PROXIES', smallCount(0), 'must be the number of reverse proxies, 0 to 999') ?? 0,
		filesFolder: resolve(read('PANGEA_FILES', z.string(), 'must be a folder') ?? join('.data', 'files')),
		filesBucket: readBucket(env, wrong),
		smtpUrl: read('PANGEA_SMTP_URL', z.string().regex(/^smtps?:\/\//), 'must be an address such as smtp://host:587'),
		mailFrom: read('PANGEA_MAIL_FROM', z.string().regex(/^[^\s@]+@[^\s@]+$|<[^\s@]+@[^\s@]+>$/), 'must be a mail address'),
		hookOrigins: read('PANGEA_HOOK_ORIGINS', originList, 'must be http or https addresses without a path, parted by white space') ?? [],
		modelOrigins: read('PANGEA_MODEL_ORIGINS', originList, 'must be http or https addresses without a path, parted by white space') ?? [],
		mailServers: read('PANGEA_MAIL_SERVERS', serverList, 'must be host:port of mail servers, parted by white space') ?? [],
		sftpServers: read('PANGEA_SFTP_SERVERS', serverList, 'must be host:port of SFTP servers, parted by white space') ?? [],
		rates: {
			ecb: readRates('PANGEA_RATES_URL', ['https', 'http', 'file'], ECB_RATES),
			second: readRates('PANGEA_RATES_SECOND_URL', ['https', 'http'], null),
		},
		fileMegabytes: read('PANGEA_FILE_MB', smallCount(1), 'must be a number of megabytes from 1 to 999') ?? 25,
		conversationMegabytes: read('PANGEA_CONVERSATION_MB', smallCount(1), 'must be a number of megabytes from 1 to 999') ?? 200,
		pictureGateway: read(
			'PANGEA_PICTURE_GATEWAY',
			z.string().regex(/^https?:\/\/[^\s?#]+$/),
			'must be an http or https address without a query',
		),
		hostOverrides: readHosts(env, wrong),
	} satisfies Config;
	if ((config.smtpUrl === null) !== (config.mailFrom === null))
		wrong.push('PANGEA_SMTP_URL and PANGEA_MAIL_FROM go together: set both or none.');
	if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
	return config;
}

const baseUrl = z.string().transform((text, context) => {
	const url = URL.parse(text);
	const plain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && url.pathname === '/';
	if (plain) return url.origin;
	context.addIssue({ code: 'custom', message: 'no base URL' });
	return z.NEVER;
});

const originList = z.string().transform((text, context) => {
	const origins = text.split(/\s+/).map((one) => baseUrl.safeParse(one));
	const sound = origins.flatMap((one) => (one.success ? [one.data] : []));
	if (sound.length === origins.length) return sound;
	context.addIssue({ code: 'custom', message: 'no origins' });
	return z.NEVER;
});

const serverList = z
	.string()
	.transform((text) => text.split(/\s+/))
	.pipe(z.array(z.string().regex(/^[\w.-]+:\d{1,5}$/)));

// The simulator serves several platforms under one origin, so a base may have a path.
const hostUrl = z.string().transform((text, context) => {
	const url = URL.parse(text);
	if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username) return text.replace(/\/+$/, '');
	context.addIssue({ code: 'custom', message: 'no base URL' });
	return z.NEVER;
});

const KEY_SOURCES = ['PANGEA_MASTER_KEY', 'PANGEA_MASTER_KEY_FILE', 'PANGEA_MASTER_KEY_COMMAND'] as const;

function readTransit(env: Environment, wrong: string[]): Config['transit'] {
	const keyUrl = env['PANGEA_TRANSIT_KEY']?.trim();
	if (!keyUrl) return null;
	const url = URL.parse(keyUrl);
	const sound = url && /^https?:$/.test(url.protocol) && !url.username && !url.search && /^\/v1\/.+\/keys\/[^/]+$/.test(url.pathname);
	if (!sound) wrong.push('PANGEA_TRANSIT_KEY must be the address of a transit key, such as https://vault:8200/v1/transit/keys/pangea.');
	const [token, file] = [env['PANGEA_TRANSIT_TOKEN']?.trim(), env['PANGEA_TRANSIT_TOKEN_FILE']?.trim()];
	if (!token === !file) wrong.push('PANGEA_TRANSIT_KEY needs one of PANGEA_TRANSIT_TOKEN and PANGEA_TRANSIT_TOKEN_FILE.');
	const readToken = (): string => {
		if (!file) return token ?? '';
		try {
			return readFileSync(file, 'utf8').trim();
		} catch {
			throw new ConfigError(`PANGEA_TRANSIT_TOKEN_FILE names ${file}, which cannot be read.`);
		}
	};
	return { keyUrl, readToken, namespace: env['PANGEA_TRANSIT_NAMESPACE']?.trim() || null };
}

const BUCKET = ['PANGEA_S3_URL', 'PANGEA_S3_REGION', 'PANGEA_S3_KEY_ID', 'PANGEA_S3_SECRET'] as const;

function readBucket(env: Environment, wrong: string[]): Config['filesBucket'] {
	const [address = '', region = '', keyId = '', secret = ''] = BUCKET.map((name) => env[name]?.trim());
	if (![address, region, keyId, secret].some(Boolean)) return null;
	if (![address, region, keyId, secret].every(Boolean)) wrong.push(`${BUCKET.join(', ')} go together: set all or none.`);
	const url = hostUrl.safeParse(address);
	if (address && !url.success) wrong.push('PANGEA_S3_URL must be the http or https address of a bucket.');
	return { url: url.data ?? '', region, keyId, secret };
}

/** The sources of the master key, as the vault takes them. */
export function masterKeySources({ readMasterKey, hasLocalKey, transit }: Pick<Config, 'readMasterKey' | 'hasLocalKey' | 'transit'>): {
	readMasterKey: (() => string) | null;
	transit: Config['transit'];
} {
	return { readMasterKey: hasLocalKey ? readMasterKey : null, transit };
}

function readMasterKey(env: Environment, wrong: string[]): string {
	const given = KEY_SOURCES.filter((name) => env[name]?.trim());
	const [source] = given;
	if (!source) {
		wrong.push(
			'PANGEA_MASTER_KEY or PANGEA_MASTER_KEY_FILE is missing: secrets are encrypted under it. A key service is named with PANGEA_TRANSIT_KEY.',
		);
		return '';
	}
	if (given.length > 1) {
		wrong.push(`${given.join(' and ')} are both set: keep one of them.`);
		return '';
	}
	let text: string;
	try {
		text = keyFrom(source, env[source]?.trim() ?? '');
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		wrong.push(error.message);
		return '';
	}
	const keys = text.split(/\s+/).filter(Boolean);
	const sound = (key: string): boolean => /^[0-9a-f]{64}$/i.test(key) || Buffer.from(key, 'base64').length === 32;
	if (keys.length === 0 || !keys.every(sound)) wrong.push(`${source} must hold 32 bytes, as 64 hex digits or base64.`);
	return text;
}

const LONGEST_KEY_COMMAND = 30_000;

/** @throws ConfigError with a sentence that repeats neither the key nor what a command printed. */
function keyFrom(source: (typeof KEY_SOURCES)[number], value: string): string {
	if (source === 'PANGEA_MASTER_KEY') return value;
	if (source === 'PANGEA_MASTER_KEY_FILE') {
		try {
			return readFileSync(value, 'utf8').trim();
		} catch {
			throw new ConfigError(`PANGEA_MASTER_KEY_FILE names ${value}, which cannot be read.`);
		}
	}
	try {
		return execFileSync('/bin/sh', ['-c', value], {
			encoding: 'utf8',
			timeout: LONGEST_KEY_COMMAND,
			stdio: ['ignore', 'pipe', 'inherit'],
		}).trim();
	} catch {
		throw new ConfigError('PANGEA_MASTER_KEY_COMMAND failed or took longer than 30 s: run it by hand and mend it.');
	}
}

function readHosts(env: Environment, wrong: string[]): Map<string, string> {
	const hosts = new Map<string, string>();
	for (const [name, value] of Object.entries(env)) {
		if (!name.startsWith(HOST) || !value?.trim()) continue;
		const parsed = hostUrl.safeParse(value.trim());
		if (parsed.success) hosts.set(name.slice(HOST.length), parsed.data);
		else wrong.push(`${name} must be the http or https base address that replaces the platform's own.`);
	}
	return hosts;
}

/** The server for our mail; null where none is set. */
export function mailSettings({ smtpUrl, mailFrom }: Pick<Config, 'smtpUrl' | 'mailFrom'>): { url: string; from: string } | null {
	return smtpUrl === null || mailFrom === null ? null : { url: smtpUrl, from: mailFrom };
}

/** `tiktok-shop` and `authUs` become `TIKTOK_SHOP_AUTH_US`. */
export function hostVariable(platformId: string, hostKey: string): string {
	const upper = (text: string): string =>
		text
			.replace(/([a-z0-9])([A-Z])/g, '$1_$2')
			.replace(/\W/g, '_')
			.toUpperCase();
	return `${upper(platformId)}_${upper(hostKey)}`;
}

/** A platform's base URLs by host key with the overrides applied. */
export function platformHosts(
	overrides: ReadonlyMap<string, string>,
	platform: { id: string; hosts: Readonly<Record<string, string>> },
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(platform.hosts).map(([key, url]) => [key, overrides.get(hostVariable(platform.id, key)) ?? url]),
	);
}

/** @throws ConfigError naming every PANGEA_HOST_ variable that belongs to no host of these platforms: a typing mistake would otherwise call the real one. */
export function checkHostOverrides(
	overrides: ReadonlyMap<string, string>,
	platforms: Iterable<{ id: string; hosts: Readonly<Record<string, string>> }>,
): void {
	const known = new Set([...platforms].flatMap((p) => Object.keys(p.hosts).map((key) => hostVariable(p.id, key))));
	const unknown = [...overrides.keys()].filter((name) => !known.has(name)).sort();
	if (unknown.length === 0) return;
	const names = [...known].sort().map((name) => HOST + name);
	throw new ConfigError(unknown.map((name) => `${HOST}${name} names no host of any platform. Known are ${names.join(', ')}.`).join('\n'));
}
