import { questionOf } from '../core/chatter.ts';
import { fileInForm } from '../core/form.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import { kindOf, photoOf, type SentFile } from '../core/sent-files.ts';
import type { StoreSeed } from '../core/stores.ts';
import { callerOfFamily, type Desk } from './caller.ts';
import type { Account } from './grants.ts';
import { buyerId, claimId, orderId, sellerId } from './ids.ts';
import type { Family } from './render-order.ts';
import { MeliRefusal } from './replies.ts';
import { noticeTime, orderTime } from './wire-time.ts';

const DAY = 86_400_000;
const MAX_LIMIT = 100;
const MAX_OFFSET = 9999;
/** Claims are looked for among so many orders of a store, those that changed last. */
const LOOKED_AT = 400;
const LOOKED_BACK = 120 * DAY;
const MEDIATOR = 46_622_406;
const LARGEST_FILE = 5_000_000;

interface Claim {
	id: number;
	order: SimOrder;
	line: number;
	at: number;
	updatedAt: number;
	isOpen: boolean;
	/** The seller has refused what was asked, so that the platform decides. */
	isDisputed: boolean;
}

type Role = 'complainant' | 'respondent' | 'mediator';
interface Said {
	from: Role;
	to: Role;
	text: string;
	at: number;
	files: readonly GivenFile[];
}

/** A file as the claim holds it. */
interface GivenFile extends SentFile {
	id: string;
	at: number;
}

/** Claims: each return of the world is one for every order (line) of its purchase, and in dispute once the seller has refused it (contract §7.4). */
export function claimOperations(desk: Desk): Operation[] {
	const places: Places = new Map();
	/** What sellers have said, by claim. */
	const answers = new Map<number, Said[]>();
	/** What sellers have given and no message names yet, by claim. */
	const given = new Map<number, GivenFile[]>();
	/** The platform waits for the seller's first words. */
	const isOurs = ({ id, isOpen, order }: Claim): boolean => isOpen && order.return?.state === 'requested' && !answers.has(id);

	const of = (family: Family, base: string, suffix: string): Operation[] => {
		const as = (handle: (call: WireCall, account: Account) => WireReply) => (call: WireCall) =>
			handle(call, callerOfFamily(desk, call, family));
		return [
			{
				name: `claims.search${suffix}`,
				method: 'GET',
				path: `${base}/search`,
				handle: as((c, a) => search(desk, places, c, a, family, isOurs)),
			},
			{
				name: `claims.get${suffix}`,
				method: 'GET',
				path: `${base}/:id`,
				handle: as((c, a) => {
					const claim = found(desk, places, c, a);
					return { status: 200, body: render(claim, isOurs(claim)) };
				}),
			},
			{
				name: `claims.detail${suffix}`,
				method: 'GET',
				path: `${base}/:id/detail`,
				handle: as((c, a) => {
					const claim = found(desk, places, c, a);
					return { status: 200, body: renderDetail(claim, isOurs(claim)) };
				}),
			},
			{
				name: `claims.messages${suffix}`,
				method: 'GET',
				path: `${base}/:id/messages`,
				handle: as((c, a) => {
					const claim = found(desk, places, c, a);
					const said = [...saidBefore(claim), ...(answers.get(claim.id) ?? [])].toReversed();
					return { status: 200, body: said.map((one) => renderSaid(claim, one)) };
				}),
			},
			{
				name: `claims.send${suffix}`,
				method: 'POST',
				path: `${base}/:id/actions/send-message`,
				handle: as((c, a) => {
					const claim = found(desk, places, c, a);
					const body = c.json();
					const {
						receiver_role: to,
						message,
						attachments,
					} = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
					if (typeof message !== 'string' || message === '') throw refusal(400, 'bad_request', 'message is mandatory');
					const allowed = receiver(claim);
					if (allowed === null || to !== allowed) throw refusal(400, 'bad_request', 'The action is not available');
					const names = Array.isArray(attachments) ? attachments.map(String) : [];
					const waiting = given.get(claim.id) ?? [];
					const files = names.flatMap((name) => waiting.find(({ id }) => id === name) ?? []);
					if (files.length < names.length) throw refusal(400, 'bad_request', 'The attachment does not exist');
					given.set(
						claim.id,
						waiting.filter((file) => !files.includes(file)),
					);
					const said: Said = { from: 'respondent', to: allowed, text: message, at: c.now, files };
					answers.set(claim.id, [...(answers.get(claim.id) ?? []), said]);
					return { status: 201, body: renderSaid(claim, said) };
				}),
			},
			{
				name: `claims.attach${suffix}`,
				method: 'POST',
				path: `${base}/:id/attachments`,
				handle: async (call) => {
					const claim = found(desk, places, call, callerOfFamily(desk, call, family));
					const file = await fileInForm(call, 'file');
					if (!file || file.name === '') throw refusal(400, 'bad_request', 'The field file is mandatory');
					if (file.bytes.length > LARGEST_FILE) throw refusal(400, 'bad_request', 'The file is too large');
					if (!['jpeg', 'png', 'pdf'].includes(kindOf(file.bytes) ?? '') || !/\.(?:jpe?g|png|pdf)$/i.test(file.name))
						throw refusal(400, 'bad_request', 'The file type is not allowed');
					const before = given.get(claim.id) ?? [];
					const number = before.length + (answers.get(claim.id)?.length ?? 0) * 100;
					const id = `${sellerId(claim.order.store)}_${claim.id}-${number}${/\.\w{1,5}$/.exec(file.name)?.[0] ?? ''}`;
					given.set(claim.id, [...before, { ...file, id, at: call.now }]);
					return { status: 201, body: { user_id: sellerId(claim.order.store), filename: id } };
				},
			},
		];
	};
	return [...of('global', '/marketplace/v2/claims', ''), ...of('local', '/post-purchase/v1/claims', '.local')];
}

