import { Plural, useLingui } from '@lingui/react/macro';
import type { FigureId, NumbersGroupView, NumbersView, StoreView } from '@pangea/api';
import { GROUPINGS, isPlatformId, MEASURES, PLATFORMS } from '@pangea/domain';
import { Link } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { formatPercent } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, siteName, StoreName } from '../../ui/site.tsx';
import { ordersOf } from './drill.ts';
import { changeOf, figureText } from './figure.ts';
import type { NumbersFilter } from './filter.ts';
import { Change } from './headline.tsx';
import { GROUPING_WORDS, MEASURE_MEANINGS, MEASURE_WORDS } from './words.ts';

const COLUMNS = [
	'gross',
	'net',
	'orders',
	'units',
	'averageOrder',
	'refunded',
	'returnRate',
	'cancelled',
] as const satisfies readonly FigureId[];

interface GroupsProps {
	view: NumbersView;
	filter: NumbersFilter;
	stores: ReadonlyMap<string, StoreView>;
	onChange: (change: Partial<NumbersFilter>) => void;
}

/** The same figures part by part; every part leads to its orders. */
export function Groups({ view, filter, stores, onChange }: GroupsProps) {
	const { t, i18n } = useLingui();
	const { currency } = view.basis;
	const most = Number(view.total.gross ?? 0);
	return (
		<section className="panel groups">
			<header>
				<h2>{t`Where it comes from`}</h2>
				<Segmented
					size="small"
					aria-label={t`Told apart by`}
					value={filter.by}
					onChange={(by) => onChange({ by })}
					options={GROUPINGS.map((value) => ({ value, label: i18n._(GROUPING_WORDS[value]) }))}
				/>
			</header>
			{view.groups.length === 0 ? (
				<p className="faint pad">{t`No order was placed on these days.`}</p>
			) : (
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
				<section className="scroll" tabIndex={0} aria-label={t`Where it comes from`}>
					<table>
						<thead>
							<tr>
								<th scope="col">{i18n._(GROUPING_WORDS[filter.by])}</th>
								{COLUMNS.map((id) => (
									<th key={id} scope="col" className="right" title={i18n._(MEASURE_MEANINGS[id])}>
										{i18n._(MEASURE_WORDS[id])}
										{MEASURES[id].unit === 'money' && ` ${currency}`}
									</th>
								))}
							</tr>
						</thead>
						<tbody>
							{view.groups.map((group) => (
								<tr key={group.key}>
									<th scope="row">
										<Place group={group} filter={filter} stores={stores} />
									</th>
									{COLUMNS.map((id) => (
										<td key={id} className="num right">
											{figureText(shownLanguage(), id, group.figures[id], currency)}
											{id === 'gross' && (
												<small>
													{most > 0 && (
														<span className="faint">{formatPercent(shownLanguage(), Number(group.figures.gross ?? 0) / most)}</span>
													)}
													{group.compared && <Change id={id} share={changeOf(id, group.figures, group.compared)} />}
												</small>
											)}
										</td>
									))}
								</tr>
							))}
						</tbody>
					</table>
				</section>
			)}
		</section>
	);
}

/** What the API groups stores by; empty for those that have none. */
const BELONGING: Record<'entity' | 'group' | 'owner', (store: StoreView) => string> = {
	entity: (store) => store.entity ?? '',
	group: (store) => store.group ?? '',
	owner: (store) => store.owner?.userId ?? '',
};

function isChosen({ stores, platforms }: NumbersFilter, { storeId, platform }: StoreView): boolean {
	return (stores.length === 0 || stores.includes(storeId)) && (platforms.length === 0 || platforms.includes(platform));
}

/** What a part of the figures is called, leading to its orders. */
export function Place({
	group,
	filter,
	stores,
}: {
	group: Pick<NumbersGroupView, 'key'>;
	filter: NumbersFilter;
	stores: GroupsProps['stores'];
}) {
	const { t } = useLingui();
	const { key } = group;
	const { by } = filter;
	const within = (belongs: (store: StoreView) => boolean): StoreView[] =>
		[...stores.values()].filter((s) => belongs(s) && isChosen(filter, s));
	switch (by) {
		case 'platform':
			return (
				<Link to="/orders" search={ordersOf(filter, { platforms: [key] })}>
					{isPlatformId(key) && <PlatformMark platform={key} size={16} />} {isPlatformId(key) ? PLATFORMS[key].name : key}
				</Link>
			);
		case 'site': {
			const here = within((s) => `${s.platform}/${s.siteId}` === key);
			const [first] = here;
			return (
				<Link to="/orders" search={ordersOf(filter, { stores: here.map((s) => s.storeId) })}>
					{first && <PlatformMark platform={first.platform} name={PLATFORMS[first.platform].name} size={16} />}
					{first && <SiteMark country={first.country} />} {first ? siteName(first.country) : key}
				</Link>
			);
		}
		case 'entity':
		case 'group':
		case 'owner': {
			const here = within((s) => BELONGING[by](s) === key);
			const name = by === 'owner' ? here[0]?.owner?.name : key;
			return (
				<Link to="/orders" search={ordersOf(filter, { stores: here.map((s) => s.storeId) })}>
					{name || <span className="faint">{t`None given`}</span>}{' '}
					<small className="faint">
						<Plural value={here.length} one="# store" other="# stores" />
					</small>
				</Link>
			);
		}
		case 'store': {
			const store = stores.get(key);
			return (
				<Link to="/orders" search={ordersOf(filter, { stores: [key] })}>
					{store && <PlatformMark platform={store.platform} name={PLATFORMS[store.platform].name} size={16} />}
					{store && <SiteMark country={store.country} />} {store ? <StoreName name={store.name} /> : key.slice(0, 8)}
				</Link>
			);
		}
		case 'currency':
			return <span>{key === '' ? '—' : key}</span>;
	}
}
