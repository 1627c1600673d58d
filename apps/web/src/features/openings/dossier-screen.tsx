import { PlusOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { PaperView } from '@pangea/api';
import { isPaperKind } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { lazy, Suspense } from 'react';
import { formatDay } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { sentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { siteName } from '../../ui/site.tsx';
import { StoresTabs } from '../stores/stores-tabs.tsx';
import { PAPER_WORDS, STANDING_WORDS } from './words.ts';
import './openings.css';

const PaperDrawer = lazy(async () => ({ default: (await import('./paper-drawer.tsx')).PaperDrawer }));
const route = getRouteApi('/workbench/stores/dossier');
/** In the address: a paper whose kind is still to be chosen. */
const NEW = '+';

/** What each company holds about itself, with what ends soon. */
export function DossierScreen() {
	const { t } = useLingui();
	const mayManage = useMay('stores.manage');
	return (
		<div className="dossier">
			<HeaderSlot>
				<StoresTabs />
			</HeaderSlot>
			{mayManage ? (
				<Dossier />
			) : (
				<Empty title={t`The dossier is not open to you`}>
					<Trans>Owners and managers keep the papers of the companies.</Trans>
				</Empty>
			)}
		</div>
	);
}

function Dossier() {
	const { t, i18n } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const { data, error, refetch } = useQuery(trpc.dossier.list.queryOptions());
	if (error) return <Broken error={error} reset={() => void refetch()} />;
	if (!data) return <Skeleton rows={8} height={44} />;
	const open = (paperId: string): void => void navigate({ search: { paper: paperId } });
	const byEntity = Map.groupBy(data.papers, (paper) => paper.entity);
	const shown = data.papers.find((paper) => paper.paperId === search.paper) ?? null;
	return (
		<>
			{search.problem && (
				<Alert
					type="error"
					showIcon
					closable={{ onClose: () => void navigate({ search: {} }) }}
					title={t`The file was not downloaded`}
					description={sentence(i18n, search.problem)}
				/>
			)}
			<div className="dossier-head">
				<p className="soft">
					<Trans>
						Written down once, shown at every opening. Numbers and files are encrypted; whoever looks at a file leaves a record.
					</Trans>
				</p>
				<Button type="primary" size="small" icon={<PlusOutlined aria-hidden />} onClick={() => void navigate({ search: { add: NEW } })}>
					{t`Add a paper`}
				</Button>
			</div>
			{data.entities.length === 0 ? (
				<Empty title={t`No company is known yet`}>
					<Trans>Add a paper and name its company, or say with a store to whom it belongs.</Trans>
				</Empty>
			) : (
				data.entities.map((entity) => <Company key={entity} entity={entity} papers={byEntity.get(entity) ?? []} onOpen={open} />)
			)}
			<Suspense fallback={null}>
				{(shown !== null || search.add !== undefined) && (
					<PaperDrawer
						key={shown?.paperId ?? 'new'}
						paper={shown}
						kind={search.add !== undefined && isPaperKind(search.add) ? search.add : null}
						entities={data.entities}
						onSaved={open}
						onClose={() => void navigate({ search: {} })}
					/>
				)}
			</Suspense>
		</>
	);
}

function Company({ entity, papers, onOpen }: { entity: string; papers: PaperView[]; onOpen: (paperId: string) => void }) {
	const { t, i18n } = useLingui();
	return (
		<section className="panel dossier-company" aria-label={entity}>
			<header>
				<h2>
					<bdi>{entity}</bdi>
				</h2>
			</header>
			{papers.length === 0 ? (
				<p className="faint dossier-none">{t`Nothing is written down of this company yet.`}</p>
			) : (
				<table>
					<thead>
						<tr>
							<th scope="col">{t`Paper`}</th>
							<th scope="col">{t`Holds in`}</th>
							<th scope="col">{t`Number`}</th>
							<th scope="col">{t`In the name of`}</th>
							<th scope="col">{t`Until`}</th>
							<th scope="col">{t`Files`}</th>
						</tr>
					</thead>
					<tbody>
						{papers.map((paper) => (
							<tr key={paper.paperId}>
								<th scope="row">
									<button type="button" className="dossier-link" onClick={() => onOpen(paper.paperId)}>
										{i18n._(PAPER_WORDS[paper.kind])}
									</button>
								</th>
								<td>{siteName(paper.country)}</td>
								<td className="num">
									<bdi>
										{paper.masked && '•••• '}
										{paper.number}
									</bdi>
								</td>
								<td className="dossier-holder">
									<bdi>{paper.holder}</bdi>
								</td>
								<td>
									<Until paper={paper} />
								</td>
								<td className="soft">{paper.files.length > 0 && <Plural value={paper.files.length} one="# file" other="# files" />}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}

function Until({ paper }: { paper: PaperView }) {
	const { t, i18n } = useLingui();
	const { validUntil, standing } = paper;
	return (
		<>
			{validUntil === null ? (
				<span className="faint">{t`no end`}</span>
			) : (
				<span className="num">{formatDay(shownLanguage(), `${validUntil}T12:00:00Z`, 'UTC')}</span>
			)}
			{standing !== 'held' && <b className={`dossier-standing ${standing}`}>{i18n._(STANDING_WORDS[standing])}</b>}
		</>
	);
}
