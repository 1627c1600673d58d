import { CloseCircleFilled, FilterOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { PLATFORM_IDS, PLATFORMS } from '@pangea/domain';
import { Button, Drawer, type InputRef, Select } from 'antd';
import { type ReactNode, type RefObject, useState } from 'react';
import { ATTENTION_WORDS, FLAG_WORDS, FULFILMENT_WORDS } from '../../words.ts';
import { PeriodChoice } from '../../ui/period-choice.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { storeOption } from '../../ui/store-option.tsx';
import '../../ui/filters.css';
import { PlatformMark } from '../../ui/mark.tsx';
import { namesOf } from '../stores/grouping.ts';
import { ATTENTIONS, EVERY_ORDER, FLAGS, FULFILMENTS, isNarrowed, type OrderFilter } from './filter.ts';
import { FlagIcon } from './flag.tsx';

interface FilterBarProps {
	filter: OrderFilter;
	stores: StoreView[];
	zone: string;
	searchRef: RefObject<InputRef | null>;
	narrow: boolean;
	onChange: (change: Partial<OrderFilter>) => void;
	/** Views and density, at the end of the bar. */
	children: ReactNode;
}

export function FilterBar({ filter, stores, zone, searchRef, narrow, onChange, children }: FilterBarProps) {
	const { t } = useLingui();
	const [open, setOpen] = useState(false);
	const clear = isNarrowed(filter) && (
		<Button
			size="small"
			type="text"
			icon={<CloseCircleFilled aria-hidden />}
			onClick={() => onChange({ ...EVERY_ORDER, state: filter.state, sort: filter.sort })}
		>
			{t`Clear`}
		</Button>
	);
	const search = (
		<SearchField
			label={t`Search orders`}
			placeholder={t`Order number, SKU, tracking`}
			value={filter.search}
			onSettle={(text) => onChange({ search: text })}
			inputRef={searchRef}
		/>
	);
	const choices = <Choices filter={filter} stores={stores} zone={zone} onChange={onChange} narrow={narrow} />;
	if (!narrow)
		return (
			<search className="filters" aria-label={t`Filter orders`}>
				{search}
				{choices}
				{clear}
				<span className="grow" />
				{children}
			</search>
		);
	return (
		<search className="filters" aria-label={t`Filter orders`}>
			{search}
			<Button
				icon={<FilterOutlined aria-hidden />}
				onClick={() => setOpen(true)}
				type={isNarrowed({ ...filter, search: '' }) ? 'primary' : 'default'}
				aria-label={t`Filter`}
			/>
			<Drawer open={open} placement="bottom" size="auto" title={t`Filter`} onClose={() => setOpen(false)} extra={clear}>
				<div className="filter-sheet">{choices}</div>
			</Drawer>
		</search>
	);
}

function Choices({ filter, stores, zone, narrow, onChange }: Pick<FilterBarProps, 'filter' | 'stores' | 'zone' | 'narrow' | 'onChange'>) {
	const { t, i18n } = useLingui();
	const few = { size: 'small', maxTagCount: 'responsive', allowClear: true, popupMatchSelectWidth: false } as const;
	return (
		<>
			<Select
				{...few}
				mode="multiple"
				className="wide"
				placeholder={t`Platforms`}
				aria-label={t`Platforms`}
				value={filter.platforms}
				onChange={(platforms) => onChange({ platforms })}
				options={PLATFORM_IDS.map((id) => ({
					value: id,
					label: (
						<span className="option">
							<PlatformMark platform={id} size={16} /> {PLATFORMS[id].name}
						</span>
					),
				}))}
			/>
			<Select
				{...few}
				mode="multiple"
				className="wide"
				placeholder={t`Stores`}
				aria-label={t`Stores`}
				value={filter.stores}
				onChange={(chosen) => onChange({ stores: chosen })}
				showSearch={{ optionFilterProp: 'title' }}
				options={stores.map(storeOption)}
			/>
			<Belonging filter={filter} stores={stores} onChange={onChange} />
			<PeriodChoice
				from={filter.from}
				until={filter.until}
				zone={filter.ownDays ? null : zone}
				onChange={(period) => onChange({ ...period, ownDays: false })}
			/>
			<Select
				{...few}
				className="wide"
				placeholder={t`Attention`}
				aria-label={t`Attention`}
				value={filter.attention}
				onChange={(attention) => onChange({ attention: attention ?? null })}
				options={ATTENTIONS.map((value) => ({ value, label: i18n._(ATTENTION_WORDS[value]) }))}
			/>
			<Select
				{...few}
				className="wide"
				placeholder={t`Shipped by`}
				aria-label={t`Shipped by`}
				value={filter.fulfilment}
				onChange={(fulfilment) => onChange({ fulfilment: fulfilment ?? null })}
				options={FULFILMENTS.map((value) => ({ value, label: i18n._(FULFILMENT_WORDS[value]) }))}
			/>
			<Select
				{...few}
				className="slim"
				placeholder={t`Flag`}
				aria-label={t`Flag`}
				value={filter.flag}
				onChange={(flag) => onChange({ flag: flag ?? null })}
				options={FLAGS.map((value) => ({
					value,
					label: (
						<span className="option">
							<FlagIcon flag={value} /> {i18n._(FLAG_WORDS[value])}
						</span>
					),
				}))}
			/>
			{/* At the desk the heads of the columns do it. */}
			{narrow && (
				<Select
					size="small"
					className="slim"
					popupMatchSelectWidth={false}
					aria-label={t`Order of the list`}
					value={filter.sort}
					onChange={(sort) => onChange({ sort })}
					options={[
						{ value: 'newest', label: t`Newest first` },
						{ value: 'shipBy', label: t`Ship-by first` },
					]}
				/>
			)}
		</>
	);
}

const KINDS = { e: 'entities', g: 'groups', o: 'owners' } as const;

/** Companies, groups and owners of the stores in one field; absent while no store has any. */
function Belonging({ filter, stores, onChange }: Pick<FilterBarProps, 'filter' | 'stores' | 'onChange'>) {
	const { t } = useLingui();
	const owners = new Map(stores.flatMap((store) => (store.owner ? [[store.owner.userId, store.owner.name] as const] : [])));
	const named = (kind: string, names: readonly string[]) => names.map((name) => ({ value: `${kind}:${name}`, label: name }));
	const options = [
		{
			label: t`Companies`,
			options: named(
				'e',
				namesOf(stores, (store) => store.entity),
			),
		},
		{
			label: t`Groups`,
			options: named(
				'g',
				namesOf(stores, (store) => store.group),
			),
		},
		{ label: t`Who answers for the store`, options: [...owners].map(([id, name]) => ({ value: `o:${id}`, label: name })) },
	].filter((group) => group.options.length > 0);
	const value = Object.entries(KINDS).flatMap(([kind, key]) => filter[key].map((name) => `${kind}:${name}`));
	if (options.length === 0 && value.length === 0) return null;
	const ofKind = (chosen: string[], kind: string) => chosen.filter((one) => one.startsWith(`${kind}:`)).map((one) => one.slice(2));
	return (
		<Select
			size="small"
			mode="multiple"
			maxTagCount="responsive"
			allowClear
			popupMatchSelectWidth={false}
			className="wide"
			placeholder={t`Company, group, owner`}
			aria-label={t`Company, group, owner`}
			value={value}
			onChange={(chosen: string[]) => onChange({ entities: ofKind(chosen, 'e'), groups: ofKind(chosen, 'g'), owners: ofKind(chosen, 'o') })}
			showSearch={{ optionFilterProp: 'label' }}
			options={options}
		/>
	);
}
