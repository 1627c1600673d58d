import { Trans, useLingui } from '@lingui/react/macro';
import type { ReviewImportView, StoreView } from '@pangea/api';
import { REVIEW_COLUMNS, type ReviewColumn, type RowColumns } from '@pangea/domain';
import { Button, Drawer, Input } from 'antd';
import { useState } from 'react';
import { readDay } from '../../day.ts';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { FileColumns } from '../../ui/file-columns.tsx';
import { columnsAsked, FileError, FileOutcome, FilePick, FileSample, FileStore, TakeOver, useFileImport } from '../../ui/file-import.tsx';
import { say } from '../../ui/toast.tsx';
import { giveReviews } from '../../upload.ts';
import { REVIEW_CAUSE_WORDS, REVIEW_COLUMN_WORDS, VERDICT_WORDS } from './import-words.ts';
import { Imports } from './imports.tsx';
import { isGranted, type Rights, RightsFields } from './rights-fields.tsx';
import { Stars } from './stars.tsx';

interface Reading {
	file: File;
	store: string;
	/** Null: by the headings. */
	columns: RowColumns<ReviewColumn> | null;
	product: string;
	day: string;
}

function questionOf({ store, columns, product, day }: Reading, { by, ground }: Rights): Record<string, string> {
	return { store, columns: columnsAsked(REVIEW_COLUMNS, columns), product, day, rightsBy: by.trim(), rightsGround: ground.trim() };
}

/** A file of reviews is tried first; without who says that its texts may be used, and on what ground, it is only tried. */
export function ReviewImport({ stores, onClose }: { stores: readonly StoreView[]; onClose: () => void }) {
	const { t } = useLingui();
	const [store, setStore] = useState(stores.length === 1 ? (stores[0]?.storeId ?? null) : null);
	const [rights, setRights] = useState<Rights>({ by: '', ground: '' });
	const { reading, read, view, error, busy, take } = useFileImport(
		(r: Reading, how) => giveReviews(r.file, { ...questionOf(r, rights), take: how }),
		async (_, count) => {
			await queryClient.invalidateQueries(trpc.reviews.pathFilter());
			const written = formatNumber(shownLanguage(), count);
			say(t`Reviews taken over: ${written}`);
			onClose();
		},
	);
	const start = (file: File) => {
		if (store !== null) read({ file, store, columns: null, product: reading?.product ?? '', day: reading?.day ?? '' });
	};
	const granted = isGranted(rights);
	return (
		<Drawer open onClose={onClose} title={t`Import reviews`} size={720}>
			<div className="file-import">
				<p className="soft">
					<Trans>
						For stores whose reviews are not read from their platform: CSV, a workbook (.xlsx) or pasted cells, with the headings in the
						first row. The file is only tried until you take it over; given twice, a review counts once.
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
				{store !== null && (
					<>
						<FilePick of={reading?.file} onPick={start} />
						<Paste onGive={start} />
					</>
				)}
				<FileError error={error} />
				{reading && view && (
					<>
						<ReadAs view={view} reading={reading} onChange={read} />
						<FileSample view={view} words={REVIEW_COLUMN_WORDS} />
						<FileOutcome
							view={view}
							columns={REVIEW_COLUMN_WORDS}
							causes={REVIEW_CAUSE_WORDS}
							counts={[
								{ name: t`New reviews`, value: view.fresh },
								{ name: t`Changed`, value: view.changed },
								{ name: t`Known already`, value: view.same },
							]}
						/>
						<Verdicts view={view} />
						<RightsFields rights={rights} onChange={setRights}>
							{granted
								? t`Both are kept with the import and in the audit trail. The words are kept for a year; who wrote them is not kept.`
								: t`Nothing is taken over without a name and a ground.`}
						</RightsFields>
						<TakeOver view={view} any={granted && view.fresh + view.changed > 0} busy={busy} onTake={take} />
					</>
				)}
				<Imports />
			</div>
		</Drawer>
	);
}

/** Cells copied from a table are a file without a name. */
function Paste({ onGive }: { onGive: (file: File) => void }) {
	const { t } = useLingui();
	const [text, setText] = useState('');
	return (
		<div className="paste">
			<Input.TextArea
				aria-label={t`Pasted cells`}
				placeholder={t`Or paste cells here, the headings first`}
				rows={3}
				value={text}
				onChange={(event) => setText(event.target.value)}
			/>
			<Button size="small" disabled={text.trim() === ''} onClick={() => onGive(new File([text], ''))}>
				{t`Try what is pasted`}
			</Button>
		</div>
	);
}

interface ReadAsProps {
	view: ReviewImportView;
	reading: Reading;
	onChange: (next: Reading) => void;
}

function ReadAs({ view, reading, onChange }: ReadAsProps) {
	const { t } = useLingui();
	const [product, setProduct] = useState(reading.product);
	const [day, setDay] = useState(reading.day);
	const { columns } = view.mapping;
	const dayRight = day === '' || readDay(day) !== null;
	return (
		<section aria-label={t`How the file is read`} className="read-as">
			<FileColumns
				columns={REVIEW_COLUMNS}
				words={REVIEW_COLUMN_WORDS}
				headings={view.headings}
				mapped={columns}
				onMap={(next) => onChange({ ...reading, columns: next })}
			/>
			<label>
				<span>{t`Listing or SKU of rows without one`}</span>
				<Input
					size="small"
					maxLength={255}
					value={product}
					onChange={(event) => setProduct(event.target.value)}
					onBlur={() => product !== reading.product && onChange({ ...reading, columns, product })}
				/>
			</label>
			<label>
				<span>{t`Day of rows without one`}</span>
				<Input
					size="small"
					maxLength={10}
					value={day}
					placeholder="2026-11-28"
					status={dayRight ? '' : 'error'}
					onChange={(event) => setDay(event.target.value)}
					onBlur={() => dayRight && day !== reading.day && onChange({ ...reading, columns, day })}
				/>
			</label>
		</section>
	);
}

function Verdicts({ view: { verdicts } }: { view: ReviewImportView }) {
	const { t, i18n } = useLingui();
	if (verdicts.length === 0) return null;
	return (
		// What scrolls has to be reachable by keys.
		// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
		<section className="scroll verdicts" tabIndex={0} aria-label={t`What each row would do`}>
			<table>
				<thead>
					<tr>
						<th scope="col">{t`Row`}</th>
						<th scope="col">{t`Would be`}</th>
						<th scope="col">{t`Listing or SKU`}</th>
						<th scope="col">{t`Stars`}</th>
						<th scope="col">{t`Words`}</th>
					</tr>
				</thead>
				<tbody>
					{verdicts.map(({ row, verdict, product, rating, words }) => (
						<tr key={row} className={verdict === 'same' ? 'former' : ''}>
							<td className="num">{formatNumber(shownLanguage(), row)}</td>
							<td>{i18n._(VERDICT_WORDS[verdict])}</td>
							<td>{product}</td>
							<td>
								<Stars rating={rating} />
							</td>
							<td className="cut" title={words}>
								<bdi>{words}</bdi>
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
