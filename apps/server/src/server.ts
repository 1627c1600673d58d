import type { AddressInfo } from 'node:net';
import { admit, createAuth, eventsSince, recordPersonal, type Services } from '@pangea/api';
import { checkHostOverrides, type Config, mailSettings, masterKeySources, platformHosts } from '@pangea/config';
import { createHmac } from 'node:crypto';
import { conversationRows, Database, signingKey } from '@pangea/db';
import { allows, type Role, sees } from '@pangea/domain';
import { fileStore } from '@pangea/exports';
import { startJobs } from '@pangea/jobs';
import { createLogger } from '@pangea/logging';
import { checkReadiness, createMetrics, startAdminDoor } from '@pangea/metrics';
import { registry } from '@pangea/platform-registry';
import { startGateway } from '@pangea/realtime';
import { acceptDelivery, createEngine, createOperations } from '@pangea/sync';
import { startTracing } from '@pangea/tracing/start';
import { languageTeller } from '@pangea/translation';
import { checkMasterKey, type MasterKey, openMasterKey, newWrappedKey } from '@pangea/vault';
import { TRPCError } from '@trpc/server';
import { createHttp } from './http.ts';

export interface RunningServer {
	port: number;
	/** Port of health and metrics; null when they are not served. */
	adminPort: number | null;
	stop(): Promise<void>;
}

export interface ServerOptions {
	/** Folder of the built web app. */
	webFolder: string;
	/** Default: the machine's clock. */
	now?: () => Date;
}

/** Wires the HTTP process together. @throws with a sentence when the port is taken, the database unreachable or the key wrong. */
export async function startServer(config: Config, options: ServerOptions): Promise<RunningServer> {
	const logger = createLogger({ name: 'server', level: config.logLevel });
	const tracing = config.traces && (await startTracing('pangea-server', config.traces));
	const metrics = createMetrics('server');
	const trouble = (what: string) => (error: unknown) => logger.warn({ err: error }, what);
	const database = new Database({
		url: config.databaseUrl,
		name: 'pangea server',
		maxConnections: config.databaseConnections,
		onIdleError: trouble('database connection lost'),
	});
	const master = await openMasterKey(masterKeySources(config));
	await checkMasterKey(master, await database.masterKeyIds());
	const jobs = await startJobs({ url: config.databaseUrl, name: 'pangea server jobs', maintains: false, onError: trouble('job queue') });
	const secret = await sessionSecret(config.databaseUrl, master);
	const auth = createAuth({
		databaseUrl: config.databaseUrl,
		secret,
		publicUrl: config.publicUrl,
		onIdleError: trouble('auth database connection lost'),
		onDeed: (userId, deed) => recordPersonal(database, userId, deed),
	});
	checkHostOverrides(
		config.hostOverrides,
		[...registry.values()].map((adapter) => adapter.manifest),
	);
	const engine = createEngine({
		database,
		jobs,
		registry,
		master,
		log: logger,
		hosts: (adapter) => platformHosts(config.hostOverrides, adapter.manifest),
		onBudgetWait: metrics.budgetWait,
		publicUrl: config.publicUrl,
		mail: mailSettings(config),
		hookOrigins: config.hookOrigins,
		mailServers: config.mailServers,
		sftpServers: config.sftpServers,
		...(options.now ? { now: options.now } : {}),
	});
	const services: Services = {
		database,
		registry,
		operations: createOperations(engine),
		people: auth,
		modelOrigins: config.modelOrigins,
		// A use of its own: what signs a link signs no cookie.
		sign: (text) => createHmac('sha256', `links ${secret}`).update(text).digest('base64url'),
		publicUrl: config.publicUrl,
		now: () => engine.now(),
		onProcedure: metrics.procedure,
		onUnexpected: (error, path) => logger.error({ err: error, path }, 'request failed'),
	};
	const http = await createHttp({
		services,
		auth,
		webFolder: options.webFolder,
		files: fileStore(config),
		trustedProxies: config.trustedProxies,
		acceptDelivery: async (workspaceId, platform, request) => {
			const answer = await acceptDelivery(engine, { workspaceId, platform }, request);
			if (answer.accepted) return answer;
			logger.warn({ platform, workspaceId, reason: answer.reason }, 'push refused');
			return { status: answer.status, body: '{}' };
		},
		ready: async () => (await checkReadiness(database, jobs)).ready,
		onAnswered: metrics.request,
	});
	const gateway = startGateway({
		http: http.server,
		database,
		databaseUrl: config.databaseUrl,
		authorise: async (headers, workspaceId) => {
			const user = await auth.userOf(headers);
			try {
				const { row } = await admit({ database }, user, workspaceId);
				const powers = { role: row.role as Role, fields: row.fields };
				const readsInbox = allows(powers, 'inbox.read') && sees(powers, 'buyer');
				return { userId: row.user_id, storeScope: row.store_scope, readsInbox };
			} catch (error) {
				if (error instanceof TRPCError) return null;
				throw error;
			}
		},
		since: (workspaceId, member, after) => database.inWorkspace(workspaceId, (scope) => eventsSince(scope, member.storeScope, after)),
		storeOf: async (workspaceId, { storeScope }, conversationId) => {
			const [row] = await database.inWorkspace(workspaceId, (scope) => conversationRows(scope, storeScope, [conversationId]));
			return row?.store_id ?? null;
		},
		allowedOrigins: origins(config),
		onTrouble: trouble('live gateway'),
		onSent: (event) => metrics.eventSent((Date.now() - Date.parse(event.at)) / 1000),
	});
	metrics.gauge('pangea_sockets', 'Open sockets of this process.', () => gateway.connections());
	const admin =
		config.adminPort === null
			? null
			: await startAdminDoor({
					listen: config.adminListen,
					port: config.adminPort,
					metrics,
					ready: () => checkReadiness(database, jobs),
					onTrouble: trouble('metrics'),
				});
	await http.listen({ host: config.listen, port: config.port });
	const { port } = http.server.address() as AddressInfo;
	logger.info({ port }, 'server is listening');
	// Most of a second, which the first who opens a conversation would wait for.
	languageTeller().catch(trouble('the tables of languages'));
	return {
		port,
		adminPort: admin?.port ?? null,
		stop: async () => {
			await admin?.close();
			await gateway.close();
			await http.close();
			await jobs.stop(5000);
			await auth.close();
			await database.close();
			await tracing?.stop();
		},
	};
}

/** Signs session cookies; kept under the master key, so that a rotation signs nobody out. */
async function sessionSecret(databaseUrl: string, master: MasterKey): Promise<string> {
	const key = await master.unwrap(await signingKey(databaseUrl, () => newWrappedKey(master)));
	return key.toString('base64url');
}

// On one's own machine both names of it are the same place.
function origins(config: Config): string[] {
	const { origin, port, protocol } = new URL(config.publicUrl);
	return [origin, `${protocol}//127.0.0.1${port ? `:${port}` : ''}`, `${protocol}//localhost${port ? `:${port}` : ''}`];
}
