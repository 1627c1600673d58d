// Rows are placed by transform, which a real table's layout does not allow; the roles say the same.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { useLingui } from '@lingui/react/macro';
import type { AuditView } from '@pangea/api';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { When } from '../../ui/figures.tsx';
import { type Teller, tellAction, tellValue } from './tell.ts';
import { AUDIT_FIELD_WORDS } from './words.ts';

/** Rows before the end at which the next page is asked for. */
const AHEAD = 40;
/** A row of one line; the others are measured. */
const ROW = 37;

interface AuditTableProps {
	rows: AuditView[];
	more: boolean;
	onMore: () => void;
	by: Teller;
}

export function AuditTable({ rows, more, onMore, by }: AuditTableProps) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const { t } = useLingui();
	const scroller = useRef<HTMLDivElement>(null);
	// oxlint-disable-next-line react/incompatible-library
	const virtual = useVirtualizer({
		count: rows.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => ROW,
		overscan: 10,
		getItemKey: (index) => rows[index]?.auditId ?? index,
	});
	const items = virtual.getVirtualItems();
	const last = items.at(-1)?.index ?? 0;
	useEffect(() => {
		if (more && last >= rows.length - AHEAD) onMore();
	}, [more, last, rows.length, onMore]);
	return (
		<div ref={scroller} className="trail" role="grid" tabIndex={0} aria-label={t`Audit trail`} aria-rowcount={more ? -1 : rows.length + 1}>
			<div role="rowgroup" className="head">
				<div role="row" aria-rowindex={1} className="record">
					<span role="columnheader">{t`When`}</span>
					<span role="columnheader">{t`Who`}</span>
					<span role="columnheader">{t`What`}</span>
					<span role="columnheader">{t`To what`}</span>
					<span role="columnheader">{t`Stores`}</span>
					<span role="columnheader">{t`Before and after`}</span>
				</div>
			</div>
			<div role="rowgroup" className="body" style={{ height: virtual.getTotalSize() }}>
				{items.map((item) => {
					const row = rows[item.index];
					if (!row) return null;
					return (
						<div
							key={row.auditId}
							ref={virtual.measureElement}
							data-index={item.index}
							role="row"
							aria-rowindex={item.index + 2}
							className="record"
							style={{ transform: `translateY(${item.start}px)` }}
						>
							<Entry row={row} by={by} />
						</div>
					);
				})}
			</div>
		</div>
	);
}

function Entry({ row, by }: { row: AuditView; by: Teller }) {
	const { t } = useLingui();
	const name = row.subjectName ?? '';
	return (
		<>
			<span role="gridcell" className="when">
				<When at={row.at} />
			</span>
			<span role="gridcell" className="who">
				{row.member ? <bdi>{row.member.name ?? by.people.get(row.member.userId) ?? row.member.userId}</bdi> : t`Somebody with a link`}
			</span>
			<span role="gridcell" className="what">
				{tellAction(by, row.action)}
			</span>
			<span role="gridcell" className="subject" title={name}>
				{row.action.startsWith('orders.') ? (
					<Link to="/orders" search={{ order: row.subject }} className="num">
						{name === '' ? t`Order` : name}
					</Link>
				) : (
					<bdi>{name}</bdi>
				)}
			</span>
			<span role="gridcell" className="of-stores soft" title={row.stores.join('\n')}>
				<bdi>{row.stores.length > 1 ? `${row.stores[0]} +${row.stores.length - 1}` : row.stores[0]}</bdi>
			</span>
			<span role="gridcell" className="difference">
				<Difference row={row} by={by} />
			</span>
		</>
	);
}

/** What was, struck out, and what it became; beside it what else is told. */
function Difference({ row, by }: { row: AuditView; by: Teller }) {
	const { t } = useLingui();
	const word = (field: AuditView['facts'][number]['field']) => by.i18n._(AUDIT_FIELD_WORDS[field]);
	return (
		<>
			{row.changes.map(({ field, before, after }) => (
				<span key={field} className="change">
					<span className="soft">{word(field)}</span>
					{before !== undefined && (
						<del>
							<span className="unseen">{t`before:`} </span>
							<bdi>{tellValue(by, field, before)}</bdi>
						</del>
					)}
					{before !== undefined && after !== undefined && (
						<span className="faint" aria-hidden>
							→
						</span>
					)}
					{after !== undefined && (
						<ins>
							<span className="unseen">{t`after:`} </span>
							<bdi>{tellValue(by, field, after)}</bdi>
						</ins>
					)}
				</span>
			))}
			{row.facts.map(({ field, value }) => (
				<span key={field} className="change">
					<span className="soft">{word(field)}</span> <bdi>{tellValue(by, field, value)}</bdi>
				</span>
			))}
		</>
	);
}
