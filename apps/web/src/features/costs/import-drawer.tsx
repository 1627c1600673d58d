import { UploadOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { CostImportView } from '@pangea/api';
import { COST_COLUMNS, type CostColumn, isCurrency } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Drawer, Input } from 'antd';
import { useState } from 'react';
import { useNow } from '../../clock.tsx';
import { dayIn, readDay } from '../../day.ts';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useSession } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { FileColumns } from '../../ui/file-columns.tsx';
import { say } from '../../ui/toast.tsx';
import { giveCosts } from '../../upload.ts';
import { COST_CAUSE_WORDS, COST_COLUMN_WORDS } from './words.ts';

type Columns = Partial<Record<CostColumn, number>>;

interface Reading {
	file: File;
	/** Null: by the headings. */
	columns: Columns | null;
	day: string;
	currency: string;
	decimal: '.' | ',';
}

function questionOf({ columns, day, currency, decimal }: Reading): Record<string, string> {
	const chosen = columns === null ? '' : COST_COLUMNS.flatMap((c) => (columns[c] === undefined ? [] : [`${c}:${columns[c]}`])).join(',');
	return { columns: chosen, day, currency, decimal };
}

/** A file is tried first: what it would do is shown, and what is wrong with it, row by row. */
export function ImportDrawer({ onClose }: { onClose: () => void }) {
	const { t, i18n } = useLingui();
	const { membership } = useSession();
	const today = dayIn(useNow(), membership.zone);
	const [reading, setReading] = useState<Reading | null>(null);
	const look = useMutation({ mutationFn: (r: Reading) => giveCosts(r.file, { ...questionOf(r), take: 'try' }) });
	const take = useMutation({
		mutationFn: ({ r, how }: { r: Reading; how: 'all' | 'good' }) => giveCosts(r.file, { ...questionOf(r), take: how }),
		onSuccess: async (told) => {
			if (told.written === null) return;
			await queryClient.invalidateQueries({ queryKey: trpc.costs.pathKey() });
			const written = formatNumber(shownLanguage(), told.written);
			say(t`Costs stated: ${written}`);
			onClose();
		},
	});
	const read = (next: Reading) => {
		setReading(next);
		take.reset();
		look.mutate(next);
	};
	const start = (file: File | undefined) => {
		if (!file) return;
		const decimal = shownLanguage() === 'pt-BR' ? ',' : '.';
		read({ file, columns: null, day: reading?.day ?? today, currency: reading?.currency ?? membership.baseCurrency, decimal });
	};
	const view = take.data ?? look.data;
	const error = take.error ?? look.error;
	return (
		<Drawer open onClose={onClose} title={t`Import a file of costs`} size={720}>
			<div className="cost-import">
				<p className="soft">
					<Trans>
						CSV or a workbook (.xlsx), one row a SKU, with the headings in the first row. The file is only tried until you take it over.
					</Trans>
				</p>
				<label className="file">
					<input type="file" className="unseen" accept=".csv,.txt,.tsv,.xlsx" onChange={(event) => start(event.target.files?.[0])} />
					<span className="as-button">
						<UploadOutlined aria-hidden /> {t`Import a file`}
					</span>
					{reading && <span className="cut">{reading.file.name}</span>}
				</label>
				{error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, error)}
					</p>
				)}
				{reading && view && (
					<>
						<ReadAs view={view} reading={reading} onChange={read} />
						<Sample view={view} />
						<Outcome view={view} />
						<footer>
							<Button
								type="primary"
								disabled={view.wrongRows > 0 || view.fresh + view.changed === 0}
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

function ReadAs({ view, reading, onChange }: { view: CostImportView; reading: Reading; onChange: (next: Reading) => void }) {
	const { t } = useLingui();
	const [day, setDay] = useState(reading.day);
	const [currency, setCurrency] = useState(reading.currency);
	const { columns } = view.mapping;
	return (
		<section aria-label={t`How the file is read`} className="read-as">
			<FileColumns
				columns={COST_COLUMNS}
				words={COST_COLUMN_WORDS}
				headings={view.headings}
				mapped={columns}
				onMap={(next) => onChange({ ...reading, columns: next })}
				decimal={reading.decimal}
				onDecimal={(decimal) => onChange({ ...reading, columns, decimal })}
			/>
			<label>
				<span>{t`Day of rows without one`}</span>
				<Input
					size="small"
					maxLength={10}
					value={day}
					status={readDay(day) === null ? 'error' : ''}
					onChange={(event) => setDay(event.target.value)}
					onBlur={() => readDay(day) !== null && day !== reading.day && onChange({ ...reading, columns, day })}
				/>
			</label>
			<label>
				<span>{t`Currency of rows without one`}</span>
				<Input
					size="small"
					maxLength={3}
					value={currency}
					status={isCurrency(currency) ? '' : 'error'}
					onChange={(event) => setCurrency(event.target.value.toUpperCase())}
					onBlur={() => isCurrency(currency) && currency !== reading.currency && onChange({ ...reading, columns, currency })}
				/>
			</label>
		</section>
	);
}

function Sample({ view }: { view: CostImportView }) {
	const { t, i18n } = useLingui();
	const used = new Map(COST_COLUMNS.flatMap((c) => (view.mapping.columns[c] === undefined ? [] : [[view.mapping.columns[c], c] as const])));
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
									{column && <small className="faint">{i18n._(COST_COLUMN_WORDS[column])}</small>}
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

function Outcome({ view }: { view: CostImportView }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const n = (value: number): string => formatNumber(language, value);
	return (
		<section aria-label={t`What the file would do`}>
			<output className="counts num">
				<span>
					<Trans>
						Rows: <b>{n(view.rows)}</b>
					</Trans>
				</span>
				<span>
					<Trans>
						new: <b>{n(view.fresh)}</b>
					</Trans>
				</span>
				<span>
					<Trans>
						changed: <b>{n(view.changed)}</b>
					</Trans>
				</span>
				<span>
					<Trans>
						as stated already: <b>{n(view.same)}</b>
					</Trans>
				</span>
				<span className={view.wrongRows > 0 ? 'risk' : ''}>
					<Trans>
						wrong: <b>{n(view.wrongRows)}</b>
					</Trans>
				</span>
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
								<span>{i18n._(COST_COLUMN_WORDS[fault.column])}</span>
								<span>
									{i18n._(COST_CAUSE_WORDS[fault.cause])}
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
