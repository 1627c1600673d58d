import { storeById } from '@pangea/db';
import type { NoOrder, Page, StoredDocument, StoredRecord } from '@pangea/platform-contract';
import { NotActiveError, type Order } from '@pangea/domain';
import { adapterOf, type Engine } from './engine.ts';
import { ingestPage } from './ingest.ts';
import type { RecordOutcome } from './ingest-target.ts';

/** What became of one record of a stored document. */
export interface ReplayRecord {
	document: string;
	/** Where in the document, when the document is a collection of answers. */
	part?: string;
	externalId: string | null;
	/** `noOrders`: an order document that holds none, such as the page after the last. */
	became: RecordOutcome['became'] | 'notAnOrderDocument' | 'noOrders';
	/** Why a record is in quarantine or no order. */
	cause?: string;
}

/**
 * Feeds stored platform answers through the same reader and the same writer as live ones, into one store. Each document is stored in its
 * own transaction; the same document again changes nothing.
 * @throws NotActiveError when there is no such store.
 */
export async function* replayDocuments(
	engine: Pick<Engine, 'database' | 'keys' | 'options' | 'now' | 'registry'>,
	ids: { workspaceId: string; storeId: string },
	documents: AsyncIterable<StoredDocument> | Iterable<StoredDocument>,
): AsyncGenerator<ReplayRecord> {
	const store = await engine.database.inWorkspace(ids.workspaceId, (scope) => storeById(scope, ids.storeId));
	if (!store) throw new NotActiveError('missing', `No store ${ids.storeId}`);
	const adapter = adapterOf(engine, store.platform);
	const target = { ...ids, platform: store.platform, zone: store.zone };
	const reader = { siteId: store.site_id, currency: store.currency, zone: store.zone };
	for await (const document of documents) {
		const records = adapter.orders.read(document, reader);
		if (records === null) {
			yield { document: document.name, externalId: null, became: 'notAnOrderDocument', cause: whyUnread(document) };
			continue;
		}
		if (records.length === 0) {
			yield { document: document.name, externalId: null, became: 'noOrders' };
			continue;
		}
		const fetchedAt = engine.now().toISOString();
		const orders = records.filter((record) => !isNoOrder(record));
		const page: Page<Order> = {
			items: orders.map((o) => ({ ...o, replies: [0] })),
			replies: [{ operation: 'replay', fetchedAt, body: document.body }],
			next: null,
			watermark: fetchedAt,
			total: null,
		};
		const stored = orders.length > 0 ? (await ingestPage(engine, target, page, 'replay')).records : [];
		let next = 0;
		for (const record of records) {
			const place = { document: document.name, ...(record.part === undefined ? {} : { part: record.part }) };
			const became = isNoOrder(record) ? null : stored[next++];
			if (became) yield { ...place, ...became };
			else if (!record.ok) yield { ...place, externalId: null, became: 'notAnOrderDocument', cause: record.cause };
		}
	}
}

function isNoOrder(record: StoredRecord): record is NoOrder & StoredRecord {
	return 'noOrder' in record;
}

function whyUnread({ body }: StoredDocument): string {
	const text = body.toString('utf8').trim();
	if (text === '') return 'It is empty';
	try {
		JSON.parse(text);
	} catch {
		return 'It is no JSON, and no other text of this platform';
	}
	return 'It holds no order of this platform';
}
