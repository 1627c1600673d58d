import { hasOrderReviews, lowRatedRead, noteLowRatedRead } from '@pangea/db';
import { addMillis, startOfDay } from '@pangea/domain';
import type { StoreFeedback } from '@pangea/platform-contract';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { keepOrderReviews } from './order-reviews.ts';
import { understood } from './write.ts';

const SECOND = 1000;
const DAY = 86_400_000;
/** What a file's undated rows of a first reading are at most old, so that they alarm nobody. */
const OLDEST_DAYS = 30;

/**
 * Keeps what buyers say of the store, when it is its turn or a file that was asked for may be ready.
 * @returns in how many seconds to look for the file; null: it is not waited for
 * @throws PlatformError
 */
export async function readFeedback(
	engine: Engine,
	store: OpenStore,
	feedback: StoreFeedback,
	total: { written: number; unreadable: number },
): Promise<number | null> {
	const { workspaceId, storeId } = store.target;
	const seconds = store.adapter.manifest.reviews?.lowRatedSeconds;
	if (seconds === undefined) return null;
	const now = engine.now().toISOString();
	const { readAt, ticket } = await engine.database.inWorkspace(workspaceId, (scope) => lowRatedRead(scope, storeId));
	if (ticket === null && readAt !== null && readAt > addMillis(now, -seconds * SECOND)) return null;
	const answer = await feedback.ask(store.context, ticket);
	const rows = answer.state === 'told' ? answer.rows : [];
	const { zone } = store.context;
	const known = understood(engine, storeId, rows, total);
	const isFirst = rows.length > 0 && !(await engine.database.inWorkspace(workspaceId, (scope) => hasOrderReviews(scope, storeId)));
	total.written += await keepOrderReviews(
		engine,
		store,
		known.map(({ externalOrderId, rating, comment, day }) => ({
			externalId: `feedback ${externalOrderId}`,
			externalOrderId,
			externalListingId: '',
			rating,
			text: comment,
			writtenAt: day === null ? (isFirst ? addMillis(now, -OLDEST_DAYS * DAY) : now) : startOfDay(day, zone),
		})),
		now,
	);
	const waiting = answer.state === 'waiting' ? answer : null;
	await engine.database.inWorkspace(workspaceId, (scope) => noteLowRatedRead(scope, storeId, now, waiting?.ticket ?? null));
	return waiting?.seconds ?? null;
}
