import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { AGREED, settle } from '../src/index.ts';

const hearing = { platform: 'Temu', side: 'simulator', against: 'a sample', judged: 2 } as const;

it('tells disagreements without a reason and reasons without a disagreement', () => {
	expect(settle({ ...hearing, disagreements: ['+a', '+b', '+a'], reasons: { '+a': 'known', '-c': 'mended' } })).toEqual({
		undocumented: ['+b'],
		gone: ['-c'],
	});
	expect(settle({ ...hearing, disagreements: ['+a'], reasons: { '+a': 'known' } })).toEqual(AGREED);
	expect(settle({ ...hearing, disagreements: ['constructor'] }).undocumented).toEqual(['constructor']);
});

it('writes every hearing into the report that is asked for, each disagreement once', () => {
	const folder = mkdtempSync(join(tmpdir(), 'referees-'));
	const file = join(folder, 'report');
	vi.stubEnv('PANGEA_REFEREE_REPORT', file);
	settle({ ...hearing, disagreements: ['+b', '+a', '+a'], reasons: { '+a': 'known' } });
	settle({ ...hearing, disagreements: [] });
	vi.unstubAllEnvs();
	const lines = readFileSync(file, 'utf8').trim().split('\n');
	rmSync(folder, { recursive: true });
	expect(lines.map((line) => JSON.parse(line))).toEqual([
		{
			...hearing,
			told: [
				{ what: '+a', reason: 'known' },
				{ what: '+b', reason: null },
			],
			gone: [],
		},
		{ ...hearing, told: [], gone: [] },
	]);
});
