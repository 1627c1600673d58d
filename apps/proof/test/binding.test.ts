import type { PlatformId } from '@pangea/domain';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { catalog, LANGUAGES, type Language } from '../../e2e/src/catalog.ts';
import { sentenceOf } from '../../web/test/sentences.ts';
import { type Desk, openDesk, type Stage } from '../src/binding/desk.ts';
import { ACTORS, type Actor, failures } from '../src/binding/failures.ts';

let server: TestDatabase;
let desk: Desk;
let stage: Stage | null = null;

beforeAll(async () => {
	server = await createTestDatabase();
	desk = await openDesk(server.url, 4930);
}, 60_000);
afterAll(async () => {
	await desk?.stop();
	await server?.drop();
}, 60_000);
afterEach(async () => {
	desk.mend();
	await stage?.clear();
	stage = null;
});

const rows = failures.flatMap(({ name, on, later, happen }) =>
	(Object.entries(on) as [PlatformId, string][]).map(([platform, code]) => ({ name, platform, code, later: later ?? false, happen })),
);

describe('a failure while a store is bound', () => {
	test.each(rows.filter((row) => !row.later))(
		'$platform: $name is told as $code, and nothing is bound',
		async ({ platform, code, happen }) => {
			stage = await desk.stage(platform);
			expect(await happen(stage)).toBe(code);
		},
		60_000,
	);
});

test('temu: a clock that is wrong is set by the one of the refusal', async () => {
	stage = await desk.stage('temu');
	await stage.saveApp();
	stage.control.arm({ kind: 'clockSkew', platform: 'temu', options: { milliseconds: 600_000 } });
	expect(await stage.bind()).toBe('bound');
}, 60_000);

describe('a failure after a store was bound', () => {
	test.each(rows.filter((row) => row.later))(
		'$platform: $name is shown on the store as $code',
		async ({ platform, code, happen }) => {
			stage = await desk.stage(platform);
			expect(await happen(stage)).toBe(code);
		},
		60_000,
	);
});

/** Words by which a sentence names who must act, or says that we do. */
const NAMED: Readonly<Record<Language, Readonly<Record<Actor, RegExp>>>> = {
	en: {
		reader: /\b(Check|Enter|Start|Correct|Add|Sign in|Reconnect)\b/,
		seller: /owner|main account/,
		owner: /an owner/,
		administrator: /administrator/,
		nobody: /We go on|We keep trying|is kept|cannot be bound/,
	},
	'zh-CN': {
		reader: /请/,
		seller: /店主|主账号/,
		owner: /请(?:联系工作区)?所有者/,
		administrator: /系统管理员/,
		nobody: /系统会|已保存|无法绑定/,
	},
	'pt-BR': {
		reader: /Confira|Informe|Comece|Corrija|Adicione|Entre|Reconecte|Inclua/,
		seller: /dono|conta principal/,
		owner: /proprietário/,
		administrator: /administrador/,
		nobody: /Seguimos|Continuamos|guardada|não pode ser vinculada/,
	},
	'es-MX': {
		reader: /Revisa|Escríbelas|Empieza|Corrígelo|Agrega|Agrégalo|Inicia|Reconecta/,
		seller: /dueño|cuenta principal/,
		owner: /propietario/,
		administrator: /administrador/,
		nobody: /Seguimos|guardó|no se puede vincular/,
	},
};

describe('the sentence of every failure', () => {
	const codes = [...new Set(rows.map((row) => row.code))].sort();

	test('is there: at least twenty failures are named, on all four platforms', () => {
		expect(failures.length).toBeGreaterThanOrEqual(20);
		expect(new Set(failures.map((failure) => failure.name)).size).toBe(failures.length);
		for (const platform of ['amazon', 'temu', 'mercado-libre', 'tiktok-shop'])
			expect(rows.filter((row) => row.platform === platform).length).toBeGreaterThanOrEqual(20);
	});

	test.each(LANGUAGES.flatMap((language) => codes.map((code) => [language, code] as const)))(
		'%s: %s names who must act',
		(language, code) => {
			const told = catalog(language).get(sentenceOf(code)) ?? '';
			const actor = ACTORS[code];
			expect(actor).toBeDefined();
			if (actor) expect(told).toMatch(NAMED[language][actor]);
		},
	);
});
