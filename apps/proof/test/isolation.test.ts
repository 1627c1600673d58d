import { setTimeout as sleep } from 'node:timers/promises';
import { RefusedError } from '@pangea/launcher/demo-client';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk, type Stage } from '../src/binding/desk.ts';
import { type Place, placesOf } from '../src/isolation/inputs.ts';
import { fillEmpty, type Name, namesOf, stateOf } from '../src/isolation/rows.ts';

let server: TestDatabase;
let desk: Desk;
let admin: pg.Client;
let victim: House;
let attacker: House;

/** A workspace with something in each of its rooms. */
interface House {
	stage: Stage;
	workspaceId: string;
	userId: string;
	entity: string;
	names: Name[];
	/** Where a page of a list goes on. */
	cursors: string[];
}

beforeAll(async () => {
	server = await createTestDatabase();
	desk = await openDesk(server.url, 5020);
	admin = new pg.Client({ connectionString: server.url });
	await admin.connect();
	const stages = [await desk.stage('tiktok-shop'), await desk.stage('tiktok-shop', 'colleague')] as const;
	await bind(stages[0], 'brazil');
	await bind(stages[1], 'global');
	const ids = [await furnish(stages[0], 'Casa'), await furnish(stages[1], 'Home')] as const;
	await desk.rest();
	for (const { workspaceId, userId } of ids) await fillEmpty(admin, workspaceId, userId);
	// Each of the attacker's texts would go to a host that does not exist, three times.
	await admin.query('delete from translator where workspace_id = $1', [ids[1].workspaceId]);
	[victim, attacker] = [await houseOf(stages[0], ids[0]), await houseOf(stages[1], ids[1])];
}, 120_000);
afterAll(async () => {
	await admin?.end();
	await desk?.stop();
	await server?.drop();
}, 60_000);

async function bind(stage: Stage, account: string): Promise<void> {
	await stage.saveApp();
	expect(await stage.redirect('global', { account })).toBe('bound');
}

interface Ids {
	workspaceId: string;
	userId: string;
	/** Its company. */
	entity: string;
}

