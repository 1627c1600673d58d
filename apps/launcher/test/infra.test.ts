import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, loadConfig, WORKER_FLAGS } from '@pangea/config';
import { newMasterKeyText } from '@pangea/vault';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

// What infra/ says must be what the programs understand: files that exist, variables that are read, ports and paths that answer.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const INFRA = join(ROOT, 'infra');
const files = readdirSync(INFRA, { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile())
	.map((entry) => join(entry.parentPath, entry.name));
const read = (...path: string[]): string => readFileSync(join(INFRA, ...path), 'utf8');
const variables = z.record(z.string(), z.string());

let folder: string;
let key: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'pangea infra '));
	key = join(folder, 'master.key');
	writeFileSync(key, newMasterKeyText());
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The environment of a set-up as a process would read it, with the key where this machine has it. @throws ConfigError */
function configOf(environment: Record<string, string>): Config {
	const filled = Object.entries(environment).map(([name, value]): [string, string] => [
		name,
		value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/\$\{\w+:\?[^}]*\}/g, 'word'),
	]);
	return loadConfig({ DATABASE_URL: 'postgres://pangea@db/pangea', ...Object.fromEntries(filled), PANGEA_MASTER_KEY_FILE: key });
}

/** Whether the machine has a program; where it has not, its check is reported as skipped. */
function onMachine(program: string): boolean {
	return spawnSync('which', [program]).status === 0;
}

