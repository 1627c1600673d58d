import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ExportEvery, ExportFormat, ExportState, ReportId } from '@pangea/domain';

export const REPORT_WORDS: Record<ReportId, MessageDescriptor> = {
	orders: msg`Orders`,
	lines: msg`Order lines`,
	fees: msg`Platform fees`,
	returns: msg`Returns and refunds`,
	tax: msg`Tax`,
	stock: msg`Stock and listings`,
	feed: msg`Product feed`,
	answers: msg`Answer times`,
};

export const FORMAT_NAMES: Record<ExportFormat, string> = { csv: 'CSV (ZIP)', xlsx: 'Excel (XLSX)', parquet: 'Parquet' };

export const EVERY_WORDS: Record<ExportEvery, MessageDescriptor> = {
	daily: msg`Daily`,
	weekly: msg`Weekly`,
	monthly: msg`Monthly`,
};

export const EXPORT_STATE_WORDS: Record<ExportState, MessageDescriptor> = {
	waiting: msg`Waiting`,
	running: msg`Being written`,
	done: msg`Ready`,
	failed: msg`Failed`,
	cancelled: msg`Cancelled`,
	expired: msg`Deleted after seven days`,
};
