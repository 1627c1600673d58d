import { randomBytes } from 'node:crypto';
import {
	connectionById,
	endReconnectTurn,
	openReconnectLink,
	storesOfConnection,
	takeReconnectTurn,
	useReconnectLink,
	writeAudit,
} from '@pangea/db';
import { isPlatformId, NotActiveError, type PlatformId } from '@pangea/domain';
import { type AuthorizationKind, type ExchangeRequest, type PlatformAdapter, PlatformError } from '@pangea/platform-contract';
import { z } from 'zod';
import type { Services } from '../context.ts';
import { unsoundText } from '../plain-text.ts';
import { ProblemError } from '../problem.ts';
import type { ReconnectView } from '../shapes.ts';
import { digestOf } from '../token-digest.ts';
import { redirectUri } from './complete-authorization.ts';
import { checkFields, fieldsInput } from './fields.ts';
import { codeChallenge, hostsOf, toField } from './stores.view.ts';

/*
 * What a visitor with a reconnect link can do, without a login. Whatever is wrong with a link (unknown, used, too old, revoked, tampered
 * with, opened in another browser) is answered with the same `linkNotOpen`, and nothing of the workspace or the store is told.
 */

const TOKEN = /^[\w-]{43}$/;
const PLACE = 'reconnect state';
const PREFIX = 'r.';
/** How long a visitor may stay at the platform. */
const CONSENT_MINUTES = 30;
/** Longer than an exchange with a platform may take. */
const TURN_MILLIS = 120_000;

interface OpenLink {
	workspaceId: string;
	linkId: string;
	connectionId: string;
	adapter: PlatformAdapter;
	/** Of the grant. */
	host: string;
	digest: Buffer;
}

/** What is remembered while the visitor is at the platform. Travels sealed in `state`, so nothing is stored. */
const stateShape = z.object({
	linkId: z.string(),
	platform: z.string().refine(isPlatformId),
	host: z.string(),
	codeVerifier: z.string(),
	/** SHA-256 of what only the browser that began holds, in base64url. */
	browser: z.string(),
	/** Milliseconds since 1970. */
	expires: z.number(),
});

const inputShape = z.object({ token: z.string().max(200), fields: fieldsInput.default({}) });

/** What a visitor sends. @throws ProblemError linkNotOpen for what no page of ours sends */
export function readVisit(body: unknown): { token: string; fields: Record<string, string> } {
	const parsed = inputShape.safeParse(body);
	if (!parsed.success) throw new ProblemError('linkNotOpen');
	return parsed.data;
}

/** What a link asks for. @throws ProblemError linkNotOpen */
export async function readReconnect(services: Services, token: string): Promise<ReconnectView> {
	const link = await findLink(services, digestIfToken(token));
	const { manifest } = link.adapter;
	const ways: ReconnectView['ways'] = [];
	for (const way of manifest.authorization) {
		if (way.kind === 'redirect' && (await consentUrl(services, link, way, { state: 's', codeChallenge: 'c' })) === null) continue;
		ways.push({ kind: way.kind, fields: way.fields.map(toField) });
	}
	return { platform: manifest.id, names: { en: manifest.name, ...manifest.names }, ways };
}

/**
 * Begins a consent at the platform.
 * @returns its page, and the secret that this browser has to bring back
 * @throws ProblemError linkNotOpen, also where the platform has no such page
 */
export async function startReconnect(services: Services, token: string): Promise<{ url: string; browser: string }> {
	const link = await findLink(services, digestIfToken(token));
	const way = link.adapter.manifest.authorization.find((a) => a.kind === 'redirect');
	if (!way) throw new ProblemError('linkNotOpen');
	const browser = randomBytes(32).toString('base64url');
	const codeVerifier = randomBytes(48).toString('base64url');
	const state = {
		linkId: link.linkId,
		platform: link.adapter.id,
		host: await consentHost(services, link, way),
		codeVerifier,
		browser: digestOf(browser).toString('base64url'),
		expires: services.now().getTime() + CONSENT_MINUTES * 60_000,
	};
	const box = await services.operations.box(link.workspaceId);
	const sealed = box.seal(JSON.stringify(state), PLACE).toString('base64url');
	const url = await consentUrl(services, link, way, {
		state: `${PREFIX}${link.digest.toString('base64url')}.${sealed}`,
		codeChallenge: codeChallenge(codeVerifier),
	});
	if (url === null) throw new ProblemError('linkNotOpen');
	return { url, browser };
}

/** Whether a platform's `state` is that of a visitor with a link. */
export function isReconnectState(state: string | undefined): boolean {
	return state?.startsWith(PREFIX) === true;
}

/**
 * Turns what a platform sent back with a visitor's browser into the renewed grant of the link's connection.
 * @param browser what the browser was given when it began
 * @throws ProblemError linkNotOpen, OtherAccountError, PlatformError
 */
