import { Trans, useLingui } from '@lingui/react/macro';
import type { SkuMasterView } from '@pangea/api';
import {
	COUNTRIES,
	MASTER_FIELDS,
	type MasterCause,
	type MasterField,
	type MasterTyped,
	readMasterData,
	typedMaster,
} from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Drawer, Input, Select } from 'antd';
import { useId, useRef, useState } from 'react';
import { countryName } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { errorSentence } from '../../problems.ts';
import { api, problemCode, queryClient, trpc } from '../../trpc.ts';
import { Key } from '../../ui/key.tsx';
import { say } from '../../ui/toast.tsx';
import { MASTER_CAUSE_WORDS, MASTER_WORDS } from './master-words.ts';

/** What is being said, beside what it is said over. */
interface Edit {
	over: SkuMasterView;
	typed: MasterTyped;
	/** What somebody else said meanwhile of a field that was changed here too. */
	theirs: Partial<MasterTyped>;
}

/** What somebody else said goes into the fields that were left alone here; where both changed one, both words are kept. */
function beside(edit: Edit, fresh: SkuMasterView): Edit {
	const [base, now] = [typedMaster(edit.over.data), typedMaster(fresh.data)];
	const typed = { ...edit.typed };
	const theirs: Partial<MasterTyped> = {};
	for (const field of MASTER_FIELDS) {
		if (edit.typed[field] === base[field]) typed[field] = now[field];
		else if (now[field] !== base[field] && now[field] !== edit.typed[field]) theirs[field] = now[field];
	}
	return { over: fresh, typed, theirs };
}

/** A place to say what is known of a SKU. */
export function MasterDrawer({ master, onClose }: { master: SkuMasterView; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const { skuId } = master;
	const [edit, setEdit] = useState<Edit>(() => ({ over: master, typed: typedMaster(master.data), theirs: {} }));
	const [tried, setTried] = useState(false);
	const form = useRef<HTMLFormElement>(null);
	const base = typedMaster(edit.over.data);
	const read = readMasterData(edit.typed);
	const faults = new Map<MasterField, MasterCause>('faults' in read ? read.faults.map(({ field, cause }) => [field, cause]) : []);
	const save = useMutation(
		trpc.catalogue.saveMaster.mutationOptions({
			onSuccess: async () => {
				await queryClient.invalidateQueries(trpc.catalogue.pathFilter());
				say(t`Saved.`);
				onClose();
			},
			onError: async (error) => {
				if (problemCode(error) !== 'masterMeanwhile') return;
				const fresh = await api.catalogue.master.query({ skuId });
				setEdit((before) => beside(before, fresh));
			},
		}),
	);
	const submit = (): void => {
		setTried(true);
		const [wrong] = faults.keys();
		if (wrong !== undefined) form.current?.querySelector<HTMLElement>(`[name="${wrong}"], #${CSS.escape(`${wrong}-field`)}`)?.focus();
		else if (!save.isPending) save.mutate({ skuId, version: edit.over.version, typed: edit.typed });
	};
	useKeys({ 'Mod+Enter': submit });
	const field = (name: MasterField) => ({
		name,
		value: edit.typed[name],
		cause: tried || edit.typed[name] !== base[name] ? faults.get(name) : undefined,
		theirs: edit.theirs[name],
		onChange: (value: string) => setEdit((before) => ({ ...before, typed: { ...before.typed, [name]: value } })),
	});
	return (
		<Drawer
			open
			size={480}
			title={t`Master data of ${master.data.code}`}
			onClose={onClose}
			extra={
				<Button type="primary" size="small" loading={save.isPending} onClick={submit} aria-keyshortcuts="Control+Enter Meta+Enter">
					{t`Save`} <Key of="Mod+Enter" />
				</Button>
			}
		>
			<form
				ref={form}
				className="master-form"
				onSubmit={(event) => {
					event.preventDefault();
					submit();
				}}
			>
				<p className="soft">
					<Trans>Holds in this workspace for all stores. No platform overwrites it, and nothing of it is sent to a platform.</Trans>
				</p>
				{save.error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, save.error)}
					</p>
				)}
				<Field of={field('code')} />
				<Field of={field('title')} />
				<Field of={field('variant')} />
				<Field of={field('brand')} />
				<Field of={field('gtins')} hint={t`Several with a space between them`} />
				<Field of={field('image')} hint="https://" />
				<fieldset>
					<legend>{t`For customs`}</legend>
					<div className="pair">
						<Field of={field('hsCode')} hint={t`6 to 12 digits, such as 9405.21`} />
						<Origin of={field('origin')} />
					</div>
					<Field of={field('materials')} hint={t`Such as 80% cotton, 20% polyester`} />
				</fieldset>
				<fieldset>
					<legend>{t`As one unit is packed`}</legend>
					<div className="pair">
						<Field of={field('weight')} unit="g" />
						<Field of={field('pieces')} />
					</div>
					<div className="triple">
						<Field of={field('length')} unit="mm" />
						<Field of={field('width')} unit="mm" />
						<Field of={field('height')} unit="mm" />
					</div>
				</fieldset>
				<button type="submit" className="unseen" tabIndex={-1}>
					{t`Save`}
				</button>
			</form>
		</Drawer>
	);
}

interface FieldOf {
	name: MasterField;
	value: string;
	cause: MasterCause | undefined;
	theirs: string | undefined;
	onChange: (value: string) => void;
}

function Field({ of, hint, unit }: { of: FieldOf; hint?: string; unit?: string }) {
	const { i18n } = useLingui();
	const id = useId();
	const { name, value, cause, onChange } = of;
	return (
		<div className="field">
			<label htmlFor={id}>{i18n._(MASTER_WORDS[name])}</label>
			<Input
				id={id}
				name={name}
				value={value}
				placeholder={hint}
				suffix={unit}
				inputMode={unit === undefined && name !== 'pieces' ? undefined : 'numeric'}
				status={cause === undefined ? '' : 'error'}
				aria-invalid={cause !== undefined}
				aria-describedby={`${id}more`}
				onChange={(event) => onChange(event.target.value)}
			/>
			<More id={`${id}more`} of={of} />
		</div>
	);
}

function Origin({ of }: { of: FieldOf }) {
	const { i18n } = useLingui();
	const id = useId();
	const language = shownLanguage();
	const countries = COUNTRIES.map((value) => ({ value, label: `${countryName(language, value)} (${value})` })).toSorted((a, b) =>
		a.label.localeCompare(b.label, language),
	);
	return (
		<div className="field">
			<label htmlFor={id}>{i18n._(MASTER_WORDS.origin)}</label>
			<Select<string>
				id={id}
				allowClear
				showSearch={{ optionFilterProp: 'label' }}
				value={of.value === '' ? null : of.value}
				options={countries}
				aria-describedby={`${id}more`}
				onChange={(country: string | undefined) => of.onChange(country ?? '')}
			/>
			<More id={`${id}more`} of={of} />
		</div>
	);
}

/** What is wrong with a field, and what somebody else said of it meanwhile. */
function More({ id, of: { cause, theirs, onChange } }: { id: string; of: FieldOf }) {
	const { t, i18n } = useLingui();
	return (
		<div id={id}>
			{cause !== undefined && <small className="risk">{i18n._(MASTER_CAUSE_WORDS[cause])}</small>}
			{theirs !== undefined && (
				<small className="warn">
					{theirs === '' ? t`Meanwhile somebody emptied it.` : t`Meanwhile somebody said: ${theirs}`}{' '}
					<Button size="small" type="link" onClick={() => onChange(theirs)}>
						{t`Take theirs`}
					</Button>
				</small>
			)}
		</div>
	);
}
