import { useLingui } from '@lingui/react/macro';
import type { OfferChangeView, OfferRowView, OfferVerdictView, StoreView } from '@pangea/api';
import { PLATFORMS, type OfferField } from '@pangea/domain';
import { type ChangeEvent, type ClipboardEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { formatAmount, formatMoney, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { isComposing } from '../../keys.ts';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { useWindowed } from '../../ui/windowed.ts';
import { barOf, cellKey, type OfferEdits, valueOf } from './offer-edits.ts';
import { BAR_WORDS, CHANGE_WORDS, FIELD_WORDS, REFUSAL_SENTENCES } from './offer-words.ts';
import { Picture } from './picture.tsx';
import { CELL_WORDS } from './words.ts';

const ROW = 52;
const HEAD = 36;

/** Which cell is current, and from which row on the selection reaches to it. */
export interface Place {
	row: number;
	field: OfferField;
	anchor: number;
}

interface OfferGridProps {
	rows: readonly OfferRowView[];
	stores: ReadonlyMap<string, StoreView>;
	place: Place;
	edits: OfferEdits;
	verdicts: ReadonlyMap<string, OfferVerdictView>;
	/** What became of the last batch, by cell. */
	changes: ReadonlyMap<string, OfferChangeView>;
	/** Fields that are shown. */
	fields: readonly OfferField[];
	mayEdit: boolean;
	more: boolean;
	onMore: () => void;
	onPlace: (place: Place) => void;
	/** What was typed; null takes the edit back. */
	onEdit: (row: OfferRowView, field: OfferField, text: string | null) => void;
	onClear: () => void;
	onPaste: (text: string) => void;
	onApply: () => void;
}

/** Listings by row, title, price and stock as cells that are edited where they stand. Keys are those of a spreadsheet. */
export function OfferGrid(props: OfferGridProps) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const { rows, stores, place, edits, verdicts, changes, fields, mayEdit, more, onMore, onPlace, onEdit, onClear, onPaste, onApply } =
		props;
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const id = useId();
	const grid = useRef<HTMLTableElement>(null);
	/** What is being typed into the current cell. */
	const [typed, setTyped] = useState<string | null>(null);
	/** A field that goes loses its focus as well, and what it held is settled by then. */
	const opened = useRef<string | null>(null);
	/** Whether a press came into a grid that had the focus already: then it edits the cell that is current. */
	const hadFocus = useRef(false);
	const current = rows[place.row];
	const { scroller, items, size } = useWindowed({
		count: rows.length,
		height: ROW,
		overscan: 10,
		keyOf: (index) => rows[index]?.listingId ?? index,
		place: place.row,
		open: current?.listingId ?? null,
		head: HEAD,
		more,
		onMore,
	});
	const [first, last] = [Math.min(place.row, place.anchor), Math.max(place.row, place.anchor)];
	const move = (rowsBy: number, fieldsBy: number, extends_ = false): void => {
		const row = Math.min(rows.length - 1, Math.max(0, place.row + rowsBy));
		const field = fields[Math.min(fields.length - 1, Math.max(0, fields.indexOf(place.field) + fieldsBy))] ?? place.field;
		onPlace({ row, field, anchor: extends_ ? place.anchor : row });
	};
	const begin = (text: string): void => {
		if (!mayEdit || !current || barOf(current, place.field) !== null) return;
		opened.current = text;
		setTyped(text);
	};
	const close = (isKept: boolean): void => {
		const before = opened.current;
		opened.current = null;
		if (before === null) return;
		// A single digit was typed to begin with.
		if (isKept && current && typed !== null && (typed !== before || before.length === 1))
			onEdit(current, place.field, typed.trim() === '' ? null : typed);
		setTyped(null);
	};
	const commit = (rowsBy: number, fieldsBy: number): void => {
		close(true);
		move(rowsBy, fieldsBy);
		grid.current?.focus();
	};
	const isTyping = typed !== null;
	const onKey = (event: KeyboardEvent): void => {
		if (isComposing(event.nativeEvent)) return;
		const take = (action: () => void): void => {
			event.preventDefault();
			event.stopPropagation();
			action();
		};
		if (isTyping) {
			if (event.key === 'Enter') take(() => commit(event.shiftKey ? -1 : 1, 0));
			else if (event.key === 'Tab') take(() => commit(0, event.shiftKey ? -1 : 1));
			else if (event.key === 'Escape')
				take(() => {
					close(false);
					grid.current?.focus();
				});
			return;
		}
		if (event.ctrlKey || event.metaKey) {
			if (event.key === 'Enter') take(onApply);
			return;
		}
		const moves: Record<string, [number, number]> = {
			ArrowUp: [-1, 0],
			ArrowDown: [1, 0],
			ArrowLeft: [0, -1],
			ArrowRight: [0, 1],
			PageUp: [-10, 0],
			PageDown: [10, 0],
			Home: [-rows.length, 0],
			End: [rows.length, 0],
		};
		const by = moves[event.key];
		const isLastField = fields.indexOf(place.field) === (event.shiftKey ? 0 : fields.length - 1);
		if (by) take(() => move(by[0], by[1], event.shiftKey && by[1] === 0));
		// From the last cell of a row the tab key leaves the grid, so that nobody is caught in it.
		else if (event.key === 'Tab' && !isLastField) take(() => move(0, event.shiftKey ? -1 : 1));
		else if (event.key === 'Enter' || event.key === 'F2') {
			if (current) take(() => begin(edits.get(current.listingId)?.[place.field] ?? valueOf(current, place.field) ?? ''));
		} else if (event.key === 'Delete' || event.key === 'Backspace') take(onClear);
		// Letters keep their meaning elsewhere; a title is opened by Enter.
		else if (place.field !== 'title' && /^[\d.,-]$/.test(event.key)) take(() => begin(event.key));
	};
	const paste = (event: ClipboardEvent): void => {
		if (isTyping || !mayEdit) return;
		event.preventDefault();
		onPaste(event.clipboardData.getData('text/plain'));
	};
	const shown = (row: OfferRowView, field: OfferField, text: string): string => {
		if (field === 'title') return text;
		if (field === 'stock') return /^\d+$/.test(text) ? formatNumber(language, Number(text)) : text;
		const verdict = verdicts.get(cellKey({ listingId: row.listingId, field }));
		if (!verdict?.shall || verdict.currency === null) return text;
		return formatAmount(language, { amountMinor: verdict.shall, currency: verdict.currency });
	};
	return (
		<section ref={scroller} className="offer-grid" aria-label={t`Titles, prices and stock`}>
			<table
				ref={grid}
				// A table whose cells are edited is a grid, and has one stop in the order of tabs: its cells are reached by arrows.
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
				role="grid"
				tabIndex={0}
				aria-label={t`Titles, prices and stock`}
				aria-rowcount={rows.length + 1}
				aria-multiselectable
				aria-activedescendant={current ? `${id}-${place.row}-${place.field}` : undefined}
				style={{ height: size + HEAD }}
				onKeyDown={onKey}
				onPaste={paste}
			>
				<thead>
					<tr>
						<th scope="col" className="listing">{t`Listing`}</th>
						<th scope="col" className="where">{t`Store`}</th>
						<th scope="col" className="state">{t`State`}</th>
						<th scope="col" className="figure sold" title={t`Pieces sold in 30 days`}>{t`Sold, 30 days`}</th>
						{fields.map((field) => (
							<th key={field} scope="col" className={field === 'title' ? 'title' : `figure ${field}`}>
								{i18n._(FIELD_WORDS[field])}
							</th>
						))}
						{fields.includes('price') && (
							<th scope="col" className="figure floor" title={t`What a piece costs you, landed, at today's rate`}>{t`Floor`}</th>
						)}
					</tr>
				</thead>
				<tbody>
					{items.map((item) => {
						const row = rows[item.index];
						if (!row) return null;
						const store = stores.get(row.storeId);
						const paid = row.paid && formatMoney(language, row.paid);
						return (
							<tr
								key={row.listingId}
								aria-rowindex={item.index + 2}
								style={{ transform: `translateY(${item.start - HEAD}px)`, height: ROW }}
							>
								<th scope="row" className="listing">
									<Picture url={row.imageUrl} size={32} />
									<span className="cut">
										<b className="cut">
											<bdi>{row.sellerSku ?? row.code ?? '—'}</bdi>
										</b>
										<small className="soft cut">
											{store && (
												<span className="where-small">
													<PlatformMark platform={row.platform} size={12} /> <SiteMark country={store.country} />
												</span>
											)}
											<bdi>{row.variant ?? (row.sellerSku === row.code ? '' : row.code)}</bdi>
										</small>
									</span>
								</th>
								<td className="where">
									{store && (
										<span>
											<PlatformMark platform={row.platform} size={16} /> <SiteMark country={store.country} /> <StoreBadge store={store} />
											<span className="unseen">
												{PLATFORMS[row.platform].name} {store.name}
											</span>
										</span>
									)}
								</td>
								<td className={`state is-${row.state}`}>{i18n._(CELL_WORDS[row.state])}</td>
								<td className="figure sold num">{formatNumber(language, row.sold)}</td>
								{fields.map((field) => {
									const key = cellKey({ listingId: row.listingId, field });
									const isCurrent = item.index === place.row && field === place.field;
									const isSelected = field === place.field && item.index >= first && item.index <= last;
									const change = changes.get(key);
									const edit = edits.get(row.listingId)?.[field];
									const bar = barOf(row, field);
									const verdict = verdicts.get(key);
									const value = valueOf(row, field);
									const word = noteOf(edit !== undefined ? verdict : undefined, change, bar);
									const refusal = (edit !== undefined ? verdict?.refusal : null) ?? bar;
									return (
										<td
											key={field}
											id={`${id}-${item.index}-${field}`}
											aria-selected={isSelected}
											// A cell of a grid may be read-only (ARIA 1.2).
											// oxlint-disable-next-line jsx-a11y/role-supports-aria-props
											aria-readonly={!mayEdit || bar !== null}
											className={[
												field === 'title' ? '' : 'figure',
												field,
												'offer-cell',
												isCurrent ? 'is-current' : '',
												isSelected ? 'is-selected' : '',
												edit === undefined ? '' : verdict?.refusal ? 'is-refused' : verdict?.warnings.length ? 'is-warned' : 'is-edited',
												bar === null ? '' : 'is-barred',
												change && edit === undefined ? `is-${change.state}` : '',
											].join(' ')}
											title={
												refusal
													? i18n._({ ...REFUSAL_SENTENCES[refusal], values: { bound: verdict?.bound ?? '' } })
													: field === 'price' && paid !== null
														? t`What is left to you; buyers pay ${paid}`
														: undefined
											}
											// oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid's own keys do the same
											onClick={(event) => {
												if (isTyping && isCurrent) return;
												if (isCurrent && hadFocus.current && !event.shiftKey) return begin(edit ?? value ?? '');
												onPlace({ row: item.index, field, anchor: event.shiftKey ? place.anchor : item.index });
												grid.current?.focus({ preventScroll: true });
											}}
											onMouseDown={() => {
												hadFocus.current = document.activeElement === grid.current;
											}}
										>
											{isCurrent && isTyping ? (
												<CellInput
													label={`${i18n._(FIELD_WORDS[field])}, ${row.sellerSku ?? row.title}`}
													words={field === 'title' ? row.titleLength : null}
													value={typed}
													onChange={setTyped}
													onBlur={() => close(true)}
												/>
											) : (
												<>
													<span className={field === 'title' ? 'words' : 'num'} dir={field === 'title' ? 'auto' : undefined}>
														{edit !== undefined && field !== 'title' && <s>{value === null ? '—' : plain(row, field, language)}</s>}{' '}
														{edit !== undefined ? <b>{shown(row, field, edit)}</b> : plain(row, field, language)}
														{field === 'price' && row.price && <span className="currency">{row.price.currency}</span>}
													</span>
													{word ? (
														<small>{i18n._(word)}</small>
													) : (
														field === 'price' && row.pricing === 'received' && <small className="faint">{t`Left to you`}</small>
													)}
												</>
											)}
										</td>
									);
								})}
								{fields.includes('price') && (
									<td className="figure floor num faint">{row.floor ? formatAmount(language, row.floor) : '—'}</td>
								)}
							</tr>
						);
					})}
				</tbody>
			</table>
		</section>
	);
}

function plain(row: OfferRowView, field: OfferField, language: Parameters<typeof formatNumber>[0]): string {
	if (field === 'title') return row.title;
	if (field === 'stock') return row.stock === null ? '—' : formatNumber(language, row.stock);
	return row.price ? formatAmount(language, row.price) : '—';
}

/** What a cell says below what it holds: what a dry run finds, what became of a change, or why it takes none. */
function noteOf(verdict: OfferVerdictView | undefined, change: OfferChangeView | undefined, bar: OfferRowView['priceBar']) {
	if (verdict?.refusal) return BAR_WORDS[verdict.refusal];
	if (verdict) return null;
	if (change) return CHANGE_WORDS[change.state];
	return bar === null ? null : BAR_WORDS[bar];
}

interface CellInputProps {
	label: string;
	/** How long a title may be; null for a number. */
	words: OfferRowView['titleLength'] | null;
	value: string;
	onChange: (text: string) => void;
	onBlur: () => void;
}

function CellInput({ label, words, value, onChange, onBlur }: CellInputProps) {
	const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
	useEffect(() => {
		input.current?.focus();
		// A first digit that was typed is gone on from; a value that was there is written over.
		if (value.length > 1) input.current?.select();
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, []);
	const field = {
		ref: input,
		'aria-label': label,
		autoComplete: 'off',
		value,
		onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(event.target.value),
		onBlur,
	};
	if (!words) return <input {...field} className="cell-input num" inputMode="decimal" />;
	return (
		<div className="title-edit">
			<textarea {...field} rows={2} dir="auto" />
			<Length of={value} {...words} />
		</div>
	);
}

/** How long a title is, and how long it may be. */
function Length({ of, least, most }: OfferRowView['titleLength'] & { of: string }) {
	const length = Array.from(of.trim()).length;
	const isWrong = length < least || (most !== null && length > most);
	return <small className={isWrong ? 'length risk num' : 'length faint num'}>{most === null ? length : `${length} / ${most}`}</small>;
}
