import { Trans, useLingui } from '@lingui/react/macro';
import type { CostImportView } from '@pangea/api';
import { COST_COLUMNS, type CostColumn, isCurrency, type RowColumns } from '@pangea/domain';
import { Drawer, Input } from 'antd';
import { useState } from 'react';
import { useNow } from '../../clock.tsx';
import { dayIn, readDay } from '../../day.ts';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useSession } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { FileColumns } from '../../ui/file-columns.tsx';
import { columnsAsked, FileError, FileOutcome, FilePick, FileSample, TakeOver, useFileImport } from '../../ui/file-import.tsx';
import { say } from '../../ui/toast.tsx';
import { giveCosts } from '../../upload.ts';
import { COST_CAUSE_WORDS, COST_COLUMN_WORDS } from './words.ts';

interface Reading {
	file: File;
	/** Null: by the headings. */
	columns: RowColumns<CostColumn> | null;
	day: string;
	currency: string;
	decimal: '.' | ',';
}

function questionOf({ columns, day, currency, decimal }: Reading): Record<string, string> {
	return { columns: columnsAsked(COST_COLUMNS, columns), day, currency, decimal };
}

/** A file is tried first: what it would do is shown, and what is wrong with it, row by row. */
export function ImportDrawer({ onClose }: { onClose: () => void }) {
	const { t } = useLingui();
	const { membership } = useSession();
	const today = dayIn(useNow(), membership.zone);
	const { reading, read, view, error, busy, take } = useFileImport(
		(r: Reading, how) => giveCosts(r.file, { ...questionOf(r), take: how }),
		async (_, count) => {
			await queryClient.invalidateQueries({ queryKey: trpc.costs.pathKey() });
			const written = formatNumber(shownLanguage(), count);
			say(t`Costs stated: ${written}`);
			onClose();
		},
	);
	const start = (file: File) => {
		const decimal = shownLanguage() === 'pt-BR' ? ',' : '.';
		read({ file, columns: null, day: reading?.day ?? today, currency: reading?.currency ?? membership.baseCurrency, decimal });
	};
	return (
		<Drawer open onClose={onClose} title={t`Import a file of costs`} size={720}>
			<div className="file-import">
				<p className="soft">
					<Trans>
						CSV or a workbook (.xlsx), one row a SKU, with the headings in the first row. The file is only tried until you take it over.
					</Trans>
				</p>
				<FilePick of={reading?.file} onPick={start} />
				<FileError error={error} />
				{reading && view && (
					<>
						<ReadAs view={view} reading={reading} onChange={read} />
						<FileSample view={view} words={COST_COLUMN_WORDS} />
						<FileOutcome
							view={view}
							columns={COST_COLUMN_WORDS}
							causes={COST_CAUSE_WORDS}
							counts={[
								{ name: t`New`, value: view.fresh },
								{ name: t`Changed`, value: view.changed },
								{ name: t`As stated already`, value: view.same },
							]}
						/>
						<TakeOver view={view} any={view.fresh + view.changed > 0} busy={busy} onTake={take} />
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
