import { useLingui } from '@lingui/react/macro';
import type { RotaView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { languageName } from '../copies/words.ts';
import { weekdayNames } from './shift.ts';

/** Those in which buyers of the platforms' sites write, and one more of those who write to them. */
const LANGUAGES = ['es', 'pt', 'en', 'zh', 'de', 'fr', 'it', 'nl', 'pl', 'sv', 'tr', 'ja', 'ko', 'th', 'vi', 'id', 'ms', 'ar'];
const BEIJING = 'Asia/Shanghai';
const OFFICE = { zone: BEIJING, weekdays: [1, 2, 3, 4, 5], from: '09:00', until: '18:00' };

/** One rota, new or to be changed. */
export function RotaForm({ rota, onClose }: { rota: RotaView | null; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const shown = shownLanguage();
	const { stores } = useStores();
	const members = useQuery(trpc.workspace.members.queryOptions());
	const [values, setValues] = useState<RotaView>(
		() =>
			rota ?? { rotaId: crypto.randomUUID(), name: '', isOn: true, storeIds: [], languages: [], userIds: [], capacity: null, shift: null },
	);
	const set = (some: Partial<RotaView>): void => setValues((before) => ({ ...before, ...some }));
	const { name, storeIds, languages, userIds, capacity, shift } = values;
	const ready = name.trim() !== '' && userIds.length > 0 && (shift === null || shift.weekdays.length > 0);
	const save = useMutation(
		trpc.inbox.saveRota.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.inbox.rotas.pathFilter());
				say(t`The rota is kept. What waits is given out within seconds.`);
				onClose();
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const able = (members.data?.members ?? []).filter(({ role }) => role !== 'analyst');
	return (
		<form
			className="rota-form"
			onSubmit={(event) => {
				event.preventDefault();
				if (ready && !save.isPending) save.mutate(values);
			}}
		>
			<Field label={t`Name`}>
				{(id) => <Input id={id} value={name} maxLength={60} onChange={(event) => set({ name: event.target.value })} />}
			</Field>
			<Field label={t`People, in the order in which they are given conversations`}>
				{(id) => (
					<Select
						id={id}
						mode="multiple"
						value={userIds}
						optionFilterProp="label"
						options={able.map((member) => ({ value: member.userId, label: member.name }))}
						onChange={(to) => set({ userIds: to })}
					/>
				)}
			</Field>
			<Field label={t`Stores`}>
				{(id) => (
					<Select
						id={id}
						mode="multiple"
						value={storeIds}
						placeholder={t`All stores`}
						optionFilterProp="label"
						options={stores.map((store) => ({ value: store.storeId, label: storeLabel(store) }))}
						onChange={(to) => set({ storeIds: to })}
					/>
				)}
			</Field>
			<Field label={t`Languages in which buyers write`}>
				{(id) => (
					<Select
						id={id}
						mode="multiple"
						value={languages}
						placeholder={t`any language`}
						optionFilterProp="label"
						options={LANGUAGES.map((code) => ({ value: code, label: languageName(shown, code) }))}
						onChange={(to) => set({ languages: to })}
					/>
				)}
			</Field>
			<Field label={t`Open conversations that one person holds at most`}>
				{(id) => (
					<InputNumber id={id} min={1} max={10_000} value={capacity} placeholder={t`no limit`} onChange={(to) => set({ capacity: to })} />
				)}
			</Field>
			<Checkbox checked={shift !== null} onChange={(event) => set({ shift: event.target.checked ? OFFICE : null })}>
				{t`Only while they are at work`}
			</Checkbox>
			{shift !== null && (
				<fieldset>
					<legend className="unseen">{t`At work`}</legend>
					<Checkbox.Group
						value={shift.weekdays}
						options={weekdayNames(shown)}
						onChange={(to) => set({ shift: { ...shift, weekdays: to } })}
					/>
					<div className="rota-times">
						<Input
							type="time"
							aria-label={t`From`}
							value={shift.from}
							onChange={(event) => event.target.value !== '' && set({ shift: { ...shift, from: event.target.value } })}
						/>
						<span aria-hidden>–</span>
						<Input
							type="time"
							aria-label={t`Until`}
							value={shift.until}
							onChange={(event) => event.target.value !== '' && set({ shift: { ...shift, until: event.target.value } })}
						/>
						<Select
							aria-label={t`Clock`}
							showSearch
							value={shift.zone}
							options={[...new Set([BEIJING, ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({ value: zone, label: zone }))}
							onChange={(zone) => set({ shift: { ...shift, zone } })}
						/>
					</div>
					{shift.until <= shift.from && <small className="soft">{t`Until the next day.`}</small>}
				</fieldset>
			)}
			<div className="rota-deeds">
				<Button type="primary" htmlType="submit" disabled={!ready} loading={save.isPending}>
					{t`Keep the rota`}
				</Button>
				<Button onClick={onClose}>{t`Cancel`}</Button>
			</div>
		</form>
	);
}

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
	const id = useId();
	return (
		<div className="field">
			<label htmlFor={id}>{label}</label>
			{children(id)}
		</div>
	);
}
