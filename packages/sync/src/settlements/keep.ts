import {
	addReplyPack,
	keepSettlements,
	keepStatements,
	knownPack,
	knowsPage,
	MOST_PARTS,
	newsOfSettlements,
	newsOfStatements,
	replyIdOf,
} from '@pangea/db';
import type { Settlement, Statement } from '@pangea/domain';
import type { Booked, Page } from '@pangea/platform-contract';
import { packBytes } from '@pangea/vault';
import { pageDigest } from '../digest.ts';
import { adapterOf, type Engine } from '../engine.ts';
import { guard } from '../guard.ts';
import { newId } from '../ids.ts';
import type { StoreTarget } from '../ingest-target.ts';
import { PLACES } from '../keyring.ts';

export interface Kept {
	/** New, or saying something newer. */
	written: number;
	unreadable: number;
}

/**
 * Stores one page of bookings in one transaction: the replies as evidence and what they say. What was said before writes nothing. What
 * could not be read is counted and stands in the evidence.
 * @param how.again reads also what was stored before, for snapshots whose rows come and go
 */
export async function keepBookings(
	engine: Pick<Engine, 'database' | 'keys' | 'registry' | 'log'>,
	target: StoreTarget,
	page: Page<Booked>,
	how: { again?: boolean } = {},
): Promise<Kept> {
	const { workspaceId, storeId, platform } = target;
	const box = await engine.keys.box(workspaceId);
	const digest = pageDigest(
		page.replies.map((reply) => reply.body),
		adapterOf(engine, platform).manifest.volatileFields ?? [],
	);
	return await engine.database.inWorkspace(workspaceId, async (scope) => {
		await guard(scope, storeId);
		if (!how.again && page.replies.length > 0 && (await knowsPage(scope, storeId, digest, false))) return { written: 0, unreadable: 0 };
		let packId = await knownPack(scope, storeId, digest);
		const isNew = packId === null;
		packId ??= replyIdOf(newId(), 0);
		const byReply = new Map<number, { settlements: Settlement[]; statements: Statement[] }>();
		let unreadable = 0;
		for (const item of page.items) {
			if (!item.ok) {
				if (isNew) unreadable++;
				engine.log.warn({ storeId, externalId: item.externalId, cause: item.cause }, 'a booking could not be read');
				continue;
			}
			const at = item.replies[0] ?? 0;
			const found = byReply.get(at) ?? { settlements: [], statements: [] };
			byReply.set(at, found);
			if ('settlement' in item.value) found.settlements.push(item.value.settlement);
			else found.statements.push(item.value.statement);
		}
		let written = 0;
		for (const [at, { settlements, statements }] of byReply) {
			const replyId = page.replies.length > 0 ? replyIdOf(packId, at) : null;
			// Who is asked again says most things again, at a later time: that is no news, and no row is written for it.
			written += await keepStatements(scope, storeId, await newsOfStatements(scope, storeId, statements), replyId);
			written += await keepSettlements(scope, storeId, await newsOfSettlements(scope, storeId, settlements), replyId);
		}
		if (isNew && page.replies.length > 0 && (written > 0 || unreadable > 0))
			await addReplyPack(scope, {
				packId,
				storeId,
				platform,
				digest,
				parts: page.replies
					.slice(0, MOST_PARTS)
					.map((reply) => ({ operation: reply.operation, fetchedAt: reply.fetchedAt, size: reply.body.length })),
				sealed: box.seal(await packBytes(Buffer.concat(page.replies.map((reply) => reply.body))), PLACES.reply(packId)),
				diesAt: null,
			});
		return { written, unreadable };
	});
}