async function furnish({ owner }: Stage, mark: string): Promise<Ids> {
	const me = await owner.query<{ userId: string }>('session.me');
	const userId = me.userId;
	const orders = await some(() => owner.query<{ rows: { orderId: string; storeId: string }[] }>('orders.list', {}));
	const talks = await some(() => owner.query<{ rows: { conversationId: string }[] }>('inbox.list', { view: 'all' }));
	// A SKU that no store lists is nobody's to copy.
	const skus = await some(() => owner.query<{ rows: { skuId: string }[] }>('catalogue.coverage', { view: 'all' }));
	const { orderId = '', storeId = '' } = orders.at(0) ?? {};
	const conversationId = talks.at(0)?.conversationId ?? '';
	const { rows } = await admin.query<{ workspace_id: string; connection_id: string }>(
		'select workspace_id, connection_id from store where store_id = $1',
		[storeId],
	);
	const stores = await admin.query<{ site_id: string }>('select site_id from store where store_id = $1', [storeId]);
	const { workspace_id: workspaceId = '', connection_id: connectionId = '' } = rows[0] ?? {};
	await owner.mutate('orders.annotate', { orderIds: [orderId], flag: 'red', note: `${mark} note` });
	await owner.mutate('inbox.send', { conversationId, messageId: crypto.randomUUID(), text: `${mark} says hello` });
	await owner.mutate('inbox.saveDraft', { conversationId, text: `${mark} draft` });
	await owner.mutate('inbox.setReading', { conversationId, translated: true });
	await owner.mutate('translator.save', { baseUrl: 'https://models.example.test/v1', model: `${mark} model`, key: `${mark}-key` });
	const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
	await owner.give(`/upload/message-file?conversation=${conversationId}&name=${mark}.png`, picture);
	await owner.mutate('inbox.addNote', { conversationId, noteId: crypto.randomUUID(), text: `${mark} note`, mentions: [] });
	await owner.mutate('inbox.saveTag', { tagId: crypto.randomUUID(), name: `${mark} tag` });
	const texts = [{ language: 'any', text: `${mark} macro, {buyer}` }];
	await owner.mutate('inbox.saveMacro', { macroId: crypto.randomUUID(), name: `${mark} macro`, texts });
	const text = { language: 'es', title: `${mark} título`, description: '' };
	const draft = {
		categoryId: null,
		texts: [text],
		images: [],
		price: null,
		stock: null,
		sellerSku: `${mark}-1`,
		gtin: null,
		attributes: [],
	};
	await owner.mutate('copies.save', { skuId: skus.at(0)?.skuId, storeId, draft });
	const term = { kind: 'term', word: `${mark} word`, language: 'en', translations: [{ language: 'es', words: `${mark} palabra` }] };
	await owner.mutate('glossary.save', { termId: crypto.randomUUID(), ...term });
	await owner.mutate('workspace.invite', { email: `guest@${mark}.test`, role: 'agent', storeScope: null });
	await owner.mutate('links.make', { connectionId });
	await owner.mutate('views.save', { screen: 'orders', name: `${mark} view`, shared: true, query: {} });
	await owner.mutate('exports.ask', { report: 'orders', format: 'csv', filter: {}, zone: 'UTC' });
	const templateId = crypto.randomUUID();
	const wish = { report: 'orders', format: 'csv', columns: [], filter: {}, zone: 'UTC', byteOrderMark: true, together: true };
	await owner.mutate('exports.saveTemplate', { templateId, name: `${mark} template`, ...wish });
	const daily = { every: 'daily', weekday: 1, monthDay: 1, time: '00:00', zone: 'UTC', covers: 'all', announce: true };
	await owner.mutate('exports.schedule', { templateId, schedule: daily });
	await owner.mutate('notices.addChannel', { kind: 'email', name: `${mark} channel`, language: 'en', userId });
	await owner.mutate('stores.adopt', { storeIds: [storeId], change: { entity: `${mark} Company Ltd`, group: `${mark} group` } });
	const paperId = crypto.randomUUID();
	const [entity, country] = [`${mark} Company Ltd`, 'BR'];
	await owner.mutate('dossier.save', {
		paperId,
		entity,
		kind: 'vat',
		country,
		number: `${mark} 811 907`,
		validFrom: null,
		validUntil: null,
	});
	const site = stores.rows[0]?.site_id;
	await owner.mutate('openings.begin', { openingId: crypto.randomUUID(), platform: 'tiktok-shop', siteId: site, way: 'local', entity });
	await owner.mutate('buyerData.choose', { platform: 'tiktok-shop', days: 7 });
	// What the API keeps only once a server took a file.
	await admin.query(
		`insert into export_destination (workspace_id, destination_id, name, sealed, saved_by) values ($1, gen_random_uuid(), $2, convert_to('sealed by nobody, and opened by nobody', 'UTF8'), $3)`,
		[workspaceId, `${mark} destination`, userId],
	);
	await admin.query(
		`insert into export_sending (workspace_id, run_id, destination_id, state)
			select r.workspace_id, r.run_id, d.destination_id, 'failed' from export_run r join export_destination d on d.workspace_id = r.workspace_id
			where r.workspace_id = $1 limit 1`,
		[workspaceId],
	);
	return { workspaceId, userId, entity };
}

async function some<Row>(ask: () => Promise<{ rows: Row[] }>): Promise<Row[]> {
	for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100)) {
		const { rows } = await ask();
		if (rows.length > 0) return rows;
	}
	throw new Error('Waited in vain for rows');
}

async function houseOf(stage: Stage, ids: Ids): Promise<House> {
	const lists = [
		await stage.owner.query<{ next: string | null }>('orders.list', { limit: 1 }),
		await stage.owner.query<{ next: string | null }>('inbox.list', { view: 'all', limit: 1 }),
		await stage.owner.query<{ next: string | null }>('audit.list', { limit: 1 }),
	];
	return { ...ids, stage, names: await namesOf(admin, ids.workspaceId), cursors: lists.flatMap(({ next }) => next ?? []) };
}

