import { addChannel, addMember, openGap, upsertConnection, upsertStores } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPaperFile, appRouter, createCaller, type SessionUser } from '../src/index.ts';
import { Visitor } from './door.ts';
import { catalogueCalls } from './trail-catalogue.ts';
import { exportCalls } from './trail-exports.ts';
import { glossaryCalls } from './trail-glossary.ts';
import { openingCalls, PAPER_NUMBER } from './trail-openings.ts';
import type { Call, Caller } from './trail-call.ts';
import { reviewCalls } from './trail-reviews.ts';
import { translatorCalls } from './trail-translator.ts';
import { LAMP_DRAFT } from './lamp-draft.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let guest: SessionUser;
let workspaceId: string;
let storeId: string;
let connectionId: string;
let orderId: string;
let openStoreId: string;

const ORDER = '01a00000-0000-7000-8000-000000000001';
const AMAZON_ORDER = '01a00000-0000-7000-8000-0000000000a9';
const DAY = { from: '2026-11-27T00:00:00.000Z', until: '2026-11-28T00:00:00.000Z' };
const APP = {
	usAppKey: '4ebbc9190ae410443d65b4c2faca981f',
	usAppSecret: '4782d2d827276688bf4758bed55dbdd4bbe79a79',
};

/** An account with one store. */
async function bind(site: Pick<Parameters<typeof upsertStores>[2][number], 'platform' | 'siteId' | 'country' | 'currency' | 'language'>) {
	return await api.database.inWorkspace(workspaceId, async (scope) => {
		const account = { externalAccountId: 'a', accountName: 'Account', host: 'us', scopes: [], accessExpiresAt: null, grantExpiresAt: null };
		const made = await upsertConnection(scope, { platform: site.platform, ...account });
		const store = {
			externalId: 'one',
			name: 'One',
			mode: 'local' as const,
			active: true,
			attributes: {},
			zone: 'UTC',
			problem: null,
			...site,
		};
		const [bound] = await upsertStores(scope, made, [store]);
		return { connectionId: made, storeId: bound?.storeId ?? '' };
	});
}

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	guest = await api.user('guest');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' }));
	({ connectionId, storeId } = await bind({ platform: 'temu', siteId: '100', country: 'US', currency: 'USD', language: 'en' }));
	({ storeId: openStoreId } = await bind({ platform: 'mercado-libre', siteId: 'MLA', country: 'AR', currency: 'ARS', language: 'es' }));
	await admin.query(`insert into listing_read (workspace_id, store_id, state) values ($1, $2, 'read')`, [workspaceId, openStoreId]);
	orderId = ORDER;
	await admin.query(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, local_day,
				ext_updated_at, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
			values ($1, $2, $3, 'temu', 'PO-1', 'toShip', '1', 'seller', now(), current_date, now(), false, 'USD', 'unknown', false, '{}', 1, 1, 'd')`,
		[workspaceId, orderId, storeId],
	);
	await admin.query(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, local_day,
				ext_updated_at, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
			values ($1, $2, $3, 'amazon', '1-2-3', 'toShip', '1', 'seller', now(), current_date, now(), false, 'USD', 'unknown', false, '{}', 1, 1, 'e')`,
		[workspaceId, AMAZON_ORDER, storeId],
	);
	await admin.query(
		`insert into buyer_data (workspace_id, order_id, sealed, purpose, dies_at) values ($1, $2, $3, 'p', now() + interval '1 day')`,
		[workspaceId, orderId, api.box.seal(JSON.stringify({ name: 'Ana Buyer' }), `buyer ${orderId}`)],
	);
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender)
			values ($1, $2, $3, 'temu', 'chat', 'C-1', $4, now(), 'buyer')`,
		[
			workspaceId,
			ORDER,
			storeId,
			api.box.seal(JSON.stringify({ buyerName: 'Ana Buyer', preview: null, previewKind: 'text' }), `conversation ${ORDER}`),
		],
	);
	await admin.query(`insert into sku (workspace_id, sku_id, code, title) values ($1, $2, 'LMP-WH', 'Lamp')`, [workspaceId, ORDER]);
	await admin.query(
		`insert into review (workspace_id, review_id, store_id, external_listing_id, external_id, rating, written_at, themes, digest, dies_at)
			values ($1, $2, $3, 'P1', 'R1', 1, now(), '{quality}', '', now() + interval '90 days')`,
		[workspaceId, ORDER, storeId],
	);
	await admin.query(
		`insert into review_import (workspace_id, import_id, store_id, rights_by, rights_ground, user_id, imported_at, fresh, changed)
			values ($1, $2, $3, 'The brand', 'Its own export', $4, now(), 1, 0)`,
		[workspaceId, ORDER, storeId, owner.id],
	);
	await admin.query(
		`insert into review (workspace_id, review_id, store_id, external_listing_id, external_id, rating, written_at, themes, digest, dies_at, import_id,
				import_ids)
			values ($1, $2, $3, 'P1', 'R2', 1, now(), '{}', '', now() + interval '90 days', $4, array[$4::uuid])`,
		[workspaceId, AMAZON_ORDER, storeId, ORDER],
	);
	await admin.query(
		`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
				price_minor, currency, digest, pairing_state, sku_id)
			values ($1, $2, $3, 'g1', '', '{}', 'Lamp', 'live', '1', '{}', 100, 'USD', 'd', 'paired', $4)`,
		[workspaceId, ORDER, storeId, ORDER],
	);
	await admin.query(
		`insert into quarantine (workspace_id, quarantine_id, store_id, platform, cause, digest, sealed) values ($1, $2, $3, 'temu', 'c', 'd', 'x')`,
		[workspaceId, ORDER, storeId],
	);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

const as = (user: SessionUser, workspace: string | null = workspaceId): Caller =>
	createCaller({ services: { ...api.services, registry }, user, workspaceId: workspace });

/** Mutations that write nothing of a workspace, each with the reason why. */
const OFFER = '01a00000-0000-7000-8000-00000000f0f0';
/** A listing of which nothing else is told, in a store that takes stocks. */
const addOffer = (listingId: string) =>
	admin.query(
		`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
				stock, digest) values ($1, $2, $3, 'offer', '', '{}', 'Lamp', 'live', 'active', '{}', 9, 'd')`,
		[workspaceId, listingId, openStoreId],
	);

const WITHOUT_TRACE: Record<string, string> = {
	'session.setLanguage': 'a preference of a person, outside of any workspace',
	'inbox.check': 'changes nothing; a mutation so that the text stands in no address',
	'inbox.search': 'changes nothing; a mutation so that what is looked for stands in no address',
	'inbox.translate': 'a help to read, kept with its message; nothing that anybody wrote or decided',
	'inbox.setReading': 'how one member likes to read',
	'inbox.translateAnswer': 'changes nothing; what is sent is written as inbox.send',
	'inbox.draftFromFacts': 'changes nothing; what is sent is written as inbox.send',
	'inbox.seen': 'the mark of what is unread for the team; nothing that anybody wrote or decided',
	'offers.preview': 'changes nothing; a mutation since so many rows fit no address',
	'copies.translate': 'changes nothing; a text that is saved carries its mark, which is written as catalogue.markText',
	'inbox.askForFile': 'asks for a file that the platform has anyway; who reads messages leaves no trace either',
	'inbox.removeChosenFile': 'a file that only its member has seen; what is sent is written as inbox.send',
	'inbox.saveDraft': 'a text of its writer that nobody else sees; what is sent is written as inbox.send',
	'stores.startRedirect': 'only says where the consent page is; what comes back from there is written as stores.bind',
};

/** How each mutation is called so that it changes something, and the action it has to leave. */
const CALLS: Record<string, Call> = {
	'workspace.create': {
		action: 'workspace.create',
		call: () => as(owner, null).workspace.create({ name: 'Other', baseCurrency: 'EUR', zone: 'UTC' }),
		after: { name: 'Other', currency: 'EUR', zone: 'UTC' },
	},
	'workspace.requireSecondFactor': {
		action: 'workspace.change',
		call: async () => {
			const sure = as({ ...owner, secondFactor: true });
			await sure.workspace.requireSecondFactor({ required: true });
			await sure.workspace.requireSecondFactor({ required: false });
		},
		before: { secondFactorRequired: true },
		after: { secondFactorRequired: false },
	},
	'session.end': {
		action: 'session.end',
		call: async (c) => {
			await new Visitor(api.auth).post('/sign-in/email', { email: owner.email, password: 'a long enough password' });
			const [session] = (await c.session.security()).sessions;
			await c.session.end({ sessionId: session?.sessionId ?? '' });
		},
	},
	'session.endOthers': { action: 'session.endOthers', call: (c) => c.session.endOthers({}) },
	'workspace.invite': {
		action: 'members.invite',
		call: (c) => c.workspace.invite({ email: 'new@example.test', role: 'agent', storeScope: null }),
		after: { role: 'agent', storeScope: null },
	},
	'workspace.revokeInvitation': {
		action: 'members.revokeInvitation',
		call: async (c) => {
			await c.workspace.invite({ email: 'gone@example.test', role: 'agent', storeScope: null });
			const { invitations } = await c.workspace.members();
			const mine = invitations.find((i) => i.email === 'gone@example.test');
			await c.workspace.revokeInvitation({ invitationId: mine?.invitationId ?? '' });
		},
		before: { role: 'agent' },
	},
	'workspace.acceptInvitation': {
		action: 'members.join',
		call: async (c) => {
			const { link } = await c.workspace.invite({ email: guest.email, role: 'analyst', storeScope: [ORDER] });
			await as(guest, null).workspace.acceptInvitation({ token: link.slice(link.lastIndexOf('/') + 1) });
		},
		after: { role: 'analyst', storeScope: [ORDER] },
	},
	'workspace.changeMember': {
		action: 'members.change',
		call: (c) => c.workspace.changeMember({ userId: guest.id, role: 'agent', storeScope: null }),
		before: { role: 'analyst', storeScope: [ORDER] },
		after: { role: 'agent', storeScope: null },
	},
	'workspace.removeMember': {
		action: 'members.remove',
		call: (c) => c.workspace.removeMember({ userId: guest.id }),
		before: { role: 'agent', storeScope: null },
	},
	'orders.reveal': { action: 'orders.reveal', call: (c) => c.orders.reveal({ orderId, reason: 'other', words: 'Carrier asks' }) },
	'orders.annotate': {
		action: 'orders.annotate',
		call: (c) => c.orders.annotate({ orderIds: [orderId], flag: 'red', note: 'Ana Buyer, Rua 1' }),
		before: { flag: null, noteLength: 0 },
		after: { flag: 'red', noteLength: 16 },
	},
	...reviewCalls(ORDER, async () => {
		const shop = await bind({ platform: 'tiktok-shop', siteId: 'US', country: 'US', currency: 'USD', language: 'en' });
		const id = crypto.randomUUID();
		await admin.query(
			`with listed as (
					insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
						digest, pairing_state, sku_id) values ($1, $2, $3, '1729', '', '{}', 'Lamp', 'live', '1', '{}', 'd', 'paired', $4)
				), paired as (
					insert into pairing (workspace_id, pairing_id, listing_id, sku_id, reasons) values ($1, $2, $2, $4, '{}')
				)
				insert into review (workspace_id, review_id, store_id, external_listing_id, external_id, rating, written_at, themes, sealed, digest, dies_at,
					sku_id) values ($1, $2, $5, 'P1', 'R3', 1, now(), '{}', $6, '', now() + interval '90 days', $4)`,
			[workspaceId, id, shop.storeId, ORDER, storeId, api.box.seal('{"title":null,"text":"Warm light","former":[]}', `review ${id}`)],
		);
		return id;
	}),
	'catalogue.unpair': {
		action: 'catalogue.unpair',
		call: (c) => c.catalogue.unpair({ listingId: ORDER }),
		before: { name: 'LMP-WH' },
	},
	'catalogue.refuse': {
		action: 'catalogue.refuse',
		call: (c) => c.catalogue.refuse({ listingId: ORDER, skuIds: [ORDER] }),
	},
	'catalogue.pair': {
		action: 'catalogue.pair',
		call: (c) => c.catalogue.pair({ listingId: ORDER, skuId: ORDER }),
		after: { name: 'LMP-WH' },
	},
	...catalogueCalls(ORDER),
	'orders.sendMessage': {
		action: 'orders.message',
		call: (c) => c.orders.sendMessage({ orderId: AMAZON_ORDER, messageId: crypto.randomUUID(), kind: 'problem', text: 'Dear Ana Buyer' }),
	},
	'copies.save': {
		action: 'catalogue.markText',
		call: async (c) => {
			const [text] = LAMP_DRAFT.texts;
			const save = (kind: 'machine' | 'confirmed') =>
				c.copies.save({ skuId: ORDER, storeId: openStoreId, draft: { ...LAMP_DRAFT, texts: [{ ...text!, marks: { title: { kind } } }] } });
			await save('machine');
			await save('confirmed');
		},
		after: { state: 'confirmed', fields: ['title en'] },
	},
	...glossaryCalls,
	'copies.publish': {
		action: 'catalogue.publish',
		call: async (c) => {
			await c.copies.save({ skuId: ORDER, storeId: openStoreId, draft: LAMP_DRAFT });
			expect(await c.copies.publish({ skuId: ORDER, storeIds: [openStoreId] })).toMatchObject([{ outcome: 'queued', gaps: [] }]);
		},
		after: { name: 'LMP-WH', currency: 'USD' },
	},
	'offers.change': {
		action: 'catalogue.changeOffers',
		call: async (c) => {
			await addOffer(OFFER);
			expect((await c.offers.change({ batchId: ORDER, rows: [{ listingId: OFFER, stock: 3 }] })).sent).toBe(1);
		},
	},
	'offers.undo': {
		action: 'catalogue.undoOffers',
		call: async (c) => {
			await admin.query(`update listing_change set state = 'applied'`);
			await admin.query(`update listing set stock = 3 where listing_id = $1`, [OFFER]);
			expect((await c.offers.undo({ batchId: OFFER, undoes: ORDER })).sent).toBe(1);
		},
	},
	'inbox.send': {
		action: 'inbox.send',
		call: (c) => c.inbox.send({ conversationId: ORDER, messageId: crypto.randomUUID(), text: 'Dear Ana Buyer', override: true }),
	},
	'inbox.sendAgain': { action: 'inbox.sendAgain', call: (c) => c.inbox.sendAgain({ conversationId: ORDER, messageId: ORDER }) },
	'inbox.takeBack': {
		action: 'inbox.takeBack',
		call: (c) => c.inbox.takeBack({ conversationId: ORDER, messageId: ORDER }),
	},
	'inbox.addNote': {
		action: 'inbox.note',
		call: (c) => c.inbox.addNote({ conversationId: ORDER, noteId: crypto.randomUUID(), text: 'Ana Buyer is cross' }),
	},
	'inbox.join': { action: 'inbox.join', call: (c) => c.inbox.join({ conversationId: ORDER, otherIds: [ORDER] }), after: { count: 1 } },
	'inbox.split': { action: 'inbox.split', call: (c) => c.inbox.split({ conversationId: ORDER, otherId: ORDER }), after: { count: 1 } },
	'inbox.saveTag': {
		action: 'inbox.saveTag',
		call: async (c) => {
			await c.inbox.saveTag({ tagId: ORDER, name: 'Late' });
			await c.inbox.saveTag({ tagId: ORDER, name: 'Very late' });
		},
		before: { name: 'Late' },
		after: { name: 'Very late' },
	},
	'inbox.removeTag': {
		action: 'inbox.removeTag',
		call: async (c) => {
			const tagId = crypto.randomUUID();
			await c.inbox.saveTag({ tagId, name: 'Gone' });
			await c.inbox.removeTag({ tagId });
		},
		before: { name: 'Gone' },
	},
	'inbox.saveMacro': {
		action: 'inbox.saveMacro',
		call: async (c) => {
			const texts = [{ language: 'any' as const, text: 'Dear {buyer}' }];
			await c.inbox.saveMacro({ macroId: ORDER, name: 'Hello', texts });
			await c.inbox.saveMacro({ macroId: ORDER, name: 'Greeting', texts });
		},
		before: { name: 'Hello' },
		after: { name: 'Greeting' },
	},
	'inbox.noReply': {
		action: 'inbox.noReply',
		call: async (c) => {
			await admin.query(`insert into no_reply_mark (workspace_id, conversation_id, at, user_id) values ($1, $2, 'infinity', $3)`, [
				workspaceId,
				ORDER,
				owner.id,
			]);
			await c.inbox.noReply({ conversationId: ORDER, needed: true });
		},
		after: { state: 'open' },
	},
	'inbox.saveRota': {
		action: 'inbox.saveRota',
		call: async (c) => {
			const rota = { rotaId: ORDER, isOn: true, storeIds: [], languages: [], userIds: [owner.id] };
			await c.inbox.saveRota({ ...rota, name: 'Day' });
			await c.inbox.saveRota({ ...rota, name: 'Night', isOn: false });
		},
		before: { name: 'Day', isOn: true, count: 1 },
		after: { name: 'Night', isOn: false, count: 1 },
	},
	'inbox.removeRota': {
		action: 'inbox.removeRota',
		call: async (c) => {
			const rotaId = crypto.randomUUID();
			await c.inbox.saveRota({ rotaId, name: 'Gone', isOn: true, storeIds: [], languages: [], userIds: [owner.id] });
			await c.inbox.removeRota({ rotaId });
		},
		before: { name: 'Gone' },
	},
	'inbox.removeMacro': {
		action: 'inbox.removeMacro',
		call: async (c) => {
			const macroId = crypto.randomUUID();
			await c.inbox.saveMacro({ macroId, name: 'Gone', texts: [{ language: 'any', text: 'Bye' }] });
			await c.inbox.removeMacro({ macroId });
		},
		before: { name: 'Gone' },
	},
	...translatorCalls,
	'inbox.change': {
		action: 'inbox.change',
		call: (c) => c.inbox.change({ conversationIds: [ORDER], done: true, assigneeId: null }),
		after: { count: 1, state: 'done', member: null },
	},
	'stores.saveApp': {
		action: 'stores.saveApp',
		call: (c) => c.stores.saveApp({ platform: 'temu', fields: APP }),
		before: { stored: false },
		after: { stored: true },
	},
	'stores.paste': {
		action: 'stores.bind',
		call: (c) =>
			c.stores.paste({ platform: 'temu', host: 'us', fields: { accessToken: 'eplr13xoaqnsw1lpt0qhslhlwzdbh7sl6pjr9mphgbt7ydiyvvwzpc3m' } }),
	},
	'stores.setEnabled': {
		action: 'stores.change',
		call: (c) => c.stores.setEnabled({ storeId, enabled: false }),
		before: { enabled: true },
		after: { enabled: false },
	},
	'stores.adopt': {
		action: 'stores.adopt',
		call: (c) => c.stores.adopt({ storeIds: [storeId], change: { entity: 'Yunfan Ltd', colour: 'blue' } }),
		before: { entity: null, colour: null },
		after: { entity: 'Yunfan Ltd', colour: 'blue' },
	},
	'stores.rename': {
		action: 'stores.change',
		call: (c) => c.stores.rename({ storeId, name: 'Uno' }),
		before: { name: 'One' },
		after: { name: 'Uno' },
	},
	...openingCalls(
		() => storeId,
		async (paper) => (await addPaperFile(api.services, owner, workspaceId, { paper }, Buffer.from('%PDF-1.7'))).fileId,
	),
	'stores.backfill': { action: 'sync.backfill', call: (c) => c.stores.backfill({ storeId }) },
	'stores.checkGaps': { action: 'sync.checkGaps', call: (c) => c.stores.checkGaps({ storeId }) },
	'stores.replayQuarantine': { action: 'sync.replayQuarantine', call: (c) => c.stores.replayQuarantine({ quarantineIds: [ORDER] }) },
	'stores.refillGap': {
		action: 'sync.refillGap',
		call: async (c) => {
			await api.database.inWorkspace(workspaceId, (scope) =>
				openGap(scope, { storeId, ...DAY, ours: 1, theirs: 2, source: 'report', missing: ['x'] }),
			);
			const [gap] = await c.stores.gaps({});
			await c.stores.refillGap({ gapId: gap?.gapId ?? '' });
		},
	},
	'mailboxes.save': {
		action: 'mailboxes.save',
		call: (c) => {
			const server = { host: 'imap.mail.example', port: 993, security: 'tls' as const };
			const login = { address: 'service@mail.example', user: 'service', password: 'eplr13xoaqns' };
			return c.mailboxes.save({ connectionId, ...login, imap: server, smtp: server });
		},
		after: { stored: true },
	},
	'mailboxes.remove': {
		action: 'mailboxes.remove',
		call: (c) => c.mailboxes.remove({ connectionId }),
		before: { stored: true },
		after: { stored: false },
	},
	'links.make': { action: 'links.make', call: (c) => c.links.make({ connectionId }) },
	'links.revoke': {
		action: 'links.revoke',
		call: async (c) => {
			const [link] = await c.links.list({ connectionId });
			await c.links.revoke({ linkId: link?.linkId ?? '' });
		},
	},
	'stores.disconnect': {
		action: 'stores.disconnect',
		call: (c) => c.stores.disconnect({ connectionId }),
		before: { state: 'active' },
		after: { state: 'disconnected' },
	},
	'sync.checkAll': {
		action: 'sync.checkGaps',
		call: async (c) => {
			await c.stores.setEnabled({ storeId, enabled: true });
			await c.sync.checkAll({});
		},
	},
	'sync.setWrites': {
		action: 'sync.setWrites',
		call: (c) => c.sync.setWrites({ storeId: null, allowed: false }),
		before: { writes: true },
		after: { writes: false },
	},
	'sync.retryDead': { action: 'sync.retryDead', call: (c) => c.sync.retryDead({ name: 'store.pull', error: 'TypeError' }) },
	'buyerData.choose': {
		action: 'buyerData.choose',
		call: (c) => c.buyerData.choose({ platform: 'temu', days: 7 }),
		before: { days: 30 },
		after: { days: 7 },
	},
	'notices.addChannel': {
		action: 'notices.addChannel',
		call: (c) => c.notices.addChannel({ kind: 'email', name: 'Mine', language: 'en', userId: owner.id }),
		after: { channel: 'email', name: 'Mine' },
	},
	'notices.testChannel': {
		action: 'notices.testChannel',
		call: (c) => c.notices.testChannel({ channelId: ORDER }),
	},
	'notices.removeChannel': {
		action: 'notices.removeChannel',
		call: async (c) => {
			const channel = { kind: 'email', name: 'Mine', language: 'en', userId: owner.id, sealed: null } as const;
			await api.database.inWorkspace(workspaceId, (scope) => addChannel(scope, { channelId: ORDER, ...channel }));
			await c.notices.removeChannel({ channelId: ORDER });
		},
		before: { channel: 'email', name: 'Mine' },
	},
	'numbers.setRates': {
		action: 'numbers.setRate',
		call: (c) => c.numbers.setRates({ rates: [{ currency: 'ARS', against: 'USD', day: '2026-11-27', rate: '1005.5' }] }),
		after: { count: 1, currency: 'ARS', against: 'USD', day: '2026-11-27', rate: '1005.5' },
	},
	'costs.set': {
		action: 'costs.set',
		call: (c) => c.costs.set({ sellerSku: 'LAMP-1', validFrom: '2026-11-01', currency: 'CNY', amount: '12.5', inbound: '1' }),
		after: { day: '2026-11-01', currency: 'CNY' },
	},
	'costs.takeBack': {
		action: 'costs.takeBack',
		call: (c) => c.costs.takeBack({ sellerSku: 'LAMP-1', validFrom: '2026-11-01' }),
		before: { day: '2026-11-01' },
	},
	...exportCalls((text) => admin.query(text)),
	'views.save': {
		action: 'views.save',
		call: (c) => c.views.save({ screen: 'orders', name: 'Mine', shared: true, query: { q: 'Ana Buyer' } }),
		after: { name: 'Mine', shared: true },
	},
	'views.remove': {
		action: 'views.remove',
		call: async (c) => {
			const [view] = await c.views.list({ screen: 'orders' });
			await c.views.remove({ viewId: view?.viewId ?? '' });
		},
		before: { name: 'Mine', shared: true },
	},
};

const procedures = (appRouter._def as unknown as { procedures: Record<string, { _def: { type: string } }> }).procedures;
const mutations = Object.entries(procedures).flatMap(([path, { _def }]) => (_def.type === 'mutation' ? [path] : []));

describe('the trail', () => {
	test('knows every mutation of the router: how it is called, or why it leaves nothing', () => {
		expect(mutations.length).toBeGreaterThan(20);
		expect(mutations.filter((path) => !(path in CALLS) && !(path in WITHOUT_TRACE))).toEqual([]);
		expect([...Object.keys(CALLS), ...Object.keys(WITHOUT_TRACE)].filter((path) => !mutations.includes(path))).toEqual([]);
	});

	// In the order of the list above: later ones build on earlier ones.
	test.each(Object.entries(CALLS))('%s leaves a record with what was before and after', async (_path, { action, call, before, after }) => {
		const since = (await admin.query<{ n: string }>('select count(*) as n from audit')).rows[0]?.n;
		await call(as(owner));
		const { rows } = await admin.query<{ action: string; actor_name: string; detail: Record<string, unknown> }>(
			'select action, actor_name, detail from audit order by at, audit_id offset $1',
			[since],
		);
		const mine = rows.filter((row) => row.action === action);
		expect(mine.length).toBeGreaterThan(0);
		expect(['owner', 'guest']).toContain(mine.at(-1)?.actor_name);
		expect(mine.at(-1)?.detail['before']).toEqual(before);
		expect(mine.at(-1)?.detail['after']).toEqual(after);
	});

	test('holds no secret and no buyer', async () => {
		const { rows } = await admin.query<{ detail: string; subject: string; name: string }>(
			`select detail::text as detail, subject, coalesce(subject_name, '') as name from audit`,
		);
		const whole = JSON.stringify(rows);
		for (const secret of [...Object.values(APP), 'eplr13xoaqns', 'Ana', 'Rua 1', PAPER_NUMBER]) expect(whole).not.toContain(secret);
	});

	test('is not written where nothing changed', async () => {
		const count = async () => (await admin.query<{ n: string }>('select count(*) as n from audit')).rows[0]?.n;
		const before = await count();
		await as(owner).orders.annotate({ orderIds: [orderId], flag: 'red' });
		await expect(as(owner).stores.rename({ storeId: ORDER, name: 'X' })).rejects.toThrow('notFound');
		expect(await count()).toBe(before);
	});

	test('tells a member of some stores what concerns these, and the workspace', async () => {
		const scoped = await api.user('scoped');
		await api.database.inWorkspace(workspaceId, (scope) =>
			addMember(scope, { userId: scoped.id, name: 'scoped', email: scoped.email, role: 'manager', storeScope: [ORDER] }),
		);
		const { rows } = await as(scoped).audit.list({ limit: 200 });
		expect(rows.map((row) => row.action)).toContain('members.invite');
		expect(rows.filter((row) => row.storeId !== null || row.stores.length > 0)).toEqual([]);
		expect(await as(scoped).audit.list({ store: storeId })).toEqual({ rows: [], next: null });
	});
});
