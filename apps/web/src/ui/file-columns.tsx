import type { MessageDescriptor } from '@lingui/core';
import { useLingui } from '@lingui/react/macro';
import { Segmented, Select } from 'antd';
import { useId } from 'react';

interface FileColumnsProps<Column extends string> {
	/** What a file may hold. */
	columns: readonly Column[];
	words: Readonly<Record<Column, MessageDescriptor>>;
	/** What stands in the file's first row. */
	headings: readonly string[];
	/** Position of each column, from 0; one that is missing has none. */
	mapped: Partial<Record<Column, number>>;
	onMap: (mapped: Partial<Record<Column, number>>) => void;
	/** What parts the whole from the fraction, in files that hold fractions. */
	decimal?: '.' | ',';
	onDecimal?: (decimal: '.' | ',') => void;
}

/** Which column of a file holds what, and how its numbers are written. */
export function FileColumns<Column extends string>(props: FileColumnsProps<Column>) {
	const { columns, words, headings, mapped, onMap, decimal, onDecimal } = props;
	const { t, i18n } = useLingui();
	const id = useId();
	const choose = (column: Column, at: number | null): void => {
		const next = { ...mapped };
		if (at === null) delete next[column];
		else next[column] = at;
		onMap(next);
	};
	return (
		<>
			{columns.map((column) => (
				<div key={column}>
					<span id={`${id}${column}`}>{i18n._(words[column])}</span>
					<Select<number | null>
						size="small"
						aria-labelledby={`${id}${column}`}
						value={mapped[column] ?? null}
						onChange={(at) => choose(column, at)}
						options={[
							{ value: null, label: t`no column` },
							...headings.map((heading, value) => ({ value, label: heading || `${value + 1}` })),
						]}
					/>
				</div>
			))}
			{decimal !== undefined && onDecimal && (
				<div>
					<span id={`${id}decimal`}>{t`The fraction begins with`}</span>
					<Segmented<'.' | ','>
						size="small"
						aria-labelledby={`${id}decimal`}
						value={decimal}
						onChange={onDecimal}
						options={[
							{ value: '.', label: '1,234.50' },
							{ value: ',', label: '1.234,50' },
						]}
					/>
				</div>
			)}
		</>
	);
}
