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

const DESTINATION = {
	destinationId: '01a00000-0000-7000-8000-00000000e002',
	name: 'Books',
	host: 'files.example.test',
	port: 22,
	user: 'pangea',
	folder: '',
	hostKey: `ssh-ed25519 SHA256:${'k'.repeat(43)}`,
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
	'destinations.hostKey': {
		action: 'destinations.hostKey',
		call: (c) => c.destinations.hostKey({ host: 'files.example.test', port: 22 }),
	},
	'destinations.save': {
		action: 'destinations.save',
		call: async (c) => {
			await c.destinations.save({ ...DESTINATION, secret: { kind: 'password', password: 'q7ZtF0pWmL' } });
			await c.destinations.save({ ...DESTINATION, folder: '/books' });
		},
		before: { host: 'files.example.test:22', folder: '', hostKey: DESTINATION.hostKey },
		after: { host: 'files.example.test:22', folder: '/books', hostKey: DESTINATION.hostKey },
	},
	'destinations.remove': {
		action: 'destinations.remove',
		call: (c) => c.destinations.remove({ destinationId: DESTINATION.destinationId }),
	},
	'exports.sendAgain': {
		action: 'exports.sendAgain',
		call: async (c) => {
			const [run] = await c.exports.list();
			const destinationId = '01a00000-0000-7000-8000-00000000e003';
			await c.destinations.save({ ...DESTINATION, destinationId, name: 'Again', secret: { kind: 'password', password: 'q7ZtF0pWmL' } });
			await sql(
				`update export_run set state = 'done', file_name = 'f', expires_at = now() + interval '1 day' where run_id = '${run?.runId}'`,
			);
			await sql(`insert into export_sending (workspace_id, run_id, destination_id, state)
				select workspace_id, run_id, '${destinationId}', 'failed' from export_run where run_id = '${run?.runId}'`);
			await c.exports.sendAgain({ runId: run?.runId ?? '' });
		},
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
