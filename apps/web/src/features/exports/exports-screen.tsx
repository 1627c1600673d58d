import { CloseOutlined, DownloadOutlined, SendOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ExportView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Alert, Button, Progress } from 'antd';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import './exports.css';
import { Templates } from './templates.tsx';
import { EXPORT_STATE_WORDS, REPORT_WORDS } from './words.ts';

const route = getRouteApi('/workbench/exports');

/** The files that one asked for: how far they are, and the files themselves. */
export function ExportsScreen() {
	const { t, i18n } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const runs = useQuery(trpc.exports.list.queryOptions());
	return (
		<div className="exports">
			<HeaderSlot>
				<h1 className="title">{t`Exports`}</h1>
			</HeaderSlot>
			{search.problem !== undefined && (
				<Alert
					type="error"
					showIcon
					role="alert"
					title={t`The file could not be given`}
					description={sentence(i18n, search.problem)}
					closable={{ onClose: () => void navigate({ search: {} }) }}
				/>
			)}
			<Templates />
			{runs.error ? (
				<Broken error={runs.error} reset={() => void runs.refetch()} />
			) : !runs.data ? (
				<Skeleton rows={8} height={64} />
			) : runs.data.length === 0 ? (
				<Empty title={t`You have asked for no file yet`} action={<Link to="/orders">{t`To the orders`}</Link>}>
					<Trans>Filter or select orders, then press Export. The file is written in the background and waits here for seven days.</Trans>
				</Empty>
			) : (
				<ul className="panel export-runs">
					{runs.data.map((run) => (
						<Run key={run.runId} run={run} />
					))}
				</ul>
			)}
		</div>
	);
}

function Run({ run }: { run: ExportView }) {
	const { t, i18n } = useLingui();
	const trouble = (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' });
	const cancel = useMutation(
		trpc.exports.cancel.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.exports.pathFilter()), onError: trouble }),
	);
	const link = useMutation(
		trpc.exports.link.mutationOptions({ onSuccess: ({ address }) => globalThis.location.assign(address), onError: trouble }),
	);
	const again = useMutation(
		trpc.exports.sendAgain.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.exports.pathFilter()), onError: trouble }),
	);
	const { byId } = useStores();
	const report = i18n._(REPORT_WORDS[run.report]);
	const going = run.state === 'waiting' || run.state === 'running';
	const share = run.total ? Math.min(99, Math.floor((run.rows / run.total) * 100)) : 0;
	const store = run.storeId === null ? undefined : byId.get(run.storeId);
	const whose = store ? storeLabel(store) : run.company;
	const name = whose === null ? report : `${report} · ${whose}`;
	return (
		<li>
			<div className="about">
				<b>
					<bdi>{name}</bdi>
				</b>
				<span className="faint">
					{run.format.toUpperCase()} · {run.dueAt !== null && <>{t`By schedule`} · </>}
					<When at={run.dueAt ?? run.askedAt} /> · <Rows run={run} />
				</span>
			</div>
			<div className="stand">
				{run.state === 'running' ? (
					<Progress percent={share} size="small" aria-label={t`Progress of ${name}`} />
				) : (
					<span className={run.state === 'failed' ? 'failed' : 'soft'}>
						{i18n._(EXPORT_STATE_WORDS[run.state])}
						{run.errorCode !== null && `: ${sentence(i18n, run.errorCode)}`}
					</span>
				)}
				{run.sending && <SendingStand sending={run.sending} />}
				{run.state === 'done' && run.sha256 !== null && (
					<code className="faint" title={`SHA-256 ${run.sha256}`}>
						{run.sha256.slice(0, 12)}
					</code>
				)}
			</div>
			<div className="deeds">
				{run.state === 'done' && (
					<Button
						size="small"
						type="primary"
						icon={<DownloadOutlined aria-hidden />}
						aria-label={t`Download ${run.fileName ?? name}`}
						loading={link.isPending}
						onClick={() => link.mutate({ runId: run.runId })}
					>
						{t`Download`}
					</Button>
				)}
				{run.state === 'done' && run.sending && run.sending.state !== 'sent' && run.sending.code !== null && (
					<Button
						size="small"
						icon={<SendOutlined aria-hidden />}
						aria-label={t`Bring ${run.fileName ?? name} again`}
						loading={again.isPending}
						onClick={() => again.mutate({ runId: run.runId })}
					>
						{t`Bring again`}
					</Button>
				)}
				{going && (
					<Button
						size="small"
						icon={<CloseOutlined aria-hidden />}
						aria-label={t`Cancel ${name}`}
						loading={cancel.isPending}
						onClick={() => cancel.mutate({ runId: run.runId })}
					>
						{t`Cancel`}
					</Button>
				)}
			</div>
		</li>
	);
}

/** How far a file has come on its way to its destination. */
function SendingStand({ sending: { destination, state, code } }: { sending: NonNullable<ExportView['sending']> }) {
	const { t, i18n } = useLingui();
	if (state === 'sent') return <span className="soft">{t`Brought to ${destination}`}</span>;
	const why = code === null ? '' : ` ${sentence(i18n, code, { host: destination })}`;
	if (state === 'failed')
		return (
			<span className="failed">
				{t`Not brought to ${destination}.`}
				{why}
			</span>
		);
	return (
		<span className={code === null ? 'soft' : 'failed'}>
			{code === null ? t`On its way to ${destination}` : t`Not at ${destination} yet.`}
			{why}
		</span>
	);
}

const MEGABYTE = 1_000_000;

function Rows({ run }: { run: ExportView }) {
	const { t } = useLingui();
	const language = shownLanguage();
	const rows = formatNumber(language, run.rows);
	if (run.state !== 'done') {
		const total = formatNumber(language, run.total ?? 0);
		return run.total === null ? t`Rows: ${rows}` : t`Rows: ${rows} of about ${total}`;
	}
	const size = formatNumber(language, Math.ceil(((run.fileSize ?? 0) / MEGABYTE) * 100) / 100);
	return t`Rows: ${rows}, ${size} MB`;
}
