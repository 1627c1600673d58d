import type { Call } from './trail-call.ts';

const TEMPLATE = {
	templateId: '01a00000-0000-7000-8000-00000000e001',
	name: 'Each week',
	report: 'orders' as const,
	format: 'csv' as const,
	columns: ['total', 'order_number'],
	filter: { search: 'Ana' },
	zone: 'UTC',
	byteOrderMark: true,
	together: true,
};

/** @param sql the worker's part, played by the rows */
export const exportCalls = (sql: (text: string) => Promise<unknown>): Record<string, Call> => ({
	'exports.ask': {
		action: 'exports.ask',
		call: (c) => c.exports.ask({ report: 'orders', format: 'csv', filter: {}, zone: 'UTC' }),
	},
	'exports.saveTemplate': {
		action: 'exports.saveTemplate',
		call: (c) => c.exports.saveTemplate(TEMPLATE),
	},
	'exports.make': {
		action: 'exports.ask',
		call: (c) => c.exports.make({ templateId: TEMPLATE.templateId }),
	},
	'exports.schedule': {
		action: 'exports.schedule',
		call: (c) =>
			c.exports.schedule({
				templateId: TEMPLATE.templateId,
				schedule: { every: 'daily', weekday: 1, monthDay: 1, time: '08:00', zone: 'UTC', covers: 'period', announce: true },
			}),
	},
	'exports.removeTemplate': {
		action: 'exports.removeTemplate',
		call: (c) => c.exports.removeTemplate({ templateId: TEMPLATE.templateId }),
	},
	'exports.link': {
		action: 'exports.link',
		call: async (c) => {
			const [run] = await c.exports.list();
			await sql(
				`update export_run set state = 'done', file_name = 'f', expires_at = now() + interval '1 day' where run_id = '${run?.runId}'`,
			);
			await c.exports.link({ runId: run?.runId ?? '' });
		},
	},
	'exports.cancel': {
		action: 'exports.cancel',
		call: async (c) => {
			const [run] = await c.exports.list();
			await sql(`update export_run set state = 'running' where run_id = '${run?.runId}'`);
			await c.exports.cancel({ runId: run?.runId ?? '' });
		},
	},
});
