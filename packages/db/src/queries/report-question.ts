import type { RawBuilder } from 'kysely';
import type { OrderListQuestion } from './order-list.ts';

/** What a report is asked for. Rows that are of no orders take of it the stores, the days and the moment alone. */
export interface ReportQuestion extends OrderListQuestion {
	/** These of the listed orders alone. */
	orderIds?: readonly string[] | undefined;
}

/** Where the rows of a report come from, and in which order. */
export interface ReportSource {
	from: RawBuilder<unknown>;
	order: RawBuilder<unknown>;
}
