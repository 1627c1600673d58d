const { readdirSync } = require('node:fs');
const { join } = require('node:path');

// Who may import whom. Anything not listed is refused; the map stands in words in docs/architecture.md.
const P = (name) => (name.startsWith('apps/') ? `^${name}/` : `^packages/${name}/`);
const adapters = readdirSync(join(__dirname, 'packages', 'platforms')).filter((name) => name !== 'contract' && name !== 'registry');
const rooms = {
	domain: [],
	config: [],
	logging: [],
	vault: [],
	mail: ['domain'],
	'local-postgres': [],
	testing: ['local-postgres'],
	simulator: [],
	db: ['domain', 'vault'],
	jobs: ['domain', 'db'],
	'platforms/contract': ['domain'],
	...Object.fromEntries(adapters.map((name) => [`platforms/${name}`, ['platforms/contract', 'domain']])),
	// Buyers of Amazon write by mail.
	'platforms/amazon': ['platforms/contract', 'domain', 'mail'],
	'platforms/registry': ['platforms/contract', ...adapters.map((name) => `platforms/${name}`)],
	exports: ['domain', 'db'],
	metrics: ['db', 'jobs'],
	realtime: ['domain', 'db'],
	sync: ['domain', 'db', 'vault', 'jobs', 'realtime', 'mail', 'platforms/contract'],
	api: ['domain', 'db', 'vault', 'jobs', 'realtime', 'platforms/contract'],
	'apps/server': [
		'domain',
		'api',
		'sync',
		'realtime',
		'platforms/registry',
		'platforms/contract',
		'jobs',
		'db',
		'vault',
		'config',
		'logging',
		'metrics',
		'exports',
	],
	'apps/worker': [
		'sync',
		'platforms/registry',
		'platforms/contract',
		'realtime',
		'jobs',
		'db',
		'vault',
		'domain',
		'config',
		'logging',
		'metrics',
		'exports',
	],
	'apps/web': ['domain', 'api'],
	'apps/launcher': ['config', 'local-postgres', 'vault', 'db'],
	'apps/e2e': ['apps/launcher'],
	'apps/proof': [
		'apps/launcher',
		'apps/server',
		'apps/worker',
		'sync',
		'platforms/registry',
		'platforms/contract',
		'config',
		'logging',
		'db',
		'jobs',
		'domain',
		'local-postgres',
		'simulator',
	],
};
const forbidden = Object.entries(rooms).map(([room, allowed]) => ({
	name: `${room}-imports`,
	comment: `${room} may import: ${allowed.join(', ') || 'nothing of ours'}`,
	severity: 'error',
	from: { path: P(room), pathNot: '/(test|e2e)/|/src/testing/' },
	to: { path: '^(apps|packages)/', pathNot: [P(room), ...allowed.map(P)].join('|') },
}));
forbidden.push(
	{
		name: 'undeclared',
		comment: 'a room of ours that package.json does not name',
		severity: 'error',
		from: {},
		to: { path: '^@pangea/', couldNotResolve: true },
	},
	{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
	{
		name: 'simulator-is-independent',
		severity: 'error',
		from: { path: '^packages/simulator/' },
		to: { path: '^(apps|packages)/(?!simulator/|testing/)' },
	},
	{
		name: 'web-takes-only-types-from-api',
		severity: 'error',
		from: { path: '^apps/web/src' },
		to: { path: '^packages/api/', dependencyTypesNot: ['type-only'] },
	},
);
module.exports = {
	forbidden,
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '/dist/' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'node', 'default'],
			extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
		},
		tsConfig: { fileName: 'tsconfig.json' },
	},
};
