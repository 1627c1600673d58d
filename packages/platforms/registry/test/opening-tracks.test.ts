import { type OpeningFact, OPENING_WAYS, openingTracks, STEP_IDS } from '@pangea/domain';
import { registry } from '@pangea/platform-registry';
import { describe, expect, test } from 'vitest';

const sites = [...registry.values()].flatMap(({ id, manifest }) => manifest.sites.map((site) => ({ platform: id, site })));
const all = sites.map(({ platform, site }) => ({ platform, site, ...openingTracks(platform, site) }));
const tracks = all.flatMap((one) => one.tracks);
const facts: OpeningFact<string>[] = [
	...tracks.flatMap((track) => [...track.steps, ...track.fees, ...track.waits]),
	...all.flatMap((one) => one.without),
];

describe('the tracks', () => {
	test.each(all)('of $platform $site.id say of every way what it takes or why there is none', ({ site, tracks: own, without }) => {
		expect([...own, ...without].map((one) => one.way).toSorted()).toEqual([...OPENING_WAYS].toSorted());
		for (const track of own) {
			expect(track).toMatchObject({ siteId: site.id, country: site.country });
			const ids = track.steps.map((step) => step.id);
			expect(ids.at(-1)).toBe('bind');
			expect(ids).toEqual([...new Set(ids)]);
			expect(track.fees.length).toBeGreaterThan(0);
			expect(track.waits.length).toBeGreaterThan(0);
		}
	});

	test('name a source and its day for every fact, and call nothing confirmed that no source says', () => {
		expect(facts.length).toBeGreaterThan(500);
		for (const { id, source, unconfirmed, link } of facts) {
			expect([id, source.document.length > 0, /^202\d-\d\d-\d\d$/.test(source.read)]).toEqual([id, true, true]);
			expect(Date.parse(source.read)).toBeLessThanOrEqual(Date.now());
			if (source.document === '—') expect([id, unconfirmed]).toEqual([id, true]);
			for (const address of [link, source.link]) if (address !== null) expect(new URL(address).protocol).toBe('https:');
		}
	});

	test('use every step that the screens have a sentence for', () => {
		expect([...new Set(tracks.flatMap((track) => track.steps.map((step) => step.id)))].toSorted()).toEqual([...STEP_IDS].toSorted());
	});

	test('cover Peru and Uruguay, with what nobody confirmed marked as such', () => {
		for (const id of ['MPE', 'MLU']) {
			const own = tracks.filter((track) => track.siteId === id);
			expect(own.map((track) => track.way)).toEqual(['local', 'crossBorder']);
			expect(own[1]?.steps[0]).toMatchObject({ id: 'siteOpen', unconfirmed: true });
		}
		expect(tracks.find((track) => track.siteId === 'MLM' && track.way === 'crossBorder')?.steps[0]).toMatchObject({
			id: 'globalAccount',
			unconfirmed: false,
		});
	});

	test.each([
		['temu', '105', 'local', 'localCompany', [{ kind: 'licence', place: 'site' }]],
		['temu', '105', 'crossBorder', 'chinaCompany', [{ kind: 'licence', place: 'china' }]],
		['amazon', 'A1PA6795UKMFR9', 'local', 'eprGermany', [{ kind: 'epr', place: 'site' }]],
		['amazon', 'A13V1IB3VIYZZH', 'local', 'responsiblePersonEu', [{ kind: 'responsiblePerson', place: 'union' }]],
		['tiktok-shop', 'US', 'crossBorder', 'inform', [{ kind: 'bank', place: 'anywhere' }]],
	] as const)('%s %s %s asks for %s', (platform, siteId, way, step, needs) => {
		const track = tracks.find((one) => one.platform === platform && one.siteId === siteId && one.way === way);
		expect(track?.steps.find((one) => one.id === step)?.needs).toMatchObject(needs);
	});
});
