import { checkHostOverrides, type Config, mailSettings, masterKeySources, platformHosts } from '@pangea/config';
import { Database, type Scope } from '@pangea/db';
import type { PlatformId } from '@pangea/domain';
import { askDueExports, expireFiles, fileStore, keyOf, writeExport } from '@pangea/exports';
import { exportsDue, exportSend, exportsExpire, exportWrite, nightRound, startJobs, syncRound } from '@pangea/jobs';
import { createLogger, type Logger } from '@pangea/logging';
import { checkReadiness, createMetrics, startAdminDoor, watchStored } from '@pangea/metrics';
import { type PlatformAdapter, untoldBy } from '@pangea/platform-contract';
import { registry as installed } from '@pangea/platform-registry';
import { recordEvent } from '@pangea/realtime';
import {
	bindHandlers,
	createEngine,
	DEFAULT_PARALLELISM,
	type Engine,
	type EngineSetup,
	type Parallelism,
	planSending,
	sendExport,
	waitReader,
	wakeSendings,
} from '@pangea/sync';
import { startTracing } from '@pangea/tracing/start';
import { checkMasterKey, openMasterKey } from '@pangea/vault';
import { keepMailboxesHeard } from './mailboxes.ts';
import { keepQueuesRead } from './queues.ts';

export interface WorkerSetup {
	config: Config;
	registry?: ReadonlyMap<PlatformId, PlatformAdapter>;
	/** What differs from the engine's defaults; a proof runs it by the simulator's clock. */
	engine?: Pick<EngineSetup, 'options' | 'http' | 'now'>;
	parallel?: Partial<Parallelism>;
	/** How often the worker looks what is due. Default 5 s. */
	roundSeconds?: number;
	/** Cron line of the nightly work, in UTC. Default 03:10. */
	nightCron?: string;
	/** How long running jobs may finish when the worker stops. Default 3 s; what is cut off is repeated elsewhere. */
	graceMillis?: number;
	logger?: Logger;
}

export interface RunningWorker {
	engine: Engine;
	/** Port of health and metrics; null when they are not served. */
	adminPort: number | null;
	/** Finishes or abandons what runs; nothing is lost either way. */
	stop(): Promise<void>;
}

/** Wires the job process together. @throws ConfigError, VaultError or the database's error, each with a sentence. */
export async function startWorker(setup: WorkerSetup): Promise<RunningWorker> {
	const { config } = setup;
	const registry = setup.registry ?? installed;
	const logger = setup.logger ?? createLogger({ name: 'worker', level: config.logLevel });
	const tracing = config.traces && (await startTracing('pangea-worker', config.traces));
	const metrics = createMetrics('worker');
	const parallel = { ...DEFAULT_PARALLELISM, ...setup.parallel };
	const roundSeconds = setup.roundSeconds ?? 5;
	checkHostOverrides(
		config.hostOverrides,
		[...registry.values()].map((a) => a.manifest),
	);
	const master = await openMasterKey(masterKeySources(config));
	const database = new Database({
		url: config.databaseUrl,
		name: 'pangea worker',
		// Each job needs one connection, and one more while it waits for a rate budget under a lock.
		maxConnections: Math.max(
			config.databaseConnections,
			2 + parallel.intake + 2 * parallel.pull + parallel.backfill + 4 * parallel.upkeep + parallel.notices,
		),
		onIdleError: (error) => logger.warn({ err: error }, 'database connection lost'),
	});
	await checkMasterKey(master, await database.masterKeyIds());
	const jobs = await startJobs({
		url: config.databaseUrl,
		name: 'pangea worker jobs',
		maintains: true,
		onError: (error) => logger.warn({ err: error }, 'job queue'),
	});
	const engine = createEngine({
		database,
		jobs,
		registry,
		master,
		log: logger,
		...setup.engine,
		options: {
			...setup.engine?.options,
			fileBytes: config.fileMegabytes * 1_000_000,
			conversationFileBytes: config.conversationMegabytes * 1_000_000,
		},
		http: { ...setup.engine?.http, gateway: config.pictureGateway },
		hosts: (adapter) => platformHosts(config.hostOverrides, adapter.manifest),
		onBudgetWait: metrics.budgetWait,
		publicUrl: config.publicUrl,
		mail: mailSettings(config),
		hookOrigins: config.hookOrigins,
		mailServers: config.mailServers,
		sftpServers: config.sftpServers,
		rates: config.rates,
	});
	await bindHandlers(engine, parallel);
	const exports = {
		database,
		files: fileStore(config),
		waits: (workspaceId: string) => waitReader(engine, workspaceId),
		untold: (platform: PlatformId) => untoldBy(registry.get(platform)),
		done: (scope: Scope, runId: string) => planSending(engine, scope, runId),
		tell: async (scope: Scope, runId: string) => {
			await recordEvent(scope, { kind: 'export.changed', storeId: null, ids: [runId] });
		},
	};
	await jobs.work(exportWrite, { parallel: 1 }, (ids, signal) => writeExport(exports, ids, signal));
	await jobs.work(exportSend, { parallel: 1 }, (ids, signal) => sendExport(engine, () => exports.files.read(keyOf(ids)), ids, signal));
	const schedules = {
		database,
		now: () => engine.now(),
		tell: exports.tell,
		write: async (scope: Scope, runId: string) => {
			await jobs.enqueue(exportWrite, { workspaceId: scope.workspaceId, runId }, { scope });
		},
	};
	await jobs.work(exportsDue, { parallel: 1 }, async (_, signal) => void (await askDueExports(schedules, signal)));
	await jobs.schedule(exportsDue, '* * * * *', 'UTC', {}, { firstAtOnce: true });
	await jobs.work(exportsExpire, { parallel: 1 }, async () => {
		await expireFiles(exports, exportWrite.name);
		await wakeSendings(engine);
	});
	await jobs.schedule(exportsExpire, '40 * * * *', 'UTC', {});
	// A restored database has lost its jobs: the night's work makes those anew that no poll and no round would.
	await jobs.schedule(nightRound, setup.nightCron ?? '10 3 * * *', 'UTC', {}, { firstAtOnce: true });
	const queues = keepQueuesRead(engine);
	const mailboxes = keepMailboxesHeard(engine);
	const look = async (): Promise<void> => {
		try {
			// Of all workers that look in one stretch, one does the round.
			await jobs.enqueue(syncRound, {}, { oncePerSeconds: roundSeconds });
			await queues.refresh();
			await mailboxes.refresh();
		} catch (error) {
			logger.warn({ err: error }, 'the round could not be sent');
		}
	};
	await look();
	const timer = setInterval(() => void look(), roundSeconds * 1000);
	const admin =
		config.adminPort === null
			? null
			: await startAdminDoor({
					listen: config.adminListen,
					port: config.adminPort,
					metrics,
					ready: () => checkReadiness(database, jobs),
					beforeScrape: watchStored(metrics, database),
					onTrouble: (error) => logger.warn({ err: error }, 'metrics'),
				});
	logger.info({ platforms: [...registry.keys()] }, 'worker is running');
	return {
		engine,
		adminPort: admin?.port ?? null,
		async stop() {
			await admin?.close();
			clearInterval(timer);
			await queues.stop();
			await mailboxes.stop();
			await jobs.stop(setup.graceMillis ?? 3000);
			await database.close();
			await tracing?.stop();
			logger.info('worker has stopped');
		},
	};
}
