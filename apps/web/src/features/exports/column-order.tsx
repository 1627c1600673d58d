import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { Button, Select } from 'antd';

interface ColumnOrderProps {
	all: readonly string[];
	/** In the order of the file; none: all. */
	chosen: readonly string[];
	onChange: (columns: readonly string[]) => void;
}

/** Chooses columns and puts them in order, by button as well as by key. */
export function ColumnOrder({ all, chosen, onChange }: ColumnOrderProps) {
	const { t } = useLingui();
	const moved = (from: number, to: number): string[] => {
		const next = chosen.filter((_, at) => at !== from);
		next.splice(to, 0, ...chosen.slice(from, from + 1));
		return next;
	};
	return (
		<fieldset className="column-order">
			<legend>{t`Columns, in the order of the file`}</legend>
			<Select<string | null>
				aria-label={t`Add a column`}
				placeholder={chosen.length === 0 ? t`All columns; choose one to begin a list of your own` : t`Add a column`}
				value={null}
				showSearch
				options={all.filter((id) => !chosen.includes(id)).map((value) => ({ value, label: value }))}
				onChange={(id) => {
					if (id !== null) onChange([...chosen, id]);
				}}
			/>
			{chosen.length > 0 && (
				<ol>
					{chosen.map((id, at) => (
						<li key={id}>
							<code>{id}</code>
							<Button
								size="small"
								type="text"
								icon={<ArrowUpOutlined aria-hidden />}
								aria-label={t`${id}: further up`}
								disabled={at === 0}
								onClick={() => onChange(moved(at, at - 1))}
							/>
							<Button
								size="small"
								type="text"
								icon={<ArrowDownOutlined aria-hidden />}
								aria-label={t`${id}: further down`}
								disabled={at === chosen.length - 1}
								onClick={() => onChange(moved(at, at + 1))}
							/>
							<Button
								size="small"
								type="text"
								icon={<CloseOutlined aria-hidden />}
								aria-label={t`${id}: take out`}
								onClick={() => onChange(chosen.filter((one) => one !== id))}
							/>
						</li>
					))}
				</ol>
			)}
		</fieldset>
	);
}