describe('infra', () => {
	test('names only programs that exist and variables that are read', () => {
		const config = readFileSync(join(ROOT, 'packages/config/src/index.ts'), 'utf8');
		expect(files.length).toBeGreaterThan(8);
		for (const file of files) {
			const text = readFileSync(file, 'utf8');
			for (const [program] of text.matchAll(/(?:apps|packages)\/[\w/-]+\.ts/g))
				expect([file, program, existsSync(join(ROOT, program))]).toEqual([file, program, true]);
			for (const [name] of text.matchAll(/\b(?:PANGEA_[A-Z_]+|DATABASE_URL)\b/g))
				expect([file, name, config.includes(name)]).toEqual([file, name, true]);
		}
	});

	test('starts every worker as the launcher does', () => {
		const starts = [...files, join(ROOT, 'docs/operate.md')].flatMap((file) => [
			...readFileSync(file, 'utf8').matchAll(/\bnode\b[^\n]*apps\/worker\/src\/main\.ts/g),
		]);
		expect(starts).toHaveLength(4);
		for (const [start] of starts) for (const flag of WORKER_FLAGS) expect(start).toContain(flag);
	});

	test('the compose file starts two servers and two workers after the migration, behind the proxy', () => {
		const service = z.object({
			command: z.array(z.string()),
			environment: variables,
			depends_on: z.record(z.string(), z.object({ condition: z.string() })),
			deploy: z.object({ replicas: z.number() }).optional(),
			healthcheck: z.object({ test: z.array(z.string()) }).optional(),
		});
		const shape = z.object({
			services: z.object({ server: service, worker: service, migrate: service }),
			secrets: z.object({ master_key: z.object({ file: z.string() }) }),
		});
		const { services } = shape.parse(parse(read('compose', 'compose.yaml'), { merge: true }));
		for (const part of [services.server, services.worker]) {
			expect(part.deploy?.replicas).toBe(2);
			expect(part.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
			const config = configOf(part.environment);
			expect(part.healthcheck?.test.join(' ')).toContain(`:${config.adminPort}/health/ready`);
			expect([config.listen, config.trustedProxies]).toEqual(['0.0.0.0', 1]);
			// The proxy knows the servers by this port, and nothing but it.
			expect(read('nginx', 'nginx.conf')).toContain(`server server:${config.port} `);
			expect(read('nginx', 'nginx.conf')).not.toContain(String(config.adminPort));
		}
		expect(services.migrate.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
	});

	test('the manifests probe ports that are served, run as nobody special and keep one of each part alive', () => {
		const documents = parseAllDocuments(read('kubernetes', 'pangea.yaml')).map((document): unknown => document.toJS());
		const of = <T>(kind: string, shape: z.ZodType<T>): T[] =>
			documents.filter((d) => z.object({ kind: z.string() }).parse(d).kind === kind).map((d) => shape.parse(d));
		const [settings] = of('ConfigMap', z.object({ data: variables }));
		const config = configOf(settings?.data ?? {});
		const probe = z.object({ httpGet: z.object({ path: z.enum(['/health/live', '/health/ready']), port: z.literal('admin') }) });
		const container = z.object({
			command: z.array(z.string()),
			ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
			startupProbe: probe,
			livenessProbe: probe,
			readinessProbe: probe,
		});
		const deployment = z.object({
			spec: z.object({
				replicas: z.literal(2),
				template: z.object({
					spec: z.object({ containers: z.tuple([container]), securityContext: z.object({ runAsNonRoot: z.literal(true) }) }),
				}),
			}),
		});
		const deployments = of('Deployment', deployment);
		expect(deployments).toHaveLength(2);
		for (const { spec } of deployments) {
			const [{ ports, livenessProbe, readinessProbe }] = spec.template.spec.containers;
			expect(ports).toContainEqual({ name: 'admin', containerPort: config.adminPort });
			expect([livenessProbe.httpGet.path, readinessProbe.httpGet.path]).toEqual(['/health/live', '/health/ready']);
		}
		const budgets = of('PodDisruptionBudget', z.object({ spec: z.object({ minAvailable: z.literal(1) }) }));
		expect(budgets).toHaveLength(2);
	});

	test('the units start the programs with the key that systemd hands them', () => {
		for (const part of ['server', 'worker']) {
			const unit = read('systemd', `pangea-${part}@.service`);
			expect(unit).toMatch(new RegExp(`^ExecStart=/usr/bin/node .*apps/${part}/src/main\\.ts$`, 'm'));
			expect(unit).toContain('PANGEA_MASTER_KEY_FILE=%d/master.key');
			expect(unit).toContain('Requires=pangea-migrate.service');
		}
		const pairs = read('systemd', 'environment.example')
			.split('\n')
			.filter((line) => line && !line.startsWith('#'))
			.map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
		expect(configOf(Object.fromEntries(pairs)).publicUrl).toBe('https://pangea.example.com');
	});

	test.skipIf(!onMachine('systemd-analyze'))('the units are sound to systemd, and leave little open', () => {
		const units = readdirSync(join(INFRA, 'systemd')).filter((name) => name.endsWith('.service'));
		for (const unit of units) writeFileSync(join(folder, unit), read('systemd', unit).replaceAll('/usr/bin/node', process.execPath));
		const verified = spawnSync('systemd-analyze', ['verify', '--man=no', ...units.map((unit) => join(folder, unit))], { encoding: 'utf8' });
		// Of the machine's own units nothing is meant.
		const told = `${verified.stdout}${verified.stderr}`.split('\n').filter((line) => line.includes('pangea'));
		expect([verified.status, told]).toEqual([0, []]);
		for (const unit of units) {
			const rated = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=45', join(folder, unit)], {
				encoding: 'utf8',
			});
			expect([unit, rated.status]).toEqual([unit, 0]);
		}
	});

	test.skipIf(!onMachine('kubectl'))('the manifests come together as the kustomization says, all in one namespace', () => {
		const built = spawnSync('kubectl', ['kustomize', join(INFRA, 'kubernetes')], { encoding: 'utf8' });
		expect(built.status).toBe(0);
		const made = parseAllDocuments(built.stdout).map((document) =>
			z.object({ kind: z.string(), metadata: z.object({ name: z.string(), namespace: z.literal('pangea') }) }).parse(document.toJS()),
		);
		expect(
			made
				.filter(({ kind }) => kind === 'Deployment')
				.map(({ metadata }) => metadata.name)
				.sort(),
		).toEqual(['pangea-server', 'pangea-worker']);
	});
});