function search(
	desk: Desk,
	places: Places,
	{ query }: WireCall,
	account: Account,
	family: Family,
	isOurs: (claim: Claim) => boolean,
): WireReply {
	if (family === 'local' && query.get('players.role') !== 'respondent') throw refusal(400, 'bad_request', 'players.role is mandatory');
	const seller = query.get(family === 'global' ? 'user_id' : 'players.user_id');
	const stores = account.stores.filter((store) => seller === null || seller === String(sellerId(store)));
	if (stores.length === 0) throw refusal(403, 'forbidden', 'Invalid caller.id');
	const limit = Math.min(Number(query.get('limit') ?? 30), MAX_LIMIT);
	const offset = Number(query.get('offset') ?? 0);
	if (offset > MAX_OFFSET) throw refusal(400, 'bad_request', `Invalid offset: the maximum is ${MAX_OFFSET}`);
	const status = query.get('status');
	const all = stores
		.flatMap((store) => claimsOf(desk, places, store))
		.filter((claim) => status === null || status === (claim.isOpen ? 'opened' : 'closed'))
		.sort((a, b) => a.updatedAt - b.updatedAt || a.id - b.id);
	const data = all.slice(offset, offset + limit).map((claim) => {
		const { related_entities: _related, ...row } = render(claim, isOurs(claim));
		return row;
	});
	return { status: 200, body: { paging: { total: all.length, offset, limit }, data }, records: data };
}

/** Which order and line each claim is about that was ever looked at: one by its number is read without looking through a store. */
type Places = Map<number, { store: StoreSeed; index: number; line: number }>;

function found(desk: Desk, places: Places, call: WireCall, account: Account): Claim {
	const id = Number(call.params['id']);
	const { world, clock } = desk.context;
	if (!places.has(id)) for (const store of account.stores) claimsOf(desk, places, store);
	const place = places.get(id);
	const order =
		place && account.stores.includes(place.store) ? world.order({ store: place.store.number, index: place.index }, clock.now()) : null;
	const claim = order && place ? claimOf(order, place.line) : null;
	if (!claim || call.strikes('notYet')) throw refusal(404, 'not_found', 'claim not found');
	return claim;
}

function claimsOf({ context: { world, clock } }: Desk, places: Places, store: StoreSeed): Claim[] {
	const now = clock.now();
	const window = { stores: [store], by: 'updated', from: now - LOOKED_BACK, to: now, at: now, descending: true } as const;
	return world.page(window, LOOKED_AT).orders.flatMap((order) =>
		order.lines.flatMap(({ number }) => {
			const claim = claimOf(order, number);
			if (claim) places.set(claim.id, { store, index: order.index, line: number });
			return claim ?? [];
		}),
	);
}

function claimOf(order: SimOrder, line: number): Claim | null {
	const asked = order.return;
	if (!asked) return null;
	return {
		id: claimId(order, line),
		order,
		line,
		at: asked.requestedAt,
		updatedAt: asked.updatedAt,
		isOpen: asked.state !== 'refunded',
		isDisputed: asked.state === 'rejected',
	};
}

