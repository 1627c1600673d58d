import { EditOutlined, FileAddOutlined, PlusOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { ExportTemplateView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { say } from '../../ui/toast.tsx';
import { TemplateDrawer } from './template-drawer.tsx';
import { EVERY_WORDS, REPORT_WORDS } from './words.ts';

/** What one asks for again and again, and when it is made by itself. */
export function Templates() {
	const { t } = useLingui();
	const templates = useQuery(trpc.exports.templates.queryOptions());
	const [open, setOpen] = useState<ExportTemplateView | 'new' | null>(null);
	return (
		<section className="panel export-templates" aria-label={t`Templates`}>
			<header>
				<h2>{t`Templates`}</h2>
				<p className="faint">
					<Trans>Columns in your order, under a name; made when you press, or by themselves.</Trans>
				</p>
				<Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
					{t`New template`}
				</Button>
			</header>
			{templates.error ? (
				<Broken error={templates.error} reset={() => void templates.refetch()} />
			) : !templates.data ? (
				<Skeleton rows={2} height={48} />
			) : templates.data.length === 0 ? (
				<p className="faint pad">{t`No template yet. Make one here, or keep the filter of a list from its Export button.`}</p>
			) : (
				<ul className="export-runs">
					{templates.data.map((template) => (
						<Template key={template.templateId} template={template} onOpen={() => setOpen(template)} />
					))}
				</ul>
			)}
			{open !== null && <TemplateDrawer template={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
		</section>
	);
}

function Template({ template, onOpen }: { template: ExportTemplateView; onOpen: () => void }) {
	const { t, i18n } = useLingui();
	const make = useMutation(
		trpc.exports.make.mutationOptions({
			onSuccess: () => queryClient.invalidateQueries(trpc.exports.pathFilter()),
			onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const { name, schedule, columns } = template;
	return (
		<li>
			<div className="about">
				<b>
					<bdi>{name}</bdi>
				</b>
				<span className="faint">
					{i18n._(REPORT_WORDS[template.report])} · {template.format.toUpperCase()} ·{' '}
					{columns.length === 0 ? t`All columns` : <Plural value={columns.length} one="# column" other="# columns" />}
				</span>
			</div>
			<div className="stand">
				{schedule === null ? (
					<span className="faint">{t`Only by hand`}</span>
				) : (
					<>
						<span>
							{i18n._(EVERY_WORDS[schedule.every])}, {schedule.time} ({schedule.zone})
						</span>
						<span className="faint">
							{t`Next`} <When at={schedule.nextAt} />
						</span>
						{schedule.refused && <span className="failed">{t`The last time, no store or column was left to you`}</span>}
					</>
				)}
			</div>
			<div className="deeds">
				<Button
					size="small"
					icon={<FileAddOutlined aria-hidden />}
					aria-label={t`Make now: ${name}`}
					loading={make.isPending}
					onClick={() => make.mutate({ templateId: template.templateId })}
				>
					{t`Make now`}
				</Button>
				<Button
					size="small"
					icon={<EditOutlined aria-hidden />}
					aria-label={t`Change ${name}`}
					title={t`Change ${name}`}
					onClick={onOpen}
				/>
			</div>
		</li>
	);
}
