import { useLingui } from '@lingui/react/macro';
import { type OfferField, PRICE_ENDINGS, type PriceEnding, readTyped } from '@pangea/domain';
import { Button, Input, type InputRef, Select } from 'antd';
import { type KeyboardEvent, type RefObject, useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { decimalMark, type Fill, type PriceShiftText, TITLE_FILLS, type TitleFill } from './offer-edits.ts';

interface OfferFillProps {
	field: OfferField;
	/** How many cells are selected. */
	count: number;
	inputRef: RefObject<InputRef | null>;
	onFill: (fill: Fill) => void;
	/** Back to the cells. */
	onLeave: () => void;
}

/** Changes all selected cells alike. */
export function OfferFill(props: OfferFillProps) {
	const { field, ...rest } = props;
	return field === 'title' ? <TitleFillForm {...rest} /> : <NumberFill {...rest} field={field} />;
}

type FillFormProps = Omit<OfferFillProps, 'field'>;

function TitleFillForm({ count, inputRef, onFill, onLeave }: FillFormProps) {
	const { t } = useLingui();
	const [kind, setKind] = useState<TitleFill['kind']>('replace');
	const [find, setFind] = useState('');
	const [words, setWords] = useState('');
	const kinds: Record<TitleFill['kind'], string> = {
		replace: t`replace`,
		before: t`put before`,
		after: t`put behind`,
		set: t`set to`,
	};
	const isGood = kind === 'replace' ? find !== '' : words.trim() !== '';
	const fill = (): void => {
		if (!isGood) return;
		onFill({ field: 'title', kind, find, words: kind === 'replace' ? words : words.trim() });
		onLeave();
	};
	const leave = (event: KeyboardEvent): void => {
		if (event.key === 'Escape') onLeave();
	};
	return (
		<fieldset className="offer-fill" aria-label={t`Change the selected cells`}>
			<Select
				size="small"
				aria-label={t`How titles change`}
				value={kind}
				onChange={setKind}
				options={TITLE_FILLS.map((value) => ({ value, label: kinds[value] }))}
			/>
			{kind === 'replace' && (
				<Input
					ref={inputRef}
					size="small"
					className="by words"
					aria-label={t`Words to replace`}
					placeholder={t`These words`}
					value={find}
					onChange={(event) => setFind(event.target.value)}
					onPressEnter={fill}
					onKeyDown={leave}
				/>
			)}
			<Input
				{...(kind !== 'replace' && { ref: inputRef })}
				size="small"
				className="by words"
				aria-label={t`New words`}
				placeholder={kind === 'replace' ? t`by these` : t`New words`}
				value={words}
				onChange={(event) => setWords(event.target.value)}
				onPressEnter={fill}
				onKeyDown={leave}
			/>
			<Button size="small" disabled={!isGood} onClick={fill}>
				{t`Fill ${count}`}
			</Button>
		</fieldset>
	);
}

function NumberFill({ field, count, inputRef, onFill, onLeave }: FillFormProps & { field: Exclude<OfferField, 'title'> }) {
	const { t } = useLingui();
	const [kind, setKind] = useState<PriceShiftText['kind']>('percent');
	const [ending, setEnding] = useState<PriceEnding>('exact');
	const [text, setText] = useState('');
	const endings: Record<PriceEnding, string> = { exact: t`as it comes`, whole: t`ending .00`, ninetyNine: t`ending .99` };
	const by = readTyped(text.replace(/[+%]/g, ''), decimalMark(shownLanguage()));
	const isGood = by !== null && (field === 'price' ? kind !== 'set' || !by.startsWith('-') : /^\d+$/.test(by));
	const fill = (): void => {
		if (!isGood) return;
		onFill(field === 'price' ? { field, shift: { kind, by }, ending } : { field, to: by });
		setText('');
		onLeave();
	};
	return (
		<fieldset className="offer-fill" aria-label={t`Change the selected cells`}>
			{field === 'price' && (
				<Select
					size="small"
					aria-label={t`How prices change`}
					value={kind}
					onChange={setKind}
					options={[
						{ value: 'percent', label: t`± %` },
						{ value: 'amount', label: t`± amount` },
						{ value: 'set', label: t`set to` },
					]}
				/>
			)}
			<Input
				ref={inputRef}
				size="small"
				className="by"
				aria-label={field === 'price' ? t`By how much` : t`New stock`}
				placeholder={field === 'stock' ? t`New stock` : kind === 'percent' ? '-10' : kind === 'amount' ? '-1.50' : '19.90'}
				inputMode="decimal"
				value={text}
				status={text !== '' && !isGood ? 'error' : ''}
				onChange={(event) => setText(event.target.value)}
				onPressEnter={fill}
				onKeyDown={(event) => {
					if (event.key === 'Escape') onLeave();
				}}
			/>
			{field === 'price' && (
				<Select
					size="small"
					aria-label={t`How prices end`}
					value={ending}
					onChange={setEnding}
					options={PRICE_ENDINGS.map((value) => ({ value, label: endings[value] }))}
				/>
			)}
			<Button size="small" disabled={!isGood} onClick={fill}>
				{t`Fill ${count}`}
			</Button>
		</fieldset>
	);
}