const PEOPLE = ['userId', 'assigneeId', 'heldBy', 'ownerId', 'owner', 'member'];
/** Names of ids that are not those of their columns. */
const COLUMNS: Record<string, string> = {
	fromStoreId: 'storeId',
	toStoreId: 'storeId',
	store: 'storeId',
	storeScope: 'storeId',
	addTag: 'tagId',
	removeTag: 'tagId',
	seenMessageId: 'messageId',
	seenAnswerId: 'messageId',
	answerId: 'messageId',
	through: 'messageId',
	again: 'messageId',
	undoes: 'batchId',
	otherId: 'conversationId',
};
const DAY = '2026-11-20';
const TEXTS: Record<string, string> = {
	baseCurrency: 'USD',
	base: 'USD',
	currency: 'ARS',
	against: 'USD',
	rate: '2',
	day: DAY,
	from: DAY,
	until: DAY,
	zone: 'UTC',
	time: '08:00',
	column: 'order_number',
	address: 'service@mail.test',
	platform: 'tiktok-shop',
	host: 'global',
	hostKey: `ssh-ed25519 SHA256:${'k'.repeat(43)}`,
	url: 'https://hooks.example.test/x',
	// Refused before a name is looked up.
	baseUrl: 'https://127.0.0.1/v1',
	into: 'es',
	language: 'en',
	sourceLanguage: 'pt-BR',
	after: '0',
	country: 'BR',
	siteId: 'BR',
	validFrom: DAY,
	validUntil: DAY,
	image: 'https://img.example.test/1.jpg',
	gtins: '4006381333931',
	hsCode: '940521',
	origin: 'CN',
	weight: '450',
	length: '200',
	width: '120',
	height: '60',
	pieces: '2',
};

/** Without digits, of which eight look like a phone to the rules of messages. */
const letters = (): string =>
	crypto
		.randomUUID()
		.slice(0, 8)
		.replaceAll(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));

/** A value of a house for a property of that name: `orderId` is what stands in a column `order_id`. */
function ownOf(house: House, property: string, uuid: boolean): string {
	if (PEOPLE.includes(property)) return house.userId;
	if (property === 'entity') return house.entity;
	const name = COLUMNS[property] ?? property;
	const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
	const found = house.names.find((one) => one.uuid && one.column === column);
	if (uuid && !found) throw new Error(`No row has a ${column} for ${property}`);
	return found && uuid ? found.value : (TEXTS[property] ?? `some ${letters()}`);
}

async function answer(house: House, place: Pick<Place, 'procedure' | 'writes'>, input: unknown): Promise<{ code: string; text: string }> {
	const { owner } = house.stage;
	try {
		const data = await (place.writes ? owner.mutate(place.procedure, input) : owner.query(place.procedure, input));
		return { code: 'ok', text: JSON.stringify(data) };
	} catch (error) {
		if (error instanceof RefusedError) return { code: error.code ?? 'internal', text: error.message };
		throw error;
	}
}

/** One value of each kind that the victim has: of every column, and where its lists go on. */
function weapons(uuid: boolean): string[] {
	const kinds = Map.groupBy(
		victim.names.filter((one) => !uuid || one.uuid),
		(one) => one.column,
	);
	const values = [...kinds.values()].flatMap((names) => names[0]?.value ?? []);
	return [...new Set(uuid ? values : [...values, victim.userId, ...victim.cursors])];
}

/** What comes out that should not. */
async function attacked(places: readonly Place[]): Promise<string[]> {
	const wrong: string[] = [];
	for (const place of places.toSorted((a, b) => costOf(a) - costOf(b))) {
		// What nobody has: no other answer may tell that a thing exists.
		const nothing = place.uuid ? await answer(attacker, place, place.fill(crypto.randomUUID())) : null;
		for (const value of weapons(place.uuid)) {
			const where = `${place.procedure} ${place.at} = ${victim.names.find((one) => one.value === value)?.column ?? value}`;
			const told = await answer(attacker, place, place.fill(value));
			const leaked = victim.names.filter((one) => one.value !== value && told.text.includes(one.value));
			if (leaked.length > 0) wrong.push(`${where} tells ${leaked.map((one) => one.column).join(', ')}`);
			if (told.code === 'internal') wrong.push(`${where} is our fault: ${told.text}`);
			if (nothing && nothing.code !== told.code) wrong.push(`${where} answers ${told.code}, what nobody has ${nothing.code}`);
		}
	}
	return wrong;
}

