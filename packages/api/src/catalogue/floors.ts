import { landedCosts, ratesFor, type Scope } from '@pangea/db';
import { type Money, RateBook, roundExact } from '@pangea/domain';
import type { Member } from '../trpc.ts';
import { todayOf } from '../workspace/today.ts';

/**
 * What a unit of some SKUs costs, landed, in the currencies of their prices at the last rate up to today.
 * @returns null where no cost or no rate is known, and to who does not see costs
 */
export async function floorsOf(
	scope: Scope,
	member: Member,
	wanted: readonly { skuId: string; currency: string }[],
): Promise<(skuId: string, currency: string) => Money | null> {
	if (!member.sees('cost') || wanted.length === 0) return () => null;
	const today = await todayOf(scope, member);
	const costs = await landedCosts(
		scope,
		wanted.map(({ skuId }) => skuId),
		today,
	);
	const currencies = [...new Set([...wanted.map(({ currency }) => currency), ...[...costs.values()].map(({ currency }) => currency)])];
	const book = new RateBook(await ratesFor(scope, { currencies, from: today, until: today, asOf: null }));
	return (skuId, currency) => {
		const cost = costs.get(skuId);
		const conversion = cost && book.convert(cost.currency, currency, today);
		return conversion ? { amountMinor: roundExact(BigInt(cost.amountMinor) * conversion.factor), currency } : null;
	};
}
