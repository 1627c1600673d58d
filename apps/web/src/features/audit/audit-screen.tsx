import { DownloadOutlined, ReloadOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useCallback } from 'react';
import { useNow, useZone } from '../../clock.tsx';
import { formatNumber } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { sentence } from '../../problems.ts';
import { useMay, useSession, useStores } from '../../session.tsx';
import { api, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { SettingsTabs } from '../settings/settings-tabs.tsx';
import './audit.css';
import { AuditFilters } from './audit-filters.tsx';
import { AuditTable } from './audit-table.tsx';
import { type AuditFilter, downloadAddress, filterOf, leftOut, queryOf, searchOf } from './filter.ts';
import { AUDIT_FIELD_WORDS } from './words.ts';

const route = getRouteApi('/workbench/settings/audit');
const PAGE = 100;

export function AuditScreen() {
	const { t } = useLingui();
	const mayRead = useMay('audit.read');
	return (
		<div className="audit">
			<HeaderSlot>
				<SettingsTabs />
			</HeaderSlot>
			{mayRead ? (
				<Trail />
			) : (
				<Empty title={t`The audit trail is not open to your role`}>
					<Trans>Owners and managers of the workspace can read it.</Trans>
				</Empty>
			)}
		</div>
	);
}

function Trail() {
	const { t, i18n } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const { membership } = useSession();
	const { stores, byId } = useStores();
	const zone = useZone();
	const now = useNow();
	const filter = filterOf(search);
	const query = queryOf(filter, zone);
	const people = useQuery(trpc.audit.people.queryOptions());
	const key = ['audit', membership.workspaceId, query];
	const trail = useInfiniteQuery({
		queryKey: key,
		queryFn: ({ pageParam }) => api.audit.list.query({ ...query, limit: PAGE, ...(pageParam !== null && { after: pageParam }) }),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.next,
	});
	const { fetchNextPage, isFetching } = trail;
	const more = useCallback(() => {
		if (!isFetching) void fetchNextPage();
	}, [fetchNextPage, isFetching]);

	const rows = trail.data?.pages.flatMap((page) => page.rows) ?? [];
	const names = new Map((people.data ?? []).map(({ userId, name }) => [userId, name ?? userId]));
	const language = shownLanguage();
	const by = { i18n, language, zone, now, stores: byId, people: names };
	const go = (to: AuditFilter) => void navigate({ search: searchOf(to) });
	const wrong = leftOut(search).map((field) => i18n._(AUDIT_FIELD_WORDS[field]));
	const loaded = formatNumber(language, rows.length);
	return (
		<>
			<div className="bar">
				<AuditFilters
					filter={filter}
					people={names}
					stores={stores}
					zone={zone}
					onChange={(change) => go({ ...filter, ...change })}
					onClear={() => void navigate({ search: {} })}
				/>
				<span className="grow" />
				<Button
					size="small"
					type="text"
					icon={<ReloadOutlined aria-hidden />}
					aria-label={t`Read again`}
					title={t`Read again`}
					onClick={() => void queryClient.resetQueries({ queryKey: key })}
				/>
				<Button size="small" icon={<DownloadOutlined aria-hidden />} href={downloadAddress(membership.workspaceId, query)}>
					{t`Download CSV`}
				</Button>
			</div>
			{search.problem !== undefined && (
				<Alert
					type="error"
					showIcon
					role="alert"
					title={t`The file could not be made`}
					description={sentence(i18n, search.problem)}
					closable={{ onClose: () => go(filter) }}
				/>
			)}
			{wrong.length > 0 && (
				<Alert
					type="warning"
					showIcon
					role="alert"
					title={t`The address asks for something there is not; this was left out: ${wrong.join(', ')}`}
				/>
			)}
			{trail.error && rows.length === 0 ? (
				<Broken error={trail.error} reset={() => void trail.refetch()} />
			) : trail.isPending ? (
				<Skeleton rows={20} height={37} />
			) : rows.length === 0 ? (
				<Empty
					title={t`No record fits this filter`}
					action={<Button onClick={() => void navigate({ search: {} })}>{t`Show the whole trail`}</Button>}
				>
					<Trans>Everything that members change and every look at a buyer's data is recorded here.</Trans>
				</Empty>
			) : (
				<>
					<AuditTable rows={rows} more={trail.hasNextPage} onMore={more} by={by} />
					<output className="foot">{trail.hasNextPage ? t`Records read: ${loaded}` : t`All records: ${loaded}`}</output>
				</>
			)}
		</>
	);
}