/**
 * Questions first: what an attacker has stored under a name of the victim's comes back as the attacker's own. So what takes an id that the caller
 * has made comes after what asks for one, and what costs members their place comes last.
 */
const costOf = ({ procedure, writes }: Place): number =>
	Number(writes) + Number(/\.(?:save|add|send|begin)/.test(procedure)) + 2 * Number(procedure.startsWith('workspace.'));

/** What finds what is asked for, and refuses another part of the made-up input. */
const REFUSED_LATER: Record<string, string> = {
	'openings.tick': 'the first of all steps is none of this track',
	'openings.note': 'the first of all steps is none of this track',
	'destinations.save': 'what was made up does not open, so its secret is asked for again',
	'reviews.carry': 'no review of another store is there to go along',
	'openings.copySettings': 'an owner sees every store and follows into none',
	'inbox.send messageFileIds[]': 'the platform takes a picture without words',
};

/** What takes something away comes after what needs it. */
const endsWhat = ({ procedure }: Place): number =>
	['openings.tie', 'removeFile', 'revoke', 'remove', 'disconnect'].findIndex((word) => procedure.includes(word));

describe('what belongs to another workspace', () => {
	test('is there: every table holds something of the attacked one', async () => {
		const state = await stateOf(admin, victim.workspaceId);
		const empty = Object.entries(state).flatMap(([table, told]) => (told.startsWith('0 ') ? [table] : []));
		expect(empty).toEqual([]);
	});

	test('is neither told nor changed, whatever of it stands in whichever place of an input', async () => {
		const places = placesOf((property, uuid) => ownOf(attacker, property, uuid));
		expect(new Set(places.map((place) => place.procedure)).size).toBeGreaterThan(45);
		const before = await stateOf(admin, victim.workspaceId);
		expect(await attacked(places)).toEqual([]);
		expect(await stateOf(admin, victim.workspaceId)).toEqual(before);
	}, 900_000);

	test('is not told to a member whose stores are said to be the others’', async () => {
		const stores = victim.names.filter((one) => one.table === 'store' && one.column === 'store_id').map((one) => one.value);
		const own = (property: string, uuid: boolean): string => (uuid ? ownOf(victim, property, uuid) : ownOf(attacker, property, uuid));
		const reads = placesOf(own).filter((place) => place.uuid && !place.writes);
		await admin.query('update member set store_scope = $2 where workspace_id = $1', [attacker.workspaceId, stores]);
		expect(await attacked(reads)).toEqual([]);
	}, 300_000);

	test('is what its own people reach by the very same inputs', async () => {
		const places = placesOf((property, uuid) => ownOf(victim, property, uuid));
		const unreached: string[] = [];
		for (const place of places.filter((one) => one.uuid).toSorted((a, b) => endsWhat(a) - endsWhat(b))) {
			// What has failed can be sent again, once.
			await admin.query(`update message set state = 'failed', user_id = $2 where workspace_id = $1`, [victim.workspaceId, victim.userId]);
			// A file is chosen or one of a message, and is asked for where it failed.
			const chosen = place.procedure !== 'inbox.askForFile';
			await admin.query(
				`update message_file set state = $3, user_id = $2, message_id = case when $4 then null else (select message_id from message where workspace_id = $1 limit 1) end,
					conversation_id = (select conversation_id from message where workspace_id = $1 limit 1), store_id = (select store_id from message where workspace_id = $1 limit 1)
				where workspace_id = $1`,
				[victim.workspaceId, victim.userId, chosen ? 'kept' : 'failed', chosen],
			);
			const { code, text } = await answer(victim, place, place.fill(ownOf(victim, place.name, true)));
			// Whoever stumbles over what was made up has found it.
			if (place.procedure in REFUSED_LATER || `${place.procedure} ${place.at}` in REFUSED_LATER) continue;
			if (code === 'notFound' || code === 'inputWrong') unreached.push(`${place.procedure} ${place.at}: ${code} ${text}`);
		}
		expect(unreached).toEqual([]);
	}, 300_000);
});
