import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ExportState, ReportId } from '@pangea/domain';

export const REPORT_WORDS: Record<ReportId, MessageDescriptor> = {
	orders: msg`Orders`,
	lines: msg`Order lines`,
	fees: msg`Platform fees`,
	returns: msg`Returns and refunds`,
};

export const EXPORT_STATE_WORDS: Record<ExportState, MessageDescriptor> = {
	waiting: msg`Waiting`,
	running: msg`Being written`,
	done: msg`Ready`,
	failed: msg`Failed`,
	cancelled: msg`Cancelled`,
	expired: msg`Deleted after seven days`,
};
