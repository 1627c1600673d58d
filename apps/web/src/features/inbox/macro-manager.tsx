import { DeleteOutlined, EditOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { MacroView } from '@pangea/api';
import { LONGEST_MESSAGE, MACRO_LANGUAGES, MACRO_VARIABLES, type MacroLanguage } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, type InputRef, Modal, Select } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { Key } from '../../ui/key.tsx';
import { say } from '../../ui/toast.tsx';
import { MACRO_VARIABLE_WORDS, macroLanguageName } from './words.ts';

/** One function for all drawings of the field: another one each time would take the cursor out of the fields below. */
const focus = (field: InputRef | null): void => field?.focus();

type Values = { name: string; quickKey: string } & Partial<Record<MacroLanguage, string>>;

const QUICK_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The workspace's macros: making, changing and removing them. */
export function MacroManager({ macros, onClose }: { macros: readonly MacroView[]; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const [edited, setEdited] = useState<MacroView | null>(null);
	const settled = {
		onSuccess: () => {
			setEdited(null);
			void queryClient.invalidateQueries(trpc.inbox.macros.pathFilter());
		},
		onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
	};
	const save = useMutation(trpc.inbox.saveMacro.mutationOptions(settled));
	const remove = useMutation(trpc.inbox.removeMacro.mutationOptions(settled));
	return (
		<Modal open title={t`Macros`} footer={null} width={560} onCancel={onClose}>
			{edited === null ? (
				<div className="macro-list">
					{macros.length === 0 && <p className="soft">{t`No macros yet.`}</p>}
					{macros.map((macro) => (
						<div key={macro.macroId} className="line">
							<span className="cut">{macro.name}</span>
							{macro.quickKey !== null && <Key of={macro.quickKey} />}
							<small className="soft cut grow">{macro.texts.map((one) => macroLanguageName(i18n, one.language)).join(', ')}</small>
							<Button
								size="small"
								type="text"
								icon={<EditOutlined aria-hidden />}
								aria-label={t`Change the macro ${macro.name}`}
								onClick={() => setEdited(macro)}
							/>
							<Button
								size="small"
								type="text"
								icon={<DeleteOutlined aria-hidden />}
								aria-label={t`Remove the macro ${macro.name}`}
								onClick={() => remove.mutate({ macroId: macro.macroId })}
							/>
						</div>
					))}
					<Button onClick={() => setEdited({ macroId: crypto.randomUUID(), name: '', texts: [], quickKey: null })}>{t`New macro`}</Button>
				</div>
			) : (
				<Form<Values>
					key={edited.macroId}
					layout="vertical"
					initialValues={{
						name: edited.name,
						quickKey: edited.quickKey ?? '',
						...Object.fromEntries(edited.texts.map((one) => [one.language, one.text])),
					}}
					onFinish={(values) => {
						const texts = MACRO_LANGUAGES.map((language) => ({ language, text: values[language]?.trim() ?? '' }));
						const quickKey = values.quickKey === '' ? null : values.quickKey;
						save.mutate({ macroId: edited.macroId, name: values.name, texts: texts.filter((one) => one.text !== ''), quickKey });
					}}
				>
					<Form.Item name="name" label={t`Name`} rules={[{ required: true, whitespace: true, message: t`A macro needs a name.` }]}>
						<Input ref={focus} maxLength={60} />
					</Form.Item>
					<Form.Item name="quickKey" label={t`Key, after Ctrl / opened the macros`}>
						<Select options={[{ value: '', label: t`none` }, ...QUICK_KEYS.map((key) => ({ value: key, label: key }))]} />
					</Form.Item>
					<p className="soft">
						{t`These are filled from the order:`}{' '}
						{MACRO_VARIABLES.map((variable) => (
							<span key={variable} className="macro-variable">
								<code>{`{${variable}}`}</code> {i18n._(MACRO_VARIABLE_WORDS[variable])}
							</span>
						))}
					</p>
					{MACRO_LANGUAGES.map((language) => (
						<Form.Item
							key={language}
							name={language}
							label={macroLanguageName(i18n, language)}
							dependencies={MACRO_LANGUAGES.filter((one) => one !== language)}
							rules={
								language === 'any'
									? [
											({ getFieldsValue }) => ({
												validator: async () => {
													const values: Partial<Values> = getFieldsValue();
													if (MACRO_LANGUAGES.every((one) => (values[one] ?? '').trim() === ''))
														throw new Error(t`A macro needs a text in one language at least.`);
												},
											}),
										]
									: []
							}
						>
							<Input.TextArea autoSize={{ minRows: 1, maxRows: 6 }} maxLength={LONGEST_MESSAGE} />
						</Form.Item>
					))}
					<div className="line">
						<span className="grow" />
						<Button onClick={() => setEdited(null)}>{t`Cancel`}</Button>
						<Button type="primary" htmlType="submit" loading={save.isPending}>
							{t`Save`}
						</Button>
					</div>
				</Form>
			)}
		</Modal>
	);
}
