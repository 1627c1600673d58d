import { UploadOutlined } from '@ant-design/icons';
import type { MessageDescriptor } from '@lingui/core';
import { Plural, useLingui } from '@lingui/react/macro';
import type { FileTold, StoreView } from '@pangea/api';
import type { RowColumns, RowFault } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { formatNumber } from '../format.ts';
import { shownLanguage } from '../i18n.ts';
import { errorSentence } from '../problems.ts';
import './file-import.css';
import { storeOption } from './store-option.tsx';

/** What the server tells of a file that is to be taken over. */
type ImportTold<Column extends string, Fault> = FileTold<{ columns: RowColumns<Column> }, Fault> & {
	fresh: number;
	changed: number;
	written: number | null;
};
type Take = 'try' | 'all' | 'good';

/** `sku:0,amount:3`, as the doors of the server read it; without columns: by the headings. */
export function columnsAsked<Column extends string>(all: readonly Column[], columns: RowColumns<Column> | null): string {
	return columns === null ? '' : all.flatMap((c) => (columns[c] === undefined ? [] : [`${c}:${columns[c]}`])).join(',');
}

/**
 * A file is tried first, and again whenever it is read in another way; then it is taken over.
 * @param give hands the file to the server
 * @param onTaken called once rows were taken over
 */
export function useFileImport<Reading, View extends { written: number | null }>(
	give: (reading: Reading, take: Take) => Promise<View>,
	onTaken: (view: View, written: number) => Promise<void>,
) {
	const [reading, setReading] = useState<Reading | null>(null);
	const look = useMutation({ mutationFn: (next: Reading) => give(next, 'try') });
	const taking = useMutation({
		mutationFn: ({ of, how }: { of: Reading; how: 'all' | 'good' }) => give(of, how),
		onSuccess: async (told) => {
			if (told.written !== null) await onTaken(told, told.written);
		},
	});
	const read = (next: Reading): void => {
		setReading(next);
		taking.reset();
		look.mutate(next);
	};
	return {
		reading,
		read,
		view: taking.data ?? look.data,
		error: taking.error ?? look.error,
		busy: taking.isPending || look.isPending,
		take: (how: 'all' | 'good'): void => {
			if (reading !== null) taking.mutate({ of: reading, how });
		},
	};
}

interface FileStoreProps {
	stores: readonly StoreView[];
	store: string | null;
	onChange: (storeId: string) => void;
}

/** Whose rows a file holds. */
export function FileStore({ stores, store, onChange }: FileStoreProps) {
	const { t } = useLingui();
	const id = useId();
	return (
		<div className="read-as">
			<div>
				<span id={id}>{t`Store`}</span>
				<Select<string | null>
					size="small"
					aria-labelledby={id}
					placeholder={t`Choose a store`}
					showSearch
					optionFilterProp="title"
					value={store}
					options={stores.map(storeOption)}
					onChange={(to) => to !== null && onChange(to)}
				/>
			</div>
		</div>
	);
}

/** Where a file is chosen. @param of the one that was */
export function FilePick({ of, onPick }: { of: File | undefined; onPick: (file: File) => void }) {
	const { t } = useLingui();
	return (
		<label className="file">
			<input
				type="file"
				className="unseen"
				accept=".csv,.txt,.tsv,.xlsx"
				onChange={(event) => event.target.files?.[0] && onPick(event.target.files[0])}
			/>
			<span className="as-button">
				<UploadOutlined aria-hidden /> {t`Import a file`}
			</span>
			{of && <span className="cut">{of.name}</span>}
		</label>
	);
}

export function FileError({ error }: { error: unknown }) {
	const { i18n } = useLingui();
	if (error === null || error === undefined) return null;
	return (
		<p className="risk" role="alert">
			{errorSentence(i18n, error)}
		</p>
	);
}

interface FileSampleProps<Column extends string> {
	view: FileTold<{ columns: RowColumns<Column> }, unknown>;
	words: Readonly<Record<Column, MessageDescriptor>>;
}

/** The first rows, and what each of their columns is taken for. */
export function FileSample<Column extends string>({ view, words }: FileSampleProps<Column>) {
	const { t, i18n } = useLingui();
	const used = new Map((Object.entries(view.mapping.columns) as [Column, number][]).map(([column, at]) => [at, column]));
	return (
		// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
		<section className="scroll sample" tabIndex={0} aria-label={t`First rows of the file`}>
			<table>
				<thead>
					<tr>
						{view.headings.map((heading, at) => {
							const column = used.get(at);
							return (
								// oxlint-disable-next-line react/no-array-index-key
								<th key={at} scope="col" className={column ? '' : 'former'}>
									{heading || at + 1}
									{column && <small className="faint">{i18n._(words[column])}</small>}
								</th>
							);
						})}
					</tr>
				</thead>
				<tbody>
					{view.sample.map((row, at) => (
						// oxlint-disable-next-line react/no-array-index-key
						<tr key={at}>
							{view.headings.map((_, n) => (
								// oxlint-disable-next-line react/no-array-index-key
								<td key={n} className={used.has(n) ? '' : 'former'}>
									{row[n] ?? ''}
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

interface FileOutcomeProps<Column extends string, Cause extends string> {
	view: ImportTold<Column, RowFault<Column, Cause>>;
	/** What the rows would do, beside how many are wrong. */
	counts: readonly { name: string; value: number }[];
	columns: Readonly<Record<Column, MessageDescriptor>>;
	causes: Readonly<Record<Cause, MessageDescriptor>>;
	children?: ReactNode;
}

/** What a file would do, and what is wrong with it, row by row. */
export function FileOutcome<Column extends string, Cause extends string>(props: FileOutcomeProps<Column, Cause>) {
	const { view, counts, columns, causes, children } = props;
	const { t, i18n } = useLingui();
	const n = (value: number): string => formatNumber(shownLanguage(), value);
	return (
		<section aria-label={t`What the file would do`}>
			<output className="counts num">
				{[{ name: t`Rows`, value: view.rows }, ...counts].map(({ name, value }) => (
					<span key={name}>
						{name}: <b>{n(value)}</b>
					</span>
				))}
				<span className={view.wrongRows > 0 ? 'risk' : ''}>
					{t`Wrong rows`}: <b>{n(view.wrongRows)}</b>
				</span>
				{children}
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
								<span>{i18n._(columns[fault.column])}</span>
								<span>
									{i18n._(causes[fault.cause])}
									{fault.cause === 'twice' ? ` (${t`Row ${fault.value}`})` : fault.value !== '' && <code>{fault.value}</code>}
								</span>
							</li>
						))}
					</ul>
				</>
			)}
		</section>
	);
}

interface TakeOverProps {
	view: { wrongRows: number; fresh: number; changed: number };
	/** Whether there is something to take over. */
	any: boolean;
	busy: boolean;
	onTake: (how: 'all' | 'good') => void;
}

export function TakeOver({ view, any, busy, onTake }: TakeOverProps) {
	const { t } = useLingui();
	return (
		<footer>
			<Button type="primary" disabled={view.wrongRows > 0 || !any} loading={busy} onClick={() => onTake('all')}>
				{t`Take all rows over`}
			</Button>
			{view.wrongRows > 0 && any && view.fresh + view.changed > 0 && (
				<Button loading={busy} onClick={() => onTake('good')}>
					{t`Take only the good rows over`}
				</Button>
			)}
		</footer>
	);
}
