import { storeById } from '@pangea/db';
import type { Page, StoredDocument } from '@pangea/platform-contract';
import type { Order } from '@pangea/domain';
import { adapterOf, type Engine, NotActiveError } from './engine.ts';
import { ingestPage } from './ingest.ts';
import type { RecordOutcome } from './ingest-target.ts';

/** What became of one record of a stored document. */
export interface ReplayRecord {
	document: string;
	externalId: string | null;
	became: RecordOutcome['became'] | 'notAnOrderDocument';
	/** Why a record is in quarantine. */
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
	if (!store) throw new NotActiveError(`No store ${ids.storeId}`);
	const adapter = adapterOf(engine, store.platform);
	const target = { ...ids, platform: store.platform, zone: store.zone };
	const reader = { siteId: store.site_id, currency: store.currency, zone: store.zone };
	for await (const document of documents) {
		const outcomes = adapter.orders.read(document, reader);
		if (outcomes === null) {
			yield { document: document.name, externalId: null, became: 'notAnOrderDocument' };
			continue;
		}
		const fetchedAt = engine.now().toISOString();
		const page: Page<Order> = {
			items: outcomes.map((o) => ({ ...o, replies: [0] })),
			replies: [{ operation: 'replay', fetchedAt, body: document.body }],
			next: null,
			watermark: fetchedAt,
			total: null,
		};
		const tally = await ingestPage(engine, target, page, 'replay');
		for (const record of tally.records) yield { document: document.name, ...record };
	}
}
