import { DeleteOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ExportTemplateView } from '@pangea/api';
import { columnsOf, EXPORT_FORMATS, type ExportFormat, foreignFilters, REPORT_IDS, REPORT_RULES, type ReportId } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Checkbox, Drawer, Input, Popconfirm, Radio, Select } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { useSession, useStores } from '../../session.tsx';
import { api, queryClient, trpc } from '../../trpc.ts';
import { ColumnOrder } from './column-order.tsx';
import { emptySchedule, type Schedule, SchedulePart } from './schedule-part.tsx';
import { FORMAT_NAMES, REPORT_WORDS } from './words.ts';

interface TemplateDrawerProps {
	/** Null: a new one, of all orders. */
	template: ExportTemplateView | null;
	onClose: () => void;
}

/** A template by name: what is in its file, in which order, and when it is made. */
export function TemplateDrawer({ template, onClose }: TemplateDrawerProps) {
	const { t, i18n } = useLingui();
	const { zone, permissions } = useSession().membership;
	const { stores } = useStores();
	const [name, setName] = useState(template?.name ?? '');
	const [report, setReport] = useState<ReportId>(template?.report ?? 'orders');
	const [format, setFormat] = useState<ExportFormat>(template?.format ?? 'xlsx');
	const [columns, setColumns] = useState<readonly string[]>(template?.columns ?? []);
	const [byteOrderMark, setByteOrderMark] = useState(template?.byteOrderMark ?? true);
	const [together, setTogether] = useState(template?.together ?? false);
	const [schedule, setSchedule] = useState<Schedule | null>(template?.schedule ?? null);
	const [templateId] = useState(() => template?.templateId ?? crypto.randomUUID());
	const dropped = foreignFilters(report, template?.filter ?? {});
	const kept = Object.fromEntries(Object.entries(template?.filter ?? {}).filter(([key]) => !dropped.includes(key)));
	const refresh = () => queryClient.invalidateQueries(trpc.exports.pathFilter());
	const save = useMutation({
		mutationFn: async () => {
			const filter = { sort: 'newest', ...kept } as Parameters<typeof api.exports.saveTemplate.mutate>[0]['filter'];
			const shown = { name: name.trim(), report, format, columns: [...columns], filter, zone: template?.zone ?? zone };
			await api.exports.saveTemplate.mutate({ templateId, ...shown, byteOrderMark, together });
			if (schedule !== null || template?.schedule) await api.exports.schedule.mutate({ templateId, schedule: schedule && asked(schedule) });
		},
		onSuccess: async () => {
			await refresh();
			onClose();
		},
	});
	const remove = useMutation(
		trpc.exports.removeTemplate.mutationOptions({
			onSuccess: async () => {
				await refresh();
				onClose();
			},
		}),
	);
	const seen = columnsOf(report).filter(({ field }) => field === null || permissions.includes(`fields.${field}`));
	const byStore = REPORT_RULES[report].apart === 'store';
	const apart = byStore ? stores.length : new Set(stores.map((store) => store.entity)).size;
	const narrowed = Object.entries(kept).filter(([key, value]) => key !== 'sort' && value !== undefined).length;
	const error = save.error ?? remove.error;
	return (
		<Drawer open onClose={onClose} title={template?.name ?? t`New template`} size={480}>
			<form
				className="template-form"
				onSubmit={(event) => {
					event.preventDefault();
					if (!save.isPending && name.trim() !== '') save.mutate();
				}}
			>
				<label htmlFor="template-name">{t`Name`}</label>
				<Input id="template-name" value={name} maxLength={80} required onChange={(event) => setName(event.target.value)} />
				<p className="faint">
					{dropped.length > 0 ? (
						t`Of the filter that was kept with it, only its stores and days hold for this report.`
					) : narrowed === 0 && REPORT_RULES[report].of !== 'orders' ? (
						t`Of all stores that you see.`
					) : narrowed === 0 ? (
						<Trans>
							Of all orders that you see. To keep a filter, set it in <Link to="/orders">the list of orders</Link> and keep it from Export
							there.
						</Trans>
					) : (
						t`With the filter that was kept with it.`
					)}
				</p>
				<label htmlFor="template-report">{t`Report`}</label>
				<Select<ReportId>
					id="template-report"
					value={report}
					options={REPORT_IDS.filter((id) => permissions.includes(REPORT_RULES[id].permission)).map((value) => ({
						value,
						label: i18n._(REPORT_WORDS[value]),
					}))}
					onChange={(to) => {
						setReport(to);
						setColumns([]);
					}}
				/>
				<ColumnOrder all={seen.map(({ id }) => id)} chosen={columns} onChange={setColumns} />
				<Radio.Group
					optionType="button"
					aria-label={t`File format`}
					value={format}
					options={EXPORT_FORMATS.map((value) => ({ value, label: FORMAT_NAMES[value] }))}
					onChange={(event) => setFormat(event.target.value as ExportFormat)}
				/>
				{format === 'csv' && (
					<Checkbox checked={byteOrderMark} onChange={(event) => setByteOrderMark(event.target.checked)}>
						{t`Mark for Excel (BOM)`}
					</Checkbox>
				)}
				{apart > 1 && (
					<Checkbox checked={together} onChange={(event) => setTogether(event.target.checked)}>
						{byStore ? t`All stores in one file` : t`All companies in one file`}
					</Checkbox>
				)}
				<SchedulePart
					of={REPORT_RULES[report].of}
					schedule={schedule}
					onChange={setSchedule}
					empty={() => emptySchedule(zone)}
					zones={[zone, ...stores.map((s) => s.zone)]}
				/>
				{error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, error)}
					</p>
				)}
				<div className="buttons">
					<Button type="primary" htmlType="submit" loading={save.isPending} disabled={name.trim() === ''}>
						{t`Keep template`}
					</Button>
					{template !== null && (
						<Popconfirm
							title={t`Remove this template and its schedule?`}
							okText={t`Remove`}
							cancelText={t`Cancel`}
							onConfirm={() => remove.mutate({ templateId })}
						>
							<Button icon={<DeleteOutlined aria-hidden />} loading={remove.isPending}>
								{t`Remove`}
							</Button>
						</Popconfirm>
					)}
				</div>
			</form>
		</Drawer>
	);
}

/** What is chosen, without what the server tells of it. */
function asked({ every, weekday, monthDay, time, zone, covers, announce, destinationId }: Schedule): Schedule {
	return { every, weekday, monthDay, time, zone, covers, announce, destinationId };
}
