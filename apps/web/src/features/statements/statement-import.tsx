import { Trans, useLingui } from '@lingui/react/macro';
import type { StatementImportView, StoreView } from '@pangea/api';
import {
	isCurrency,
	type RowColumns,
	SETTLEMENT_KINDS,
	type SettlementKind,
	STATEMENT_COLUMNS,
	type StatementColumn,
} from '@pangea/domain';
import { Drawer, Input, Select } from 'antd';
import { useState } from 'react';
import { useNow } from '../../clock.tsx';
import { dayIn, readDay } from '../../day.ts';
import { formatMoney, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { FileColumns } from '../../ui/file-columns.tsx';
import { columnsAsked, FileError, FileOutcome, FilePick, FileStore, TakeOver, useFileImport } from '../../ui/file-import.tsx';
import { say } from '../../ui/toast.tsx';
import { giveStatements } from '../../upload.ts';
import { KIND_WORDS, STATEMENT_CAUSE_WORDS, STATEMENT_COLUMN_WORDS } from './import-words.ts';

interface Reading {
	file: File;
	store: string;
	/** Null: by the headings. */
	columns: RowColumns<StatementColumn> | null;
	kinds: Readonly<Record<string, SettlementKind>>;
	day: string;
	currency: string;
	decimal: '.' | ',';
	statement: string;
	total: string;
}

function questionOf({ columns, kinds, store, day, currency, decimal, statement, total }: Reading): Record<string, string> {
	const chosen = columnsAsked(STATEMENT_COLUMNS, columns);
	return { store, columns: chosen, kinds: JSON.stringify(kinds), day, currency, decimal, statement, total };
}

/** A file of bookings is tried first: what it would do is shown, and what is wrong with it, row by row. */
export function StatementImport({ stores, onClose }: { stores: readonly StoreView[]; onClose: () => void }) {
	const { t } = useLingui();
	const [store, setStore] = useState(stores.length === 1 ? (stores[0]?.storeId ?? null) : null);
	const of = stores.find(({ storeId }) => storeId === store);
	const today = dayIn(useNow(), of?.zone ?? 'UTC');
	const { reading, read, view, error, busy, take } = useFileImport(
		(r: Reading, how) => giveStatements(r.file, { ...questionOf(r), take: how }),
		async (_, count) => {
			await queryClient.invalidateQueries({ queryKey: trpc.numbers.pathKey() });
			const written = formatNumber(shownLanguage(), count);
			say(t`Bookings taken over: ${written}`);
			onClose();
		},
	);
	const start = (file: File) => {
		if (!of || store === null) return;
		const decimal = shownLanguage() === 'pt-BR' ? ',' : '.';
		read({ file, store, columns: null, kinds: {}, day: today, currency: of.currency, decimal, statement: '', total: '' });
	};
	return (
		<Drawer open onClose={onClose} title={t`Import a file of bookings`} size={720}>
			<div className="file-import">
				<p className="soft">
					<Trans>
						For stores whose bookings are not read from their platform: CSV or a workbook (.xlsx) from the seller centre, with the headings
						in the first row. The file is only tried until you take it over; given twice, it counts once.
					</Trans>
				</p>
				<FileStore
					stores={stores}
					store={store}
					onChange={(to) => {
						setStore(to);
						if (reading) read({ ...reading, store: to });
					}}
				/>
				{store !== null && <FilePick of={reading?.file} onPick={start} />}
				<FileError error={error} />
				{reading && view && (
					<>
						<ReadAs view={view} reading={reading} onChange={read} />
						<Words view={view} reading={reading} onChange={read} />
						<FileOutcome
							view={view}
							columns={STATEMENT_COLUMN_WORDS}
							causes={STATEMENT_CAUSE_WORDS}
							counts={[
								{ name: t`New bookings`, value: view.fresh },
								{ name: t`Changed`, value: view.changed },
								{ name: t`Known already`, value: view.same },
							]}
						>
							{view.sums.map((sum) => (
								<span key={sum.currency}>
									{t`Sum`}: <b>{formatMoney(shownLanguage(), sum)}</b>
								</span>
							))}
						</FileOutcome>
						<TakeOver view={view} any={view.rows > 0} busy={busy} onTake={take} />
					</>
				)}
			</div>
		</Drawer>
	);
}

interface PartProps {
	view: StatementImportView;
	reading: Reading;
	onChange: (next: Reading) => void;
}

function ReadAs({ view, reading, onChange }: PartProps) {
	const { t } = useLingui();
	const [typed, setTyped] = useState({ day: reading.day, currency: reading.currency, statement: reading.statement, total: reading.total });
	const { columns } = view.mapping;
	const right = {
		day: readDay(typed.day) !== null,
		currency: isCurrency(typed.currency),
		statement: true,
		total: typed.total === '' || /^-?\d{1,15}(\.\d{1,4})?$/.test(typed.total),
	};
	// A statement is told by its number and by what it pays out, or not at all.
	const whole = (typed.statement.trim() === '') === (typed.total === '');
	const settle = () => {
		const moved = (['day', 'currency', 'statement', 'total'] as const).some((key) => typed[key] !== reading[key]);
		if (moved && whole && Object.values(right).every(Boolean)) onChange({ ...reading, columns, ...typed });
	};
	const field = (key: keyof typeof typed, label: string, longest: number) => (
		<label>
			<span>{label}</span>
			<Input
				size="small"
				maxLength={longest}
				value={typed[key]}
				status={right[key] ? '' : 'error'}
				onChange={(event) => setTyped({ ...typed, [key]: key === 'currency' ? event.target.value.toUpperCase() : event.target.value })}
				onBlur={settle}
			/>
		</label>
	);
	return (
		<section aria-label={t`How the file is read`} className="read-as">
			<FileColumns
				columns={STATEMENT_COLUMNS}
				words={STATEMENT_COLUMN_WORDS}
				headings={view.headings}
				mapped={columns}
				onMap={(next) => onChange({ ...reading, columns: next })}
				decimal={reading.decimal}
				onDecimal={(decimal) => onChange({ ...reading, columns, decimal })}
			/>
			{field('day', t`Day of rows without one`, 10)}
			{field('currency', t`Currency of rows without one`, 3)}
			{field('statement', t`Number of the statement, if it is one`, 80)}
			{field('total', t`What the statement says is paid out`, 21)}
			{!whole && <p className="soft">{t`Number and payout go together: with both, what does not add up is shown.`}</p>}
		</section>
	);
}

/** What the platform's words are taken for; nothing is guessed. */
function Words({ view, reading, onChange }: PartProps) {
	const { t, i18n } = useLingui();
	if (view.words.length === 0) return null;
	return (
		<section aria-label={t`What the platform’s words are`}>
			<p className="soft">
				<Trans>
					Say what the words of the file are. An order counts as settled once goods of it are; a word without a kind is in the sums without
					a name.
				</Trans>
			</p>
			<ul className="statement-words">
				{view.words.map(({ word, lines, kind }) => (
					<li key={word}>
						<bdi className="cut">{word}</bdi>
						<span className="faint num">{formatNumber(shownLanguage(), lines)}</span>
						<Select<SettlementKind>
							size="small"
							aria-label={t`Kind of ${word}`}
							value={kind}
							options={SETTLEMENT_KINDS.map((value) => ({ value, label: i18n._(KIND_WORDS[value]) }))}
							onChange={(to) => onChange({ ...reading, columns: view.mapping.columns, kinds: { ...reading.kinds, [word]: to } })}
						/>
					</li>
				))}
			</ul>
		</section>
	);
}
