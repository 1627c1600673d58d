import { useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { STORE_COLOURS, type StoreColour } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { AutoComplete, Button, Drawer, Input, Radio, Select } from 'antd';
import { useId, useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { FLAG_COLOURS } from '../../tokens.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { COLOUR_WORDS, MODE_WORDS } from '../../words.ts';
import { namesOf } from './grouping.ts';

const MODES = ['local', 'crossBorder', 'semiManaged', 'fullyManaged', 'platformFulfilled'] as const;
type Mode = (typeof MODES)[number];

interface Adopted {
	entity: string;
	group: string;
	ownerId: string | null;
	colour: StoreColour | null;
	mark: string;
	mode: Mode | null;
}

/** To whom stores belong, and by what people tell them apart. Of several stores only what is touched changes. */
export function AdoptDrawer({ stores, onClose }: { stores: StoreView[]; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const id = useId();
	const all = useStores().stores;
	const members = useQuery(trpc.workspace.members.queryOptions());
	const [first] = stores;
	const same = <T,>(of: (store: StoreView) => T): T | null => {
		const value = first ? of(first) : null;
		return value !== null && stores.every((store) => of(store) === value) ? value : null;
	};
	const begun: Adopted = {
		entity: same((s) => s.entity) ?? '',
		group: same((s) => s.group) ?? '',
		ownerId: same((s) => s.owner?.userId ?? null),
		colour: same((s) => s.colour),
		mark: same((s) => s.mark) ?? '',
		mode: MODES.find((mode) => mode === same((s) => (s.modeSaid ? s.mode : null))) ?? null,
	};
	const [values, setValues] = useState(begun);
	const set = (change: Partial<typeof values>) => setValues({ ...values, ...change });
	const save = useMutation(
		trpc.stores.adopt.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.stores.list.pathFilter());
				say(t`Saved.`);
				onClose();
			},
		}),
	);
	const text = (key: 'entity' | 'group' | 'mark') => values[key].trim() || null;
	const change = {
		...(values.entity.trim() !== begun.entity && { entity: text('entity') }),
		...(values.group.trim() !== begun.group && { group: text('group') }),
		...(values.ownerId !== begun.ownerId && { ownerId: values.ownerId }),
		...(values.colour !== begun.colour && { colour: values.colour }),
		...(values.mark.trim() !== begun.mark && { mark: text('mark') }),
		...(values.mode !== begun.mode && { mode: values.mode }),
	};
	const send = () => {
		if (Object.keys(change).length === 0) return onClose();
		save.mutate({ storeIds: stores.map((store) => store.storeId), change });
	};
	const options = (names: string[]) => names.map((value) => ({ value }));
	return (
		<Drawer
			open
			size={420}
			title={first && stores.length === 1 ? storeLabel(first) : t`${stores.length} stores`}
			onClose={onClose}
			extra={
				<Button type="primary" size="small" loading={save.isPending} onClick={send}>
					{t`Save`}
				</Button>
			}
		>
			<form
				className="adopt"
				onSubmit={(event) => {
					event.preventDefault();
					send();
				}}
			>
				<div className="field">
					<label htmlFor={`${id}entity`}>{t`Company that sells`}</label>
					<AutoComplete
						id={`${id}entity`}
						value={values.entity}
						options={options(namesOf(all, (s) => s.entity))}
						onChange={(entity: string) => set({ entity })}
						showSearch={{ filterOption: (text, option) => (option?.value ?? '').toLowerCase().includes(text.toLowerCase()) }}
					>
						<Input maxLength={80} allowClear />
					</AutoComplete>
					<small className="soft">{t`The legal entity in whose name the store is registered.`}</small>
				</div>
				<div className="field">
					<label htmlFor={`${id}group`}>{t`Group`}</label>
					<AutoComplete
						id={`${id}group`}
						value={values.group}
						options={options(namesOf(all, (s) => s.group))}
						onChange={(group: string) => set({ group })}
						showSearch={{ filterOption: (text, option) => (option?.value ?? '').toLowerCase().includes(text.toLowerCase()) }}
					>
						<Input maxLength={80} allowClear />
					</AutoComplete>
				</div>
				<div className="field">
					<label htmlFor={`${id}owner`}>{t`Who answers for it`}</label>
					<Select
						id={`${id}owner`}
						value={values.ownerId}
						allowClear
						placeholder={t`nobody in particular`}
						options={(members.data?.members ?? []).map((member) => ({ value: member.userId, label: member.name }))}
						onChange={(ownerId: string | undefined) => set({ ownerId: ownerId ?? null })}
					/>
				</div>
				<div className="field">
					<label htmlFor={`${id}mode`}>{t`Way of selling`}</label>
					<Select
						id={`${id}mode`}
						value={values.mode}
						allowClear
						placeholder={t`as the platform tells`}
						options={MODES.map((value) => ({ value, label: MODE_WORDS[value] && i18n._(MODE_WORDS[value]) }))}
						onChange={(mode: Mode | undefined) => set({ mode: mode ?? null })}
					/>
				</div>
				<fieldset className="field">
					<legend>{t`Colour and mark`}</legend>
					<Radio.Group
						className="colours"
						value={values.colour ?? 'none'}
						onChange={(event) => set({ colour: event.target.value === 'none' ? null : (event.target.value as StoreColour) })}
					>
						<Radio value="none">{t`none`}</Radio>
						{STORE_COLOURS.map((colour) => (
							<Radio key={colour} value={colour}>
								<i className="swatch" style={{ background: FLAG_COLOURS[colour] }} aria-hidden /> {i18n._(COLOUR_WORDS[colour])}
							</Radio>
						))}
					</Radio.Group>
					<span className="row">
						<label htmlFor={`${id}mark`}>{t`One or two letters`}</label>
						<Input
							id={`${id}mark`}
							className="letters"
							value={values.mark}
							onChange={(event) =>
								set({
									mark: [...new Intl.Segmenter().segment(event.target.value)]
										.slice(0, 2)
										.map((s) => s.segment)
										.join(''),
								})
							}
						/>
						<StoreBadge store={{ colour: values.colour, mark: values.mark.trim() || null }} />
					</span>
				</fieldset>
				{save.error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, save.error)}
					</p>
				)}
				<button type="submit" className="unseen" tabIndex={-1}>
					{t`Save`}
				</button>
			</form>
		</Drawer>
	);
}