function receiver({ isOpen, isDisputed }: Claim): 'complainant' | 'mediator' | null {
	return isOpen ? (isDisputed ? 'mediator' : 'complainant') : null;
}

function saidBefore({ order, line, at, updatedAt, isDisputed }: Claim): Said[] {
	// A seller who accepted the return has said so.
	const approvedAt = order.steps.find((step) => step.kind === 'returnApproved')?.at;
	const accepted: Said[] =
		approvedAt === undefined ? [] : [{ from: 'respondent', to: 'complainant', text: 'Please send it back.', at: approvedAt, files: [] }];
	// The buyer shows what arrived.
	const photo = { ...photoOf(order.buyer.number + line), id: `${buyerId(order)}_${order.index}-${line}.png`, at };
	const asked: Said = {
		from: 'complainant',
		to: 'respondent',
		text: questionOf(order.store, order.buyer.number + line),
		at,
		files: [photo],
	};
	if (!isDisputed) return [asked, ...accepted];
	return [asked, ...accepted, { from: 'mediator', to: 'respondent', text: 'We are reviewing the case.', at: updatedAt, files: [] }];
}

function render(claim: Claim, isOurs: boolean): Record<string, unknown> {
	const { id, order, line, at, updatedAt, isOpen, isDisputed } = claim;
	const to = receiver(claim);
	const message = {
		action: `send_message_to_${to}`,
		mandatory: isOurs,
		due_date: isOurs ? orderTime(at + 2 * DAY) : null,
	};
	const others = ['refund', 'allow_return', 'open_dispute'].map((action) => ({ action, mandatory: false, due_date: null }));
	const actions = to === null ? [] : isDisputed ? [message] : [message, ...others];
	return {
		id,
		resource_id: orderId(order, line),
		status: isOpen ? 'opened' : 'closed',
		type: 'mediations',
		stage: isDisputed ? 'dispute' : 'claim',
		parent_id: null,
		resource: 'order',
		reason_id: 'PDD9939',
		fulfilled: true,
		quantity_type: 'total',
		players: [
			{ role: 'complainant', type: 'buyer', user_id: buyerId(order), available_actions: [] },
			{ role: 'respondent', type: 'seller', user_id: sellerId(order.store), available_actions: actions },
			...(isDisputed ? [{ role: 'mediator', type: 'internal', user_id: MEDIATOR, available_actions: [] }] : []),
		],
		resolution: isOpen
			? null
			: {
					reason: 'payment_refunded',
					date_created: orderTime(updatedAt),
					benefited: ['complainant'],
					closed_by: 'respondent',
					applied_coverage: false,
				},
		site_id: order.store.site,
		date_created: orderTime(at),
		last_updated: orderTime(updatedAt),
		related_entities: [],
	};
}

function renderDetail({ at, isOpen, isDisputed }: Claim, isOurs: boolean): Record<string, unknown> {
	const problem = 'The buyer says that the product is not as described.';
	const told = (due: number | null, responsible: string, title: string, description: string) => ({
		due_date: due === null ? null : orderTime(due),
		action_responsible: responsible,
		title,
		description,
		problem,
	});
	if (!isOpen) return told(null, 'mediator', 'Claim closed', 'The buyer has the money back.');
	if (isDisputed) return told(at + 5 * DAY, 'mediator', 'Claim in mediation', 'We are looking at what both of you say.');
	if (isOurs) return told(at + 2 * DAY, 'seller', 'Answer the buyer', 'Solve the problem so that the claim does not count.');
	return told(null, 'buyer', 'Waiting for the buyer', 'You have answered.');
}

function renderSaid({ isDisputed }: Claim, { from, to, text, at, files }: Said): Record<string, unknown> {
	const said = orderTime(at);
	return {
		sender_role: from,
		receiver_role: to,
		message: text,
		translated_message: null,
		date_created: said,
		last_updated: said,
		message_date: said,
		date_read: null,
		attachments: files.map((file) => ({
			filename: file.id,
			original_filename: file.name,
			size: file.bytes.length,
			date_created: orderTime(file.at),
			type: file.type,
		})),
		status: 'available',
		stage: isDisputed ? 'dispute' : 'claim',
		message_moderation: { status: 'clean', reason: '', source: 'online', date_moderated: noticeTime(at) },
		repeated: false,
	};
}

/** The envelope of claims: the code is a number (contract §3.1). */
function refusal(status: number, error: string, message: string): MeliRefusal {
	return new MeliRefusal({ status, body: { code: status, error, message, cause: null } });
}
