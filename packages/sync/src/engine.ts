import type { Database } from '@pangea/db';
import { NotActiveError, type PlatformId } from '@pangea/domain';
import type { Jobs } from '@pangea/jobs';
import type { PlatformAdapter, PlatformHttpOptions } from '@pangea/platform-contract';
import type { MasterKey } from '@pangea/vault';
import { type Apps, createApps } from './apps.ts';
import { createKeyring, type Keyring } from './keyring.ts';
import type { MailSettings } from './notices/mail.ts';
import { DEFAULT_OPTIONS, type SyncOptions } from './options.ts';
import { createRenewals, type Renewals } from './renewals.ts';

/** Where the engine speaks; a pino logger fits. */
export interface EngineLog {
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}

/** Where exchange rates are read; null: not at all. */
export interface RateAddresses {
	/** The European Central Bank's `eurofxref-hist.zip`, or the CSV in it. */
	ecb: string | null;
	/** What speaks Frankfurter's second version, `…/v2/rates`: for currencies that the bank has not. */
	second: string | null;
}

/** What all parts of the engine share. One a process. */
export interface Engine {
	readonly database: Database;
	readonly jobs: Jobs;
	readonly registry: ReadonlyMap<PlatformId, PlatformAdapter>;
	readonly keys: Keyring;
	readonly apps: Apps;
	readonly options: SyncOptions;
	readonly log: EngineLog;
	readonly renewals: Renewals;
	/** Base URLs of a platform by host key, after configuration. */
	hosts(adapter: PlatformAdapter): Record<string, string>;
	/** Where a platform pushes for a workspace; null when we have no public address. */
	callbackUrl(platform: PlatformId, workspaceId: string): string | null;
	/** Where people reach us, without a trailing slash. */
	readonly publicUrl: string;
	/** Null: mail is not sent. */
	readonly mail: MailSettings | null;
	/** Origins of group chats' webhooks that may be called though they are not public. */
	readonly hookOrigins: readonly string[];
	/** `host:port` of mail servers inside the own network that a mailbox may name. */
	readonly mailServers: readonly string[];
	/** `host:port` of SFTP servers inside the own network to which exports may be brought. */
	readonly sftpServers: readonly string[];
	/** Where exchange rates are read. */
	readonly rates: RateAddresses;
	/** Settings of the HTTP layer that differ from its defaults. */
	readonly http: Partial<Pick<PlatformHttpOptions, 'attempts' | 'timeoutMillis' | 'maxWaitMillis' | 'gateway'>>;
	now(): Date;
	/** Told how long a call waited for its rate budget. */
	readonly onBudgetWait: (platform: string, operation: string, seconds: number) => void;
}

export interface EngineSetup {
	database: Database;
	jobs: Jobs;
	registry: ReadonlyMap<PlatformId, PlatformAdapter>;
	master: MasterKey;
	log: EngineLog;
	options?: Partial<SyncOptions>;
	hosts?: (adapter: PlatformAdapter) => Record<string, string>;
	/** Without a trailing slash; pushes arrive at `<publicUrl>/webhooks/<platform>/<workspace id>`. */
	publicUrl?: string;
	mail?: MailSettings | null;
	hookOrigins?: readonly string[];
	mailServers?: readonly string[];
	sftpServers?: readonly string[];
	rates?: RateAddresses;
	http?: Engine['http'];
	now?: () => Date;
	onBudgetWait?: Engine['onBudgetWait'];
}

export function createEngine(setup: EngineSetup): Engine {
	const options = { ...DEFAULT_OPTIONS, ...setup.options };
	const keys = createKeyring(setup.database, setup.master, options.keyRefreshSeconds * 1000);
	return {
		database: setup.database,
		jobs: setup.jobs,
		registry: setup.registry,
		keys,
		apps: createApps(setup.database, keys),
		options,
		log: setup.log,
		renewals: createRenewals(options.parallelRenewals),
		hosts: setup.hosts ?? ((adapter) => ({ ...adapter.manifest.hosts })),
		callbackUrl: (platform, workspaceId) => (setup.publicUrl ? `${setup.publicUrl}/webhooks/${platform}/${workspaceId}` : null),
		publicUrl: setup.publicUrl ?? '',
		mail: setup.mail ?? null,
		hookOrigins: setup.hookOrigins ?? [],
		mailServers: setup.mailServers ?? [],
		sftpServers: setup.sftpServers ?? [],
		rates: setup.rates ?? { ecb: null, second: null },
		http: setup.http ?? {},
		now: setup.now ?? (() => new Date()),
		onBudgetWait: setup.onBudgetWait ?? (() => {}),
	};
}

/** @throws NotActiveError for a platform without an installed adapter. */
export function adapterOf(engine: Pick<Engine, 'registry'>, platform: string): PlatformAdapter {
	for (const [id, adapter] of engine.registry) if (id === platform) return adapter;
	throw new NotActiveError('missing', `No adapter for the platform ${platform}`);
}
