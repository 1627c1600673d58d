import type { Money, MoneyPart, TaxBasis } from '@pangea/domain';
import type { Scope } from '../database.ts';
import type { OrderWrite } from './order-columns.ts';

interface KnownRow {
	order_id: string;
	currency: string;
	tax_basis: string;
	total_computed: boolean;
	money: Record<string, string>;
	lines: { id: string; currency: string; price: string | null; discount: string | null; tax: string | null }[];
}

/**
 * Where the platform would not say the amounts this time, those that are known stand in their place: a figure that was told once is not lost
 * because the next look came while the platform was computing.
 */
export async function withKnownAmounts(scope: Scope, writes: OrderWrite[]): Promise<OrderWrite[]> {
	const untold = writes.filter(({ order }) => order.amountsUntold);
	if (untold.length === 0) return writes;
	const found = await scope.client.query<KnownRow>(
		`select o.order_id, o.currency, o.tax_basis, o.total_computed, o.money, coalesce((
				select jsonb_agg(jsonb_build_object('id', l.external_id, 'currency', l.currency, 'price', l.unit_price_minor::text,
					'discount', l.discount_minor::text, 'tax', l.tax_minor::text))
				from order_line l where l.workspace_id = $1 and l.order_id = o.order_id), '[]') as lines
			from orders o where o.workspace_id = $1 and o.order_id = any($2::uuid[]) and o.money <> '{}'`,
		[scope.workspaceId, untold.map((write) => write.orderId)],
	);
	const known = new Map(found.rows.map((row) => [row.order_id, row]));
	return writes.map((write) => {
		const row = write.order.amountsUntold && known.get(write.orderId);
		return row ? { ...write, order: withAmounts(write.order, row) } : write;
	});
}

function withAmounts(order: OrderWrite['order'], row: KnownRow): OrderWrite['order'] {
	const lines = new Map(row.lines.map((line) => [line.id, line]));
	const parts = Object.entries(row.money).map(([part, minor]): [MoneyPart, Money] => [
		part as MoneyPart,
		{ amountMinor: BigInt(minor), currency: row.currency },
	]);
	return {
		...order,
		money: {
			currency: row.currency,
			taxBasis: row.tax_basis as TaxBasis,
			parts: Object.fromEntries(parts),
			totalComputed: row.total_computed,
		},
		lines: order.lines.map((line) => {
			const told = lines.get(line.externalId);
			if (!told) return line;
			const amount = (minor: string | null): Money | null =>
				minor === null ? null : { amountMinor: BigInt(minor), currency: told.currency };
			return { ...line, unitPrice: amount(told.price), discount: amount(told.discount), tax: amount(told.tax) };
		}),
	};
}
