import { useLingui } from '@lingui/react/macro';
import type { SkuMasterView } from '@pangea/api';
import { MASTER_USED, MASTER_USES, type MasterData, masterLacks, type MasterUse } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import { countryName, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { useMay } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import './master.css';
import { MASTER_USE_WORDS, MASTER_WORDS } from './master-words.ts';

const MasterDrawer = lazy(async () => ({ default: (await import('./master-drawer.tsx')).MasterDrawer }));

interface MasterSectionProps {
	skuId: string;
	editing: boolean;
	onEditing: (editing: boolean) => void;
}

/** What is known of a SKU itself, and what each use of it lacks. */
export function MasterSection({ skuId, editing, onEditing }: MasterSectionProps) {
	const { t } = useLingui();
	const mayChange = useMay('catalogue.pair');
	const { data: master, error, refetch } = useQuery(trpc.catalogue.master.queryOptions({ skuId }));
	useKeys({ m: () => onEditing(true) }, mayChange && master !== undefined);
	if (error && !master) return <Broken error={error} reset={() => void refetch()} />;
	if (!master) return <Skeleton rows={3} height={20} />;
	return (
		<section className="sku-master" aria-label={t`Master data`}>
			<div className="line">
				<h3 className="grow">{t`Master data`}</h3>
				{mayChange && (
					<Button size="small" onClick={() => onEditing(true)} aria-keyshortcuts="m">
						{t`Edit`}
					</Button>
				)}
			</div>
			<Known of={master.data} />
			<ul>
				{MASTER_USES.map((use) => (
					<Use key={use} use={use} of={master.data} />
				))}
			</ul>
			<small className="faint">
				<Said of={master} />
			</small>
			{editing && (
				<Suspense fallback={null}>
					<MasterDrawer master={master} onClose={() => onEditing(false)} />
				</Suspense>
			)}
		</section>
	);
}

function Known({ of: data }: { of: MasterData }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const sides = [data.length, data.width, data.height];
	const size = sides.map((side) => (side === null ? '—' : formatNumber(language, side))).join(' × ');
	const known: readonly (readonly [string, ReactNode])[] = [
		[i18n._(MASTER_WORDS.brand), data.brand],
		[i18n._(MASTER_WORDS.materials), data.materials],
		[i18n._(MASTER_WORDS.hsCode), data.hsCode],
		[i18n._(MASTER_WORDS.origin), data.origin && countryName(language, data.origin)],
		[i18n._(MASTER_WORDS.weight), data.weight && t`${formatNumber(language, data.weight)} g`],
		[t`Packed size`, sides.some((side) => side !== null) ? t`${size} mm` : null],
		[i18n._(MASTER_WORDS.pieces), data.pieces && formatNumber(language, data.pieces)],
	];
	const told = known.filter(([, value]) => value !== null);
	if (told.length === 0) return null;
	return (
		<dl>
			{told.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>
						<bdi>{value}</bdi>
					</dd>
				</div>
			))}
		</dl>
	);
}

function Use({ use, of: data }: { use: MasterUse; of: MasterData }) {
	const { t, i18n } = useLingui();
	const all = masterLacks(data);
	const lacks = MASTER_USED[use].filter((field) => all.includes(field)).map((field) => i18n._(MASTER_WORDS[field]));
	const list = new Intl.ListFormat(i18n.locale, { type: 'unit' }).format(lacks);
	return (
		<li>
			<span>{i18n._(MASTER_USE_WORDS[use])}</span> {lacks.length === 0 ? <span className="soft">{t`complete`}</span> : t`missing: ${list}`}
		</li>
	);
}

function Said({ of: { changedAt, changedBy } }: { of: SkuMasterView }) {
	const { t } = useLingui();
	if (changedAt === null) return <>{t`As its first listing told it; what you say here no platform overwrites.`}</>;
	return (
		<>
			{changedBy === null ? t`Said by somebody who has left` : t`Said by ${changedBy}`} · <When at={changedAt} relative />
		</>
	);
}
