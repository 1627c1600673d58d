import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostVariable, loadConfig } from '@pangea/config';
import type { PlatformId } from '@pangea/domain';
import { RefusedError, Visitor } from '@pangea/launcher/demo-client';
import { demoMailServers, type DemoPlatform, demoPlatforms } from '@pangea/launcher/demo-platforms';
import { freePort } from '@pangea/launcher/ports';
import { createLogger } from '@pangea/logging';
import { startServer } from '@pangea/server';
import { type Control, demoStores, type Simulator, startSimulator } from '@pangea/simulator';
import { startWorker } from '@pangea/worker';
import { z } from 'zod';
import { fortyStores } from '../faults/stores.ts';

/** What becomes of a try to bind: `bound`, or the code of the sentence that the person is shown. */
export type Outcome = string;

const PASSWORD = 'a-password-of-the-desk';
const STORES = ['amazon-us', 'amazon-de', 'amazon-jp', 'tiktok-br', 'tiktok-us', 'meli-mla', 'temu-us', 'temu-de', 'temu-managed'];
const PATIENCE = 45_000;

const malls = z.array(z.object({ id: z.string(), tokens: z.record(z.string(), z.string().nullable()) }));
const sellers = z.array(z.object({ account: z.string(), sellingPartnerId: z.string(), refreshToken: z.string() }));

/** Server, worker and simulator in one process, by the simulator's clock: the product as a person meets it, with platforms that fail at will. */
export interface Desk {
	control: Control;
	/** A workspace of its own, with the app of the platform set up there and here. */
	stage(platform: PlatformId, owner?: 'owner' | 'colleague'): Promise<Stage>;
	/** Stops the worker: what changes from now on, somebody has asked for. */
	rest(): Promise<void>;
	/** Disarms all faults and sets the clock right. */
	mend(): void;
	stop(): Promise<void>;
}

