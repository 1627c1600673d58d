import {
	addReviewImport,
	type ImportedWrite,
	knownReviews,
	lockReviewImports,
	reviewProducts,
	type Scope,
	storeById,
	writeAudit,
	writeImportedReviews,
} from '@pangea/db';
import {
	guessReviewColumns,
	isDay,
	isPlatformId,
	readReviewRow,
	REVIEW_COLUMNS,
	type ReviewColumn,
	type ReviewFault,
	type ReviewMapping,
	type ReviewRow,
} from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { askedOf, type FileReader, importAsked, orNone, Reading } from '../file-import.ts';
import { problem } from '../problem.ts';
import { type Member, memberFor } from '../trpc.ts';
import { knownBy, type Making, toImported, type Verdict } from './imported.ts';
import { SHORTEST_RIGHT } from './rights.ts';
import type { ReviewImportView } from './shapes.ts';

const MOST_ROWS = 20_000;
/** Reviews are written so many at a time. */
const A_PAGE = 1000;
const VERDICTS_TOLD = 200;
const WORDS_SHOWN = 120;

const importQuery = z.object({
	...importAsked,
	store: z.uuid(),
	/** Of rows without one: as a row names it. */
	product: z.string().trim().max(255).default('').transform(orNone),
	day: z
		.union([z.literal(''), z.string().refine(isDay)])
		.default('')
		.transform(orNone),
	/** Who says that these texts may be used, and on what ground: nothing is taken over without both. */
	rightsBy: z.string().trim().max(120).default(''),
	rightsGround: z.string().trim().max(500).default(''),
});
type ImportQuery = z.output<typeof importQuery>;

/**
 * Reads a file of reviews (CSV, XLSX, or pasted cells), for a store whose platform's reviews are not read, and where that was asked for keeps them.
 * Either everything that was asked for is written or nothing; given once more, a file writes nothing.
 * @param query from an address; see {@link ReviewImportView} for the answer
 * @throws TRPCError with a problem: what any door of a workspace throws, notFound, inputWrong, fileNotRead, fileTooLarge
 */
export async function importReviews(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
	bytes: Buffer,
): Promise<ReviewImportView> {
	const member = await memberFor(services, user, workspaceId, 'stores.manage');
	const asked = askedOf(importQuery, query, bytes);
	member.requireStore(asked.store);
	if (asked.take !== 'try')
		for (const [field, shortest] of [
			['rightsBy', SHORTEST_RIGHT.by],
			['rightsGround', SHORTEST_RIGHT.ground],
		] as const)
			if (asked[field].length < shortest) throw problem('inputWrong', { field });
	const box = await services.operations.box(member.workspaceId);
	return await member.scoped(async (scope) => {
		const store = await storeById(scope, asked.store);
		if (!store) throw problem('notFound');
		// The same review, read by a program, would stand beside it.
		if (isPlatformId(store.platform) && services.registry.get(store.platform)?.reviews) throw problem('inputWrong', { field: 'store' });
		const making = { box, importId: uuid(), zone: store.zone, language: store.language, now: services.now().toISOString() };
		return await run(scope, member, asked, { making, bytes });
	});
}

async function run(scope: Scope, member: Member, asked: ImportQuery, of: { making: Making; bytes: Buffer }): Promise<ReviewImportView> {
	const { importId, now } = of.making;
	const reading = new Reading(reviewReader(asked), asked.columns);
	const rows = await reading.all(of.bytes, member.user.language);
	await lockReviewImports(scope, asked.store);
	const judged = await judge(scope, asked.store, of.making, { rows, reading });
	const count = (verdict: Verdict): number => judged.filter((one) => one.verdict === verdict).length;
	const compared = { fresh: count('fresh'), changed: count('changed'), same: count('same') };
	const writes = judged.flatMap(({ write }) => write ?? []);
	const taken = reading.writes(asked.take);
	if (taken && writes.length > 0) {
		for (let start = 0; start < writes.length; start += A_PAGE)
			await writeImportedReviews(scope, { storeId: asked.store, importId, userId: member.user.id }, writes.slice(start, start + A_PAGE));
		const { rightsBy, rightsGround } = asked;
		const fileName = orNone(asked.name);
		await addReviewImport(scope, {
			importId,
			storeId: asked.store,
			fileName,
			rightsBy,
			rightsGround,
			userId: member.user.id,
			at: now,
			fresh: compared.fresh,
			changed: compared.changed,
		});
		await writeAudit(scope, {
			userId: member.user.id,
			action: 'reviews.import',
			subject: importId,
			subjectName: fileName,
			storeId: asked.store,
			after: { count: writes.length },
			facts: { rightsBy, rightsGround },
		});
		await recordEvent(scope, { kind: 'reviews.changed', storeId: asked.store, ids: [] });
	}
	return {
		...reading.told(),
		...compared,
		verdicts: judged.slice(0, VERDICTS_TOLD).map(({ row, verdict }) => ({
			row: row.row,
			verdict,
			product: row.product,
			rating: row.rating,
			words: [row.title, row.text]
				.filter((part) => part !== null)
				.join(' · ')
				.slice(0, WORDS_SHOWN),
		})),
		written: taken ? writes.length : null,
	};
}

function reviewReader({ product, day }: ImportQuery): FileReader<ReviewColumn, ReviewMapping, ReviewRow, ReviewFault> {
	return {
		columns: REVIEW_COLUMNS,
		rest: { product, day },
		guess: guessReviewColumns,
		mostRows: MOST_ROWS,
		read: readReviewRow,
	};
}

interface Judged {
	row: ReviewRow;
	verdict: Verdict;
	/** Null: nothing is new. */
	write: ImportedWrite | null;
}

/** What each row would do. Rows about products that nobody knows, and a second row about one review that says something else, are wrong. */
async function judge(
	scope: Scope,
	storeId: string,
	making: Making,
	{ rows, reading }: { rows: readonly ReviewRow[]; reading: Reading<ReviewColumn, ReviewMapping, ReviewRow, ReviewFault> },
): Promise<Judged[]> {
	const products = await reviewProducts(scope, storeId, [...new Set(rows.map(({ product }) => product))]);
	const placed = rows.flatMap((row) => {
		const product = products.get(row.product);
		if (product) return [{ row, product, externalId: knownBy(storeId, row, product) }];
		reading.wrong([{ row: row.row, column: 'product', cause: 'productUnknown', value: row.product.slice(0, WORDS_SHOWN) }]);
		return [];
	});
	const known = await knownReviews(
		scope,
		storeId,
		placed.map(({ externalId }) => externalId),
	);
	const before = new Map<string, { row: ReviewRow; digest: string }>();
	return placed.flatMap(({ row, product, externalId }): Judged[] => {
		const { row: at, externalId: id, product: _, author: __, ...said } = row;
		const digest = JSON.stringify(said);
		const first = before.get(externalId);
		if (first?.digest === digest) return [{ row, verdict: 'same', write: null }];
		if (first) {
			reading.wrong([{ row: at, column: id === null ? 'rating' : 'id', cause: 'twice', value: String(first.row.row) }]);
			return [];
		}
		before.set(externalId, { row, digest });
		const write = toImported(making, row, { externalId, product }, known.get(externalId));
		return [{ row, verdict: write === null ? 'same' : known.has(externalId) ? 'changed' : 'fresh', write }];
	});
}
