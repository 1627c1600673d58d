import {
	foundSku,
	listingsToPair,
	pairingCandidates,
	pairingLock,
	type PairingRow,
	pairListings,
	proposePairing,
	type Scope,
} from '@pangea/db';
import {
	MOST_MEMBERS,
	MOST_SKUS_A_KEY,
	PairingIndex,
	pairingKeys,
	type PairingProfile,
	type PairingVerdict,
	profileOf,
} from '@pangea/domain';
import type { Engine } from '../engine.ts';
import { newId } from '../ids.ts';

const LISTINGS_A_STEP = 200;

/**
 * Decides where the listings belong that nobody has looked at yet: paired by itself, left to a person, or the first of a new SKU. Steps of one
 * transaction each; two workers never decide at once.
 * @returns how many were paired by themselves, wait, and founded a SKU.
 */
export async function pairNewListings(
	engine: Pick<Engine, 'database'>,
	workspaceId: string,
): Promise<{ paired: number; waiting: number; founded: number }> {
	const total = { paired: 0, waiting: 0, founded: 0 };
	for (let more = true, after: string | null = null; more; ) {
		const step = await engine.database.inWorkspace(workspaceId, (scope) => pairStep(scope, after), {
			lock: pairingLock(workspaceId),
		});
		total.paired += step.paired;
		total.waiting += step.waiting;
		total.founded += step.founded;
		after = step.last;
		more = step.last !== null;
	}
	return total;
}

interface Open {
	row: PairingRow;
	profile: PairingProfile;
	verdict: PairingVerdict;
}

async function pairStep(scope: Scope, after: string | null) {
	const rows = await listingsToPair(scope, after, LISTINGS_A_STEP);
	const last = rows.length === LISTINGS_A_STEP ? (rows.at(-1)?.listingId ?? null) : null;
	// Of equals the first founds the SKU: which one that is must not hang on ids that are drawn by chance.
	const inOrder = rows.toSorted((a, b) => compare(orderOf(a), orderOf(b)));
	const profiles = inOrder.map((row): Open => ({ row, profile: pairingProfile(row), verdict: { outcome: 'none', matches: [] } }));
	const known = await pairingCandidates(scope, {
		keys: [...new Set(profiles.flatMap(({ profile }) => pairingKeys(profile)))],
		products: rows,
		skus: MOST_SKUS_A_KEY,
		members: MOST_MEMBERS,
	});
	const index = new PairingIndex();
	for (const row of known) if (row.skuId !== null) index.add(row.skuId, pairingProfile(row));
	const pairSure = async (among: Open[]): Promise<Open[]> => {
		const left: Open[] = [];
		for (const open of among) {
			const { outcome, matches } = index.judge(open.profile);
			// What a person refused comes back neither by itself nor as a proposal.
			const fitting = matches.filter(({ skuId }) => !open.row.refused.includes(skuId));
			const [match] = fitting;
			if (outcome === 'automatic' && match !== undefined && match === matches[0]) {
				const { skuId, confidence, reasons } = match;
				await pairListings(scope, [{ pairingId: newId(), listingId: open.row.listingId, skuId, by: null, confidence, reasons }]);
				index.add(skuId, open.profile);
			} else {
				open.verdict = { outcome: fitting.length > 0 ? 'queue' : 'none', matches: fitting };
				left.push(open);
			}
		}
		return left;
	};
	const found = { paired: 0, waiting: 0, founded: 0, last };
	let open = profiles;
	// A listing that is paired may tell where its sisters belong.
	for (let before = open.length + 1; open.length < before; ) {
		before = open.length;
		open = await pairSure(open);
	}
	found.paired = profiles.length - open.length;
	for (const one of open) {
		// One founded a moment ago may be what this one is.
		const [still] = await pairSure([one]);
		if (still === undefined) found.paired++;
		else if (still.verdict.outcome === 'queue') {
			await proposePairing(scope, still.row.listingId, still.verdict.matches);
			found.waiting++;
		} else {
			const skuId = newId();
			await foundSku(scope, still.row, { skuId, pairingId: newId(), by: null });
			index.add(skuId, still.profile);
			found.founded++;
		}
	}
	return found;
}

function orderOf(row: PairingRow): string {
	return `${row.storeId} ${row.externalListingId} ${row.externalVariantId}`;
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** One language is comparable whatever the country. */
function pairingProfile(row: PairingRow): PairingProfile {
	return profileOf({ ...row, language: row.language.slice(0, 2) });
}