export async function openDesk(databaseUrl: string, firstPort: number, environment: Record<string, string> = {}): Promise<Desk> {
	const stops: (() => Promise<unknown> | void)[] = [];
	const stop = async (): Promise<void> => {
		for (const one of stops.splice(0).reverse()) await one();
	};
	try {
		const local = fortyStores.filter((s) => s.id === 'temu-us-local').map((s) => ({ ...s, number: 60, weight: 1 }));
		const stores = [...demoStores.filter((s) => STORES.includes(s.id)), ...local];
		const simulator: Simulator = await startSimulator({ stores, size: 60, seed: 'desk', years: 0.02, clock: { at: Date.now() } });
		stops.push(() => simulator.stop());
		const { control } = simulator;
		const now = (): Date => new Date(control.clock.now());
		// As Amazon does for busy sellers: a default plan grants fifteen tries and then one a minute.
		control.configure('amazon', { rateFactor: 300 });
		const port = await freePort(firstPort);
		const url = `http://localhost:${port}`;
		const hosts = demoPlatforms(simulator.platforms).flatMap(({ platform, hosts: bases }) =>
			Object.entries(bases).map(([key, base]) => [`PANGEA_HOST_${hostVariable(platform, key)}`, base]),
		);
		const config = loadConfig({
			DATABASE_URL: databaseUrl,
			PANGEA_MASTER_KEY: Buffer.alloc(32, 9).toString('hex'),
			PANGEA_PORT: String(port),
			PANGEA_PUBLIC_URL: url,
			PANGEA_LOG_LEVEL: 'silent',
			PANGEA_MAIL_SERVERS: demoMailServers(simulator.platforms),
			PANGEA_PICTURE_GATEWAY: `${simulator.url}/pictures`,
			...Object.fromEntries(hosts),
			...environment,
		});
		const webFolder = mkdtempSync(join(tmpdir(), 'pangea-desk-'));
		stops.push(() => rmSync(webFolder, { recursive: true, force: true }));
		const server = await startServer(config, { webFolder, now });
		stops.push(() => server.stop());
		const worker = await startWorker({
			config,
			roundSeconds: 1,
			engine: { now, options: { queueWaitSeconds: 1, queueRestSeconds: 1, budgetPatienceMillis: 250 } },
			logger: createLogger({ name: 'desk', level: 'silent' }),
		});
		const rest = async (): Promise<void> => void (await stops.splice(stops.indexOf(endWorker), 1)[0]?.());
		const endWorker = (): Promise<void> => worker.stop();
		stops.push(endWorker);
		const owner = await person(url, 'owner');
		const colleague = await person(url, 'colleague');
		return {
			control,
			stage: (platform, by = 'owner') =>
				Stage.open({ url, control, platform, ...(by === 'owner' ? { owner, colleague } : { owner: colleague, colleague: owner }) }),
			rest,
			mend() {
				control.faults.disarm();
				control.setClock({ set: Date.now() });
			},
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

async function person(url: string, name: string): Promise<Visitor> {
	const visitor = new Visitor(url);
	await visitor.enter({ name, email: `${name}@desk.test`, password: PASSWORD });
	return visitor;
}

interface StageParts {
	url: string;
	control: Control;
	owner: Visitor;
	colleague: Visitor;
	platform: PlatformId;
}

/** One platform before one empty workspace. */
export class Stage {
	readonly control: Control;
	readonly platform: PlatformId;
	readonly owner: Visitor;
	readonly colleague: Visitor;
	/** Somebody who is not signed in. */
	readonly stranger: Visitor;

	private constructor({ url, control, owner, colleague, platform }: StageParts) {
		this.control = control;
		this.platform = platform;
		this.owner = owner;
		this.colleague = colleague;
		this.stranger = new Visitor(url);
	}

	static async open(parts: StageParts): Promise<Stage> {
		const { owner, control, platform, url } = parts;
		const made = await owner.mutate<{ workspaceId: string }>('workspace.create', { name: 'Desk', baseCurrency: 'USD', zone: 'UTC' });
		owner.inWorkspace(made.workspaceId);
		const stage = new Stage(parts);
		const { settings } = stage.demo.console({ redirect: `${url}/connected/${platform}`, webhook: '' });
		if (settings) control.configure(platform, settings);
		return stage;
	}

	/** How to connect, as the platform tells it now. */
	get demo(): DemoPlatform {
		const found = demoPlatforms(this.control.facts()['platforms']).find((p) => p.platform === this.platform);
		if (!found) throw new Error(`The simulator does not run ${this.platform}`);
		return found;
	}

	#facts(): Record<string, unknown> {
		return (this.control.facts()['platforms'] as Record<string, Record<string, unknown>>)[this.platform] ?? {};
	}

	async saveApp(changes: Record<string, string> = {}): Promise<Outcome> {
		return await outcomeOf(
			this.owner.mutate('stores.saveApp', { platform: this.platform, fields: { ...this.demo.appFields, ...changes } }),
		);
	}

	async paste(host: string, fields: Record<string, string>): Promise<Outcome> {
		return await outcomeOf(this.owner.mutate('stores.paste', { platform: this.platform, host, fields }));
	}

	/** Lets the owner begin a consent. @returns the platform's page @throws RefusedError */
	async begin(host: string): Promise<URL> {
		return new URL((await this.owner.mutate<{ url: string }>('stores.startRedirect', { platform: this.platform, host })).url);
	}

	/** The address to which the platform sends the browser back. */
	async consent(page: URL, answer: Record<string, string> = {}): Promise<URL> {
		for (const [name, value] of Object.entries(answer)) page.searchParams.set(name, value);
		const reply = await fetch(page, { redirect: 'manual' });
		const location = reply.headers.get('location');
		if (location === null) throw new Error(`The page of ${this.platform} sent nobody back: ${await reply.text()}`);
		return new URL(location);
	}

	async comeBack(back: URL, as: Visitor = this.owner): Promise<Outcome> {
		const end = await as.follow(back.href);
		return end.searchParams.get('problem') ?? (end.searchParams.has('bound') ? 'bound' : end.pathname);
	}

	/** The whole way over the platform's page. */
	async redirect(host: string = this.host, answer: Record<string, string> = this.answer): Promise<Outcome> {
		try {
			return await this.comeBack(await this.consent(await this.begin(host), answer));
		} catch (error) {
			return refusal(error);
		}
	}

	/** A region where one account with one store consents. */
	get host(): string {
		return { amazon: 'fe', 'tiktok-shop': 'global', 'mercado-libre': 'auth-MLA', temu: 'us' }[this.platform];
	}

	/** Picks that account on the simulator's page. */
	get answer(): Record<string, string> {
		return { amazon: { account: 'fe' }, 'tiktok-shop': { account: 'brazil' }, 'mercado-libre': {}, temu: {} }[this.platform];
	}

	/** A token fresh from the seller centre: of a seller's account at Amazon, of a mall at one of its gateways at Temu. */
	token(of: string, gateway = ''): Record<string, string> {
		if (this.platform === 'amazon') {
			const seller = sellers.parse(this.#facts()['accounts']).find((one) => one.account === of);
			return { sellerId: seller?.sellingPartnerId ?? '', refreshToken: seller?.refreshToken ?? '' };
		}
		this.control.configure('temu', { authorize: of });
		return this.knownToken(of, gateway);
	}

	/** The token of a mall as it was handed out last. */
	knownToken(of: string, gateway: string): Record<string, string> {
		const mall = malls.parse(this.#facts()['stores']).find((one) => one.id === of);
		return { accessToken: mall?.tokens[gateway] ?? '' };
	}

	/** Binds as most people do: by consent, at Temu with a token of the seller centre. */
	async bind(): Promise<Outcome> {
		return this.platform === 'temu' ? await this.paste('eu', this.token('temu-de', 'eu')) : await this.redirect();
	}

	/** The sentence that the store comes to show while the worker reads it, past those that pass by themselves; `nothing` when none comes. */
	async shown(passing: readonly Outcome[] = []): Promise<Outcome> {
		for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(150)) {
			const stores = await this.owner.query<{ problem: { code: string } | null }[]>('stores.list');
			const shown = stores.flatMap((store) => store.problem?.code ?? []).find((code) => !passing.includes(code));
			if (shown !== undefined) return shown;
		}
		return 'nothing';
	}

	/** Takes the colleague into the workspace, with a role. */
	async takeIn(role: 'manager' | 'agent'): Promise<void> {
		const { email } = await this.colleague.query<{ email: string }>('session.me');
		const { link } = await this.owner.mutate<{ link: string }>('workspace.invite', { email, role, storeScope: null });
		const token = link.slice(link.lastIndexOf('/') + 1);
		const { workspaceId } = await this.colleague.mutate<{ workspaceId: string }>('workspace.acceptInvitation', { token });
		this.colleague.inWorkspace(workspaceId);
	}

	/** Sets the worker to read the stores' history anew; a store that it has found out about already stays as it is. */
	async readAgain(): Promise<void> {
		for (const { storeId } of await this.owner.query<{ storeId: string }[]>('stores.list')) {
			const outcome = await outcomeOf(this.owner.mutate('stores.backfill', { storeId }));
			if (outcome !== 'bound' && outcome !== 'storeStopped') throw new Error(`The history was not asked for: ${outcome}`);
		}
	}

	/** Takes the stores off, so that no worker reads them any more. */
	async clear(): Promise<void> {
		const stores = await this.owner.query<{ connectionId: string; connectionState: string }[]>('stores.list');
		for (const connectionId of new Set(stores.filter((s) => s.connectionState !== 'disconnected').map((s) => s.connectionId)))
			await this.owner.mutate('stores.disconnect', { connectionId });
	}
}

async function outcomeOf(asked: Promise<unknown>): Promise<Outcome> {
	try {
		await asked;
		return 'bound';
	} catch (error) {
		return refusal(error);
	}
}

function refusal(error: unknown): Outcome {
	if (error instanceof RefusedError && error.code !== null) return error.code;
	throw error;
}
