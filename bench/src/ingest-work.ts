/** What one worker process is told to do, and what it says afterwards. */
export interface IngestJob {
	/**
	 * `product`: bytes through adapter and sync into the database. `mapped`: bytes through the adapter, the same columns by COPY into tables
	 * without an index. `single`: orders one by one, as after a webhook. `parsed`: the same with a plain JSON.parse instead of the adapter.
	 */
	mode: 'product' | 'single' | 'mapped' | 'parsed';
	tape: string;
	data: 'plain' | 'changed';
	stores: { taped: number; workspaceId: string; storeId: string }[];
	/** Files of COPY's binary form by bare table. */
	copies: { table: string; file: string }[];
}

export interface IngestResult {
	orders: number;
	millis: number;
	/** Process CPU, in microseconds an order. */
	cpuMicros: number;
	/** Largest resident set so far, in MB. */
	rssMb: number;
	/** Of single orders. */
	millisEach: number[];
	outcomes: { added: number; changed: number; quarantined: number };
}

/** Tables that a page of orders writes. */
export const ORDER_TABLES = [
	'orders',
	'order_line',
	'parcel',
	'order_return',
	'fee',
	'order_history',
	'buyer_data',
	'raw_reply',
	'quarantine',
] as const;
