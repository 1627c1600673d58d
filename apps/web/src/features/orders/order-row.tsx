// Rows are placed by transform, which a real table's layout does not allow; the grid roles say the same.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { CommentOutlined, ExclamationCircleOutlined, RollbackOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { OrderRowView, StoreView } from '@pangea/api';
import { memo } from 'react';
import { countryName } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { FLAG_WORDS, STATE_WORDS } from '../../words.ts';
import { Amount, When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, StoreName } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { FlagIcon, isFlag } from './flag.tsx';
import { ShipBy } from './ship-by.tsx';

export interface OrderRowProps {
	row: OrderRowView;
	store: StoreView | undefined;
	index: number;
	top: number;
	selected: boolean;
	active: boolean;
	/** No longer in the state whose tab is shown: it moved on while being looked at. */
	moved: boolean;
}

export const rowElementId = (orderId: string): string => `row-${orderId}`;

/** One order. Clicks and keys are the table's business: the row only says its id. */
export const OrderRow = memo(function OrderRow({ row, store, index, top, selected, active, moved }: OrderRowProps) {
	const { t, i18n } = useLingui();
	const order = row.externalId;
	return (
		<div
			id={rowElementId(row.orderId)}
			role="row"
			aria-rowindex={index + 2}
			aria-selected={selected}
			data-order={row.orderId}
			className={`tr ${selected ? 'selected' : ''} ${active ? 'active' : ''} ${moved ? 'moved' : ''}`}
			style={{ transform: `translateY(${top}px)` }}
		>
			<span role="gridcell" className="td pick" data-do="pick">
				<input type="checkbox" tabIndex={-1} checked={selected} readOnly aria-label={t`Select order ${order}`} />
			</span>
			<span role="gridcell" className="td flag" data-do="flag">
				{isFlag(row.flag) ? <FlagIcon flag={row.flag} label={i18n._(FLAG_WORDS[row.flag])} /> : <FlagIcon flag={null} />}
			</span>
			<span role="gridcell" className="td store">
				<PlatformMark platform={row.platform} name={row.platform} size={16} />
				{store && <SiteMark country={store.country} />}
				<StoreBadge store={store} />
				<StoreName name={store?.name ?? '…'} />
			</span>
			<span role="gridcell" className="td number num">
				<span className="cut">{row.externalId}</span>
			</span>
			<span role="gridcell" className="td state">
				<span className={`state-word ${row.state}`}>{i18n._(STATE_WORDS[row.state])}</span>
				<small className="raw cut" title={row.rawStatus}>
					{row.rawStatus}
				</small>
			</span>
			<span role="gridcell" className="td items">
				{row.isTest && <em className="tag">{t`Test`}</em>}
				<span className="cut" title={row.firstTitle ?? undefined}>
					<bdi>{row.firstTitle ?? '—'}</bdi>
				</span>
				{(row.unitCount > 1 || row.lineCount > 1) && (
					<small className="num times">{row.lineCount > 1 ? t`${row.lineCount} lines · ${row.unitCount} pcs` : `× ${row.unitCount}`}</small>
				)}
			</span>
			<span role="gridcell" className="td signs">
				{row.openReturns > 0 && (
					<RollbackOutlined className="warn" title={t`Open returns: ${row.openReturns}`} aria-label={t`Open returns: ${row.openReturns}`} />
				)}
				{row.warnings.length > 0 && (
					<ExclamationCircleOutlined className="warn" title={row.warnings.join(' · ')} aria-label={row.warnings.join(' · ')} />
				)}
				{row.hasNote && <CommentOutlined className="faint" title={t`Has a note`} aria-label={t`Has a note`} />}
			</span>
			<span role="gridcell" className="td country" title={row.buyerCountry ? countryName(shownLanguage(), row.buyerCountry) : undefined}>
				{row.buyerCountry ?? '—'}
			</span>
			<span role="gridcell" className="td total">
				<Amount money={row.total} computed={row.totalComputed} />
			</span>
			<span role="gridcell" className="td placed num">
				<When at={row.placedAt} storeZone={store?.zone} />
			</span>
			<span role="gridcell" className="td ship num">
				<ShipBy row={row} storeZone={store?.zone} />
			</span>
		</div>
	);
});
