import { Trans, useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useZone } from '../../clock.tsx';
import { formatDay, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { isNarrowed, type OrderFilter } from './filter.ts';
import type { ListSnapshot, OrderListStore } from './list-store.ts';

interface ListFootProps {
	list: OrderListStore;
	snapshot: ListSnapshot;
	filter: OrderFilter;
	/** Null while unknown. */
	storeCount: number | null;
	stores: StoreView[];
	rowHeight: number;
	onClear: () => void;
}

/** What stands below the rows, or instead of them: where loading stands, and why there is nothing. */
export function ListFoot({ list, snapshot, filter, storeCount, stores, rowHeight, onClear }: ListFootProps) {
	const { t, i18n } = useLingui();
	if (snapshot.state === 'failed')
		return (
			<Empty title={t`The orders could not be read`} action={<Button onClick={() => void list.retry()}>{t`Try again`}</Button>}>
				{errorSentence(i18n, snapshot.error)}
			</Empty>
		);
	if (snapshot.state === 'loading') return <Skeleton rows={24} height={rowHeight} />;
	if (snapshot.ids.length === 0) return <WhyEmpty filter={filter} storeCount={storeCount} stores={stores} onClear={onClear} />;
	if (snapshot.error !== null)
		return (
			<div className="foot problem" role="alert">
				{errorSentence(i18n, snapshot.error)}{' '}
				<Button size="small" onClick={() => void list.retry()}>
					{t`Try again`}
				</Button>
			</div>
		);
	const loaded = formatNumber(shownLanguage(), snapshot.ids.length);
	return (
		<output className="foot">
			{snapshot.loadingMore ? (
				t`${loaded} loaded, reading on …`
			) : snapshot.more ? (
				t`${loaded} loaded`
			) : (
				<HistoryEnd loaded={loaded} stores={stores} />
			)}
		</output>
	);
}

/** The end of the list is the end of what is held, and that is not always the end of what happened. */
function HistoryEnd({ loaded, stores }: { loaded: string; stores: StoreView[] }) {
	const zone = useZone();
	const reading = stores.filter((store) => store.enabled && store.backfill && store.backfill.state !== 'done');
	const latest = reading
		.map((store) => store.backfill?.completeFrom ?? '')
		.toSorted()
		.at(-1);
	if (!latest) return <Trans>{loaded} loaded, that is all</Trans>;
	const day = formatDay(shownLanguage(), latest, zone);
	return (
		<Trans>
			{loaded} loaded. History is still being read; complete since {day}.
		</Trans>
	);
}

function WhyEmpty({ filter, storeCount, stores, onClear }: Pick<ListFootProps, 'filter' | 'storeCount' | 'stores' | 'onClear'>) {
	const { t } = useLingui();
	if (storeCount === 0)
		return (
			<Empty
				title={t`No store is bound yet`}
				action={<Link to="/stores" search={{ bind: 'choose' }} className="as-button">{t`Bind a store`}</Link>}
			>
				<Trans>Orders appear here as soon as a store is bound: the newest first, the history after them.</Trans>
			</Empty>
		);
	if (isNarrowed(filter) || filter.state !== null)
		return (
			<Empty title={t`No order fits this filter`} action={<Button onClick={onClear}>{t`Show all orders`}</Button>}>
				<Trans>There may be orders outside of it.</Trans>
			</Empty>
		);
	if (stores.some((store) => store.freshTo === null))
		return (
			<Empty title={t`Nothing read yet`}>
				<Trans>The stores are bound and the first orders are being read. They appear here by themselves.</Trans>
			</Empty>
		);
	return (
		<Empty title={t`No orders`}>
			<Trans>Everything is read up to now; there was no order.</Trans>
		</Empty>
	);
}
