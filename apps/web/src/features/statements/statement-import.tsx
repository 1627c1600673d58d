import { UploadOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { StatementImportView, StoreView } from '@pangea/api';
import { isCurrency, SETTLEMENT_KINDS, type SettlementKind, STATEMENT_COLUMNS, type StatementColumn } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Drawer, Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useNow } from '../../clock.tsx';
import { dayIn, readDay } from '../../day.ts';
import { formatMoney, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { FileColumns } from '../../ui/file-columns.tsx';
import { storeOption } from '../../ui/store-option.tsx';
import { say } from '../../ui/toast.tsx';
import { giveStatements } from '../../upload.ts';
import '../costs/costs.css';
import { KIND_WORDS, STATEMENT_CAUSE_WORDS, STATEMENT_COLUMN_WORDS } from './import-words.ts';

interface Reading {
	file: File;
	store: string;
	/** Null: by the headings. */
	columns: Partial<Record<StatementColumn, number>> | null;
	kinds: Readonly<Record<string, SettlementKind>>;
	day: string;
	currency: string;
	decimal: '.' | ',';
	statement: string;
	total: string;
}

function questionOf({ columns, kinds, store, day, currency, decimal, statement, total }: Reading): Record<string, string> {
	const chosen =
		columns === null ? '' : STATEMENT_COLUMNS.flatMap((c) => (columns[c] === undefined ? [] : [`${c}:${columns[c]}`])).join(',');
	return { store, columns: chosen, kinds: JSON.stringify(kinds), day, currency, decimal, statement, total };
}

/** A file of bookings is tried first: what it would do is shown, and what is wrong with it, row by row. */
export function StatementImport({ stores, onClose }: { stores: readonly StoreView[]; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const id = useId();
	const [store, setStore] = useState(stores.length === 1 ? (stores[0]?.storeId ?? null) : null);
	const of = stores.find(({ storeId }) => storeId === store);
	const today = dayIn(useNow(), of?.zone ?? 'UTC');
	const [reading, setReading] = useState<Reading | null>(null);
	const look = useMutation({ mutationFn: (r: Reading) => giveStatements(r.file, { ...questionOf(r), take: 'try' }) });
	const take = useMutation({
		mutationFn: ({ r, how }: { r: Reading; how: 'all' | 'good' }) => giveStatements(r.file, { ...questionOf(r), take: how }),
		onSuccess: async (told) => {
			if (told.written === null) return;
			await queryClient.invalidateQueries({ queryKey: trpc.numbers.pathKey() });
			const written = formatNumber(shownLanguage(), told.written);
			say(t`Bookings taken over: ${written}`);
			onClose();
		},
	});
	const read = (next: Reading) => {
		setReading(next);
		take.reset();
		look.mutate(next);
	};
	const start = (file: File | undefined) => {
		if (!file || !of || store === null) return;
		const decimal = shownLanguage() === 'pt-BR' ? ',' : '.';
		read({ file, store, columns: null, kinds: {}, day: today, currency: of.currency, decimal, statement: '', total: '' });
	};
	const view = take.data ?? look.data;
	const error = take.error ?? look.error;
	return (
		<Drawer open onClose={onClose} title={t`Import a file of bookings`} size={720}>
			<div className="cost-import">
				<p className="soft">
					<Trans>
						For stores whose bookings are not read from their platform: CSV or a workbook (.xlsx) from the seller centre, with the headings
						in the first row. The file is only tried until you take it over; given twice, it counts once.
					</Trans>
				</p>
				<div className="read-as">
					<div>
						<span id={`${id}store`}>{t`Store`}</span>
						<Select<string | null>
							size="small"
							aria-labelledby={`${id}store`}
							placeholder={t`Choose a store`}
							showSearch
							optionFilterProp="title"
							value={store}
							options={stores.map(storeOption)}
							onChange={(to) => {
								setStore(to);
								if (reading && to !== null) read({ ...reading, store: to });
							}}
						/>
					</div>
				</div>
				{store !== null && (
					<label className="file">
						<input type="file" className="unseen" accept=".csv,.txt,.tsv,.xlsx" onChange={(event) => start(event.target.files?.[0])} />
						<span className="as-button">
							<UploadOutlined aria-hidden /> {t`Import a file`}
						</span>
						{reading && <span className="cut">{reading.file.name}</span>}
					</label>
				)}
				{error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, error)}
					</p>
				)}
				{reading && view && (
					<>
						<ReadAs view={view} reading={reading} onChange={read} />
						<Words view={view} reading={reading} onChange={read} />
						<Outcome view={view} />
						<footer>
							<Button
								type="primary"
								disabled={view.wrongRows > 0 || view.rows === 0}
								loading={take.isPending || look.isPending}
								onClick={() => take.mutate({ r: reading, how: 'all' })}
							>
								{t`Take all rows over`}
							</Button>
							{view.wrongRows > 0 && view.fresh + view.changed > 0 && (
								<Button loading={take.isPending || look.isPending} onClick={() => take.mutate({ r: reading, how: 'good' })}>
									{t`Take only the good rows over`}
								</Button>
							)}
						</footer>
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

function Outcome({ view }: { view: StatementImportView }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const n = (value: number): string => formatNumber(language, value);
	const counts = [
		{ key: 'rows', name: t`Rows`, value: view.rows },
		{ key: 'fresh', name: t`New bookings`, value: view.fresh },
		{ key: 'changed', name: t`Changed`, value: view.changed },
		{ key: 'same', name: t`Known already`, value: view.same },
		{ key: 'wrong', name: t`Wrong rows`, value: view.wrongRows },
	];
	return (
		<section aria-label={t`What the file would do`}>
			<output className="counts num">
				{counts.map(({ key, name, value }) => (
					<span key={key} className={key === 'wrong' && value > 0 ? 'risk' : ''}>
						{name}: <b>{n(value)}</b>
					</span>
				))}
				{view.sums.map((sum) => (
					<span key={sum.currency}>
						{t`Sum`}: <b>{formatMoney(language, sum)}</b>
					</span>
				))}
			</output>
			{view.faults.length > 0 && (
				<>
					<p className="soft">
						<Plural
							value={view.wrongRows}
							one="Nothing is taken over while # row is wrong, unless you ask for the good rows alone."
							other="Nothing is taken over while # rows are wrong, unless you ask for the good rows alone."
						/>
					</p>
					<ul className="faults">
						{view.faults.map((fault) => (
							<li key={`${fault.row} ${fault.column}`}>
								<b className="num">{t`Row ${n(fault.row)}`}</b>
								<span>{i18n._(STATEMENT_COLUMN_WORDS[fault.column])}</span>
								<span>
									{i18n._(STATEMENT_CAUSE_WORDS[fault.cause])}
									{fault.value !== '' && <code>{fault.value}</code>}
								</span>
							</li>
						))}
					</ul>
				</>
			)}
		</section>
	);
}
