import { ExportOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import { columnsOf, EXPORT_FORMATS, type ExportFormat, ORDER_REPORTS, REPORT_RULES, type ReportId } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, Input, Popover, Radio, Select, Space } from 'antd';
import { useState } from 'react';
import { useZone } from '../../clock.tsx';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useSession, useStores } from '../../session.tsx';
import { type api, queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import './exports.css';
import { FORMAT_NAMES, REPORT_WORDS } from './words.ts';

type Filter = Parameters<typeof api.exports.ask.mutate>[0]['filter'];

interface ExportButtonProps {
	/** On the button. */
	label: string;
	/** Which orders come where none are selected. */
	what: string;
	filter: Filter;
	/** Selected orders; none: all that the filter leaves. */
	orderIds: readonly string[];
	/** What can be had of what is shown; the first is chosen. */
	reports?: readonly ReportId[];
	open: boolean;
	onOpen: (open: boolean) => void;
}

/** Asks for a file of the orders behind what is shown, or of what else the screen is about. */
export function ExportButton({ label, what, filter, orderIds, reports = ORDER_REPORTS, open, onOpen }: ExportButtonProps) {
	return (
		<Popover
			open={open}
			onOpenChange={onOpen}
			trigger="click"
			placement="bottomRight"
			destroyOnHidden
			content={<Panel what={what} filter={filter} orderIds={orderIds} reports={reports} onClose={() => onOpen(false)} />}
		>
			<Button size="small" icon={<ExportOutlined aria-hidden />}>
				{label}
			</Button>
		</Popover>
	);
}

type PanelProps = Required<Omit<ExportButtonProps, 'label' | 'open' | 'onOpen'>> & { onClose: () => void };

function Panel({ what, filter, orderIds, reports, onClose }: PanelProps) {
	const { t, i18n } = useLingui();
	const navigate = useNavigate();
	const zone = useZone();
	const { permissions } = useSession().membership;
	const { stores } = useStores();
	const [report, setReport] = useState<ReportId>(reports[0] ?? 'orders');
	const [format, setFormat] = useState<ExportFormat>('xlsx');
	const [chosen, setChosen] = useState<readonly string[] | null>(null);
	const [byteOrderMark, setByteOrderMark] = useState(true);
	const [together, setTogether] = useState(false);
	const [name, setName] = useState('');
	const ask = useMutation(
		trpc.exports.ask.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.exports.pathFilter());
				onClose();
				void navigate({ to: '/exports' });
			},
			onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const keep = useMutation(
		trpc.exports.saveTemplate.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.exports.pathFilter());
				onClose();
				void navigate({ to: '/exports' });
			},
			onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const keepTemplate = () => {
		if (name.trim() === '' || keep.isPending) return;
		const of = { report, format, columns: [...(chosen ?? [])], zone, byteOrderMark, together };
		keep.mutate({ templateId: crypto.randomUUID(), name: name.trim(), filter, ...of });
	};
	const columns = columnsOf(report).filter(({ field }) => field === null || permissions.includes(`fields.${field}`));
	const byStore = REPORT_RULES[report].apart === 'store';
	const apart = byStore ? stores.length : new Set(stores.map((store) => store.entity)).size;
	const selected = formatNumber(shownLanguage(), orderIds.length);
	const submit = () =>
		ask.mutate({
			report,
			format,
			filter,
			zone,
			byteOrderMark,
			together,
			...(chosen !== null && chosen.length > 0 && { columns: [...chosen] }),
			...(orderIds.length > 0 && { orderIds: [...orderIds] }),
		});
	return (
		<form
			className="export-panel"
			onSubmit={(event) => {
				event.preventDefault();
				if (!ask.isPending) submit();
			}}
		>
			<p className="what">{orderIds.length > 0 ? t`Selected orders: ${selected}` : what}</p>
			{reports.length > 1 && (
				<label>
					<span>{t`Report`}</span>
					<Select<ReportId>
						size="small"
						aria-label={t`Report`}
						value={report}
						options={reports.map((value) => ({ value, label: i18n._(REPORT_WORDS[value]) }))}
						onChange={(to) => {
							setReport(to);
							setChosen(null);
						}}
					/>
				</label>
			)}
			<label>
				<span>{t`Columns`}</span>
				<Select<string[]>
					size="small"
					mode="multiple"
					maxTagCount={0}
					allowClear
					aria-label={t`Columns`}
					placeholder={t`All columns`}
					value={[...(chosen ?? [])]}
					options={columns.map(({ id }) => ({ value: id, label: id }))}
					onChange={(to) => setChosen(to.length === 0 ? null : to)}
				/>
			</label>
			<Radio.Group
				size="small"
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
			<p className="faint">
				{apart > 1 && !together && byStore ? (
					<Trans>Each store gets a file of its own. Times are shown in {zone}.</Trans>
				) : apart > 1 && !together ? (
					<Trans>Each company gets a file of its own. Times are shown in {zone}.</Trans>
				) : (
					<Trans>Times are shown in {zone}.</Trans>
				)}
			</p>
			<Button size="small" type="primary" htmlType="submit" loading={ask.isPending}>
				{t`Make the file`}
			</Button>
			{orderIds.length === 0 && (
				<Space.Compact block>
					<Input
						size="small"
						value={name}
						maxLength={80}
						placeholder={t`Name of a template`}
						aria-label={t`Name of a template`}
						onChange={(event) => setName(event.target.value)}
						onPressEnter={(event) => {
							event.preventDefault();
							keepTemplate();
						}}
					/>
					<Button size="small" loading={keep.isPending} disabled={name.trim() === ''} onClick={keepTemplate}>
						{t`Keep for later`}
					</Button>
				</Space.Compact>
			)}
		</form>
	);
}
