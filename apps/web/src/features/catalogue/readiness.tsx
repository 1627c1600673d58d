import { useLingui } from '@lingui/react/macro';
import type { SkuView } from '@pangea/api';
import { PLATFORMS, type Readiness, READINESS_STEPS, type ReadinessStep, readinessOf, type StepReading } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, StoreName } from '../../ui/site.tsx';
import { TARGET_WORDS } from '../copies/words.ts';
import './readiness.css';
import { stepSentence } from './readiness-words.ts';

/** So many stores stand open, those that are nearest to being ready. */
const FIRST = 5;

/** How far a SKU is from being sold in each store that lacks it or whose platform blocks it there, with each missing step. */
export function ReadyElsewhere({ of: { sku, listings }, onMaster }: { of: SkuView; onMaster: () => void }) {
	const { t } = useLingui();
	const [all, setAll] = useState(false);
	const { data } = useQuery({ ...trpc.catalogue.readiness.queryOptions({ skuIds: [sku.skuId] }), staleTime: 60_000 });
	const targets = useQuery(trpc.copies.targets.queryOptions({ skuId: sku.skuId }));
	const [facts] = data?.skus ?? [];
	if (!data || !facts) return null;
	const listed = new Map(
		listings.flatMap(({ storeId, state }) => (state === 'gone' || state === 'blocked' ? [] : [[storeId, state] as const])),
	);
	const rows = data.stores
		.filter(({ storeId }) => !listed.has(storeId))
		.map((store) => {
			const placed = data.placed.find(({ storeId }) => storeId === store.storeId) ?? null;
			return {
				storeId: store.storeId,
				language: store.language,
				isBlocked: placed?.kind === 'blocked',
				state: targets.data?.targets.find(({ storeId }) => storeId === store.storeId)?.state ?? 'open',
				readiness: readinessOf(facts, store, placed),
			};
		})
		.toSorted((a, b) => shareOf(b.readiness) - shareOf(a.readiness));
	if (rows.length === 0) return null;
	return (
		<section className="ready" aria-label={t`Ready for other stores`}>
			<h3>{t`Ready for other stores`}</h3>
			<ul>
				{(all ? rows : rows.slice(0, FIRST)).map((row) => (
					<Row key={row.storeId} skuId={sku.skuId} code={sku.code} row={row} onMaster={onMaster} />
				))}
			</ul>
			{rows.length > FIRST && (
				<Button size="small" onClick={() => setAll(!all)} aria-expanded={all}>
					{all ? t`Show the nearest ${FIRST}` : t`Show all ${rows.length} stores`}
				</Button>
			)}
		</section>
	);
}

function shareOf({ done, of }: Readiness): number {
	return of === 0 ? 0 : done / of;
}

interface RowProps {
	skuId: string;
	code: string;
	row: {
		storeId: string;
		language: string;
		isBlocked: boolean;
		state: keyof typeof TARGET_WORDS;
		readiness: Readiness;
	};
	/** Opens what is said of the SKU itself. */
	onMaster: () => void;
}

function Row({ skuId, code, onMaster, row: { storeId, language, isBlocked, state, readiness } }: RowProps) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const store = byId.get(storeId);
	const open = READINESS_STEPS.filter((name) => readiness.steps[name].state === 'missing' || readiness.steps[name].state === 'unknown');
	return (
		<li>
			<div className="line">
				{store && <PlatformMark platform={store.platform} name={PLATFORMS[store.platform].name} size={16} />}
				{store && <SiteMark country={store.country} />}
				<span className="grow cut">
					<StoreName name={store?.name ?? ''} />
				</span>
				<Bar of={readiness} />
			</div>
			{!isBlocked && state !== 'open' && state !== 'listed' && <small className="faint">{i18n._(TARGET_WORDS[state])}</small>}
			<ul className="ready-steps">
				{open.map((name) => (
					<li key={name} className={readiness.steps[name].state === 'unknown' ? 'is-unknown' : ''}>
						<Step name={name} step={readiness.steps[name]} {...{ skuId, code, storeId, language, isBlocked, onMaster }} />
					</li>
				))}
				{open.length === 0 && <li className="soft">{t`Nothing is missing`}</li>}
			</ul>
		</li>
	);
}

/** One piece a step, in their order, so that two stores can be compared at a glance. */
function Bar({ of: { steps, done, of } }: { of: Readiness }) {
	const { t } = useLingui();
	return (
		<span className="ready-score">
			<span aria-hidden className="ready-bar">
				{READINESS_STEPS.filter((name) => !['notAsked', 'hidden'].includes(steps[name].state)).map((name) => (
					<i key={name} className={`is-${steps[name].state}`} />
				))}
			</span>
			<b className="num">{t`${done} of ${of}`}</b>
		</span>
	);
}

interface StepProps {
	name: ReadinessStep;
	step: StepReading;
	skuId: string;
	code: string;
	storeId: string;
	language: string;
	isBlocked: boolean;
	onMaster: () => void;
}

/** What lacks, as the way to where it is mended, for who may mend it. */
function Step({ name, step, skuId, code, storeId, language, isBlocked, onMaster }: StepProps) {
	const { i18n } = useLingui();
	const mayPublish = useMay('catalogue.publish');
	const mayManage = useMay('stores.manage');
	const mayPair = useMay('catalogue.pair');
	const mayCost = useMay('fields.cost');
	const words = stepSentence(i18n, shownLanguage(), language, step) ?? '';
	if (step.reason === 'noCompany' || step.reason === 'wayNotTold')
		return mayManage ? (
			<Link to="/stores" search={{ store: storeId }}>
				{words}
			</Link>
		) : (
			words
		);
	if (step.reason === 'noCost')
		return mayCost ? (
			<Link to="/numbers/costs" search={{ sku: code }}>
				{words}
			</Link>
		) : (
			words
		);
	if (name === 'compliance') return mayManage ? <Link to="/stores/dossier">{words}</Link> : words;
	if (name === 'customs')
		return mayPair ? (
			<button type="button" onClick={onMaster}>
				{words}
			</button>
		) : (
			words
		);
	if (!mayPublish) return words;
	if (!isBlocked)
		return (
			<Link to="/catalogue/copy" search={{ sku: skuId, store: storeId }}>
				{words}
			</Link>
		);
	return name === 'price' || name === 'stock' ? (
		<Link to="/catalogue" search={{ view: 'offers', store: storeId, q: code }}>
			{words}
		</Link>
	) : (
		<Link to="/catalogue" search={{ view: 'problems' }}>
			{words}
		</Link>
	);
}