export async function completeReconnect(
	services: Services,
	platform: PlatformId,
	params: Record<string, string>,
	browser: string | null,
): Promise<void> {
	const [, digest = '', sealed = ''] = (params['state'] ?? '').split('.');
	const link = await findLink(services, Buffer.from(digest, 'base64url'));
	const box = await services.operations.box(link.workspaceId);
	let state: z.infer<typeof stateShape>;
	try {
		state = stateShape.parse(JSON.parse(box.open(Buffer.from(sealed, 'base64url'), PLACE).toString('utf8')));
	} catch {
		throw new ProblemError('linkNotOpen');
	}
	const sameBrowser = browser !== null && digestOf(browser).toString('base64url') === state.browser;
	if (!sameBrowser || state.linkId !== link.linkId || state.platform !== platform || state.expires < services.now().getTime())
		throw new ProblemError('linkNotOpen');
	await renew(services, link, {
		kind: 'redirect',
		params,
		redirectUri: redirectUri(services.publicUrl, platform),
		codeVerifier: state.codeVerifier,
		host: state.host,
	});
}

/** Renews the grant with what a visitor has pasted. @throws ProblemError linkNotOpen, inputWrong; OtherAccountError, PlatformError */
export async function pasteReconnect(services: Services, token: string, given: Record<string, string>): Promise<void> {
	const link = await findLink(services, digestIfToken(token));
	const way = link.adapter.manifest.authorization.find((a) => a.kind === 'paste');
	if (!way) throw new ProblemError('linkNotOpen');
	const unsound = unsoundText(given);
	if (unsound !== null) throw new ProblemError('inputWrong', { field: unsound });
	await renew(services, link, { kind: 'paste', fields: checkFields(way.fields, given), host: link.host });
}

async function renew(services: Services, link: OpenLink, request: ExchangeRequest): Promise<void> {
	const { database, operations } = services;
	const { workspaceId, linkId, connectionId } = link;
	const now = services.now();
	const until = new Date(now.getTime() + TURN_MILLIS).toISOString();
	const mine = await database.inWorkspace(workspaceId, (scope) => takeReconnectTurn(scope, linkId, now.toISOString(), until));
	if (!mine) throw new ProblemError('linkNotOpen');
	try {
		await operations.renew(workspaceId, connectionId, request, async (scope) => {
			if (!(await useReconnectLink(scope, linkId, services.now().toISOString()))) throw new ProblemError('linkNotOpen');
			const connection = await connectionById(scope, connectionId);
			await writeAudit(scope, {
				userId: null,
				action: 'links.use',
				subject: linkId,
				subjectName: connection?.account_name ?? null,
				connectionId,
				...(connection && { before: { state: connection.state } }),
				after: { state: 'active' },
				facts: { platform: link.adapter.id, way: request.kind },
			});
		});
	} catch (error) {
		await database.inWorkspace(workspaceId, (scope) => endReconnectTurn(scope, linkId));
		if (error instanceof NotActiveError) throw new ProblemError('linkNotOpen');
		throw error;
	}
}

async function findLink(services: Services, digest: Buffer): Promise<OpenLink> {
	const { database, registry } = services;
	const workspaceId = await database.workspaceOfReconnectLink(digest);
	if (workspaceId === null) throw new ProblemError('linkNotOpen');
	const found = await database.inWorkspace(workspaceId, (scope) => openReconnectLink(scope, digest, services.now().toISOString()));
	const adapter = found && isPlatformId(found.platform) ? registry.get(found.platform) : undefined;
	if (!found || !adapter) throw new ProblemError('linkNotOpen');
	return { workspaceId, linkId: found.link_id, connectionId: found.connection_id, adapter, host: found.host, digest };
}

/** What is no token has a digest too, of which there is no link. */
function digestIfToken(token: string): Buffer {
	return digestOf(TOKEN.test(token) ? token : '');
}

/** The consent page; null where the platform has none for this connection or the app lacks what it takes. */
async function consentUrl(
	services: Services,
	link: OpenLink,
	way: AuthorizationKind,
	request: { state: string; codeChallenge: string },
): Promise<string | null> {
	const { id: platform } = link.adapter;
	try {
		return await services.operations.authorizeUrl(link.workspaceId, platform, {
			...request,
			redirectUri: redirectUri(services.publicUrl, platform),
			host: await consentHost(services, link, way),
		});
	} catch (error) {
		if (error instanceof PlatformError || error instanceof NotActiveError) return null;
		throw error;
	}
}

/** Where the account consents: the grant's own region, else where the platform has the log-in of such stores. */
async function consentHost(services: Services, link: OpenLink, way: AuthorizationKind): Promise<string> {
	const choices = hostsOf(link.adapter, way);
	if (choices.some((choice) => choice.key === link.host)) return link.host;
	const stores = await services.database.inWorkspace(link.workspaceId, (scope) => storesOfConnection(scope, link.connectionId));
	// One account over many countries consents where no country is named.
	const worldwide = choices.find((choice) => choice.countries.length === 0);
	if (worldwide && stores.some((store) => store.mode !== 'local')) return worldwide.key;
	const countries = new Set(stores.map((store) => store.country));
	return choices.find((choice) => choice.countries.some((country) => countries.has(country)))?.key ?? link.host;
}
