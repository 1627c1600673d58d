import { channelById, deliveryOf, endAttempt, noteChannel, storeNames } from '@pangea/db';
import {
	DeliveryError,
	type HookKind,
	HOOK_KINDS,
	type Language,
	LANGUAGES,
	NotActiveError,
	NOTICE_KINDS,
	type NoticeKind,
} from '@pangea/domain';
import type { Engine } from '../engine.ts';
import { PLACES } from '../keyring.ts';
import { type Hook, sendToHook } from './hooks.ts';
import { sendMail } from './mail.ts';
import { noticeText, type NoticeText, testText } from './texts.ts';

type Channel = NonNullable<Awaited<ReturnType<typeof channelById>>>;

/** Where a person can do something about a notice. */
const PLACE_OF: Record<NoticeKind, string> = {
	grantEnded: '/stores',
	grantEnding: '/stores',
	syncStalled: '/stores',
	ordersLacking: '/stores/sync',
	quarantineGrowing: '/stores',
	salesRepaired: '/numbers',
	paperEnded: '/stores/dossier',
	paperEnding: '/stores/dossier',
	mentioned: '/inbox',
	exportReady: '/exports',
	exportMissed: '/exports',
	lowReview: '/reviews',
	answerDue: '/inbox',
};

/** Places that know no store. */
const UNFILTERED: ReadonlySet<string> = new Set(['/stores/dossier', '/exports']);

/**
 * Sends one notice to one channel. What is over by now, or was sent by an attempt whose end nobody saw, is not sent.
 * @throws DeliveryError, after it is kept on the channel: the job's back-off repeats it.
 */
export async function deliverNotice(
	engine: Engine,
	{ workspaceId, noticeId, channelId }: { workspaceId: string; noticeId: string; channelId: string },
	signal: AbortSignal,
): Promise<void> {
	const { database } = engine;
	const found = await database.inWorkspace(workspaceId, async (scope) => {
		const delivery = await deliveryOf(scope, noticeId, channelId);
		const channel = await channelById(scope, channelId);
		if (!delivery || !channel || delivery.state === 'sent') return null;
		return { delivery, channel, stores: await storeNames(scope, delivery.store_ids) };
	});
	if (!found) return;
	const { delivery, channel, stores } = found;
	if (delivery.resolved_at !== null) {
		await database.inWorkspace(workspaceId, (scope) => endAttempt(scope, noticeId, channelId, { state: 'dropped' }));
		return;
	}
	const kind = oneOf(NOTICE_KINDS, delivery.kind);
	const [store] = stores;
	const { conversation } = delivery.detail;
	const of =
		conversation !== undefined
			? `?view=all&conversation=${conversation}`
			: store && !UNFILTERED.has(PLACE_OF[kind])
				? `?store=${store.store_id}`
				: '';
	const link = `${engine.publicUrl}${PLACE_OF[kind]}${of}`;
	const text = noticeText(languageOf(channel), kind, { stores, detail: delivery.detail, link });
	try {
		await send(engine, workspaceId, channel, text, { id: noticeId, signal });
	} catch (error) {
		if (!(error instanceof DeliveryError)) throw error;
		engine.log.warn({ workspaceId, noticeId, channelId, code: error.code }, 'a notice was not taken');
		await database.inWorkspace(workspaceId, (scope) =>
			endAttempt(scope, noticeId, channelId, { state: 'failing', code: error.code, words: error.words }),
		);
		throw error;
	}
	await database.inWorkspace(workspaceId, (scope) => endAttempt(scope, noticeId, channelId, { state: 'sent' }));
}

/**
 * Sends a test to a channel and keeps how that went.
 * @throws DeliveryError when the channel did not take it, NotActiveError when there is no such channel.
 */
export async function testChannel(engine: Engine, workspaceId: string, channelId: string, signal: AbortSignal): Promise<void> {
	const { database } = engine;
	const channel = await database.inWorkspace(workspaceId, (scope) => channelById(scope, channelId));
	if (!channel) throw new NotActiveError('missing', `No channel ${channelId}`);
	const note = (failed: DeliveryError | null): Promise<void> =>
		database.inWorkspace(workspaceId, (scope) => noteChannel(scope, channelId, failed && { code: failed.code, words: failed.words }));
	try {
		const text = testText(languageOf(channel), `${engine.publicUrl}/settings`);
		await send(engine, workspaceId, channel, text, { id: `test-${engine.now().getTime()}`, signal });
	} catch (error) {
		if (error instanceof DeliveryError) await note(error);
		throw error;
	}
	await note(null);
}

async function send(
	engine: Engine,
	workspaceId: string,
	channel: Channel,
	text: NoticeText,
	{ id, signal }: { id: string; signal: AbortSignal },
): Promise<void> {
	if (channel.sealed === null) {
		const host = new URL(engine.publicUrl).hostname;
		await sendMail(engine.mail, channel.email ?? '', text, `<${id}.${channel.channel_id}@${host}>`);
		return;
	}
	const box = await engine.keys.box(workspaceId);
	const hook = JSON.parse(box.open(channel.sealed, PLACES.channel(channel.channel_id)).toString('utf8')) as Hook;
	const kind: HookKind = oneOf(HOOK_KINDS, channel.kind);
	await sendToHook(kind, hook, text, { now: engine.now(), origins: engine.hookOrigins, signal });
}

function languageOf(channel: Channel): Language {
	return oneOf(LANGUAGES, channel.language);
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
	const found = known.find((one) => one === text);
	if (found === undefined) throw new Error(`${text} is not known`);
	return found;
}
