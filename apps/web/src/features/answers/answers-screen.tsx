import { Trans, useLingui } from '@lingui/react/macro';
import type { PerformanceRowView, PersonPerformanceView, StoreView } from '@pangea/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useNow, useZone } from '../../clock.tsx';
import { dayIn, lastDays } from '../../day.ts';
import { formatLength, formatNumber, formatPercent } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { useMay, useSession, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { PeriodChoice } from '../../ui/period-choice.tsx';
import { ExportButton } from '../exports/export-button.tsx';
import { usePeople } from '../inbox/people.ts';
import { NumbersTabs } from '../numbers/numbers-tabs.tsx';
import { AnswerRow } from './answer-row.tsx';
import '../../ui/ledger.css';
import './answers.css';

const route = getRouteApi('/workbench/numbers/answers');
const DEFAULT_DAYS = 30;
/** The API answers for no more. */
const MOST_DAYS = 92;

/** How fast buyers were answered, store by store as each platform figures it, and by whom. */
export function AnswersScreen() {
	const { t } = useLingui();
	const mayRead = useMay('inbox.read');
	return (
		<div className="answers">
			<HeaderSlot>
				<NumbersTabs />
			</HeaderSlot>
			{mayRead ? (
				<Answers />
			) : (
				<Empty title={t`Answer times are not open to you`}>
					<Trans>An owner of the workspace decides who reads the inbox.</Trans>
				</Empty>
			)}
		</div>
	);
}

function Answers() {
	const { t } = useLingui();
	const zone = useZone();
	const today = dayIn(useNow(), zone);
	const plain = lastDays(today, DEFAULT_DAYS);
	const { from: begun = plain.from, until = plain.until } = route.useSearch();
	const longest = lastDays(until, MOST_DAYS).from;
	const from = begun < longest ? longest : begun;
	const navigate = route.useNavigate();
	const told = useQuery({ ...trpc.inbox.performance.queryOptions({ from, until }), placeholderData: keepPreviousData });
	const { byId: stores } = useStores();
	const [exporting, setExporting] = useState(false);
	useKeys(useMemo(() => ({ e: () => setExporting(true) }), []));
	return (
		<>
			<div className="filter">
				<PeriodChoice
					bound
					from={from}
					until={until}
					zone={null}
					onChange={(to) => void navigate({ search: to.from === null || to.until === null ? {} : { from: to.from, until: to.until } })}
				/>
				<small className="faint">
					<Trans>Buyers who began to wait on these days of each store’s own calendar.</Trans>
				</small>
				<span className="grow" />
				<ExportButton
					label={t`Export`}
					what={t`A row for each wait of these days`}
					filter={{ days: { from, until } }}
					orderIds={[]}
					reports={['answers']}
					open={exporting}
					onOpen={setExporting}
				/>
			</div>
			{told.error ? (
				<Broken error={told.error} reset={() => void told.refetch()} />
			) : !told.data ? (
				<Skeleton rows={8} height={36} />
			) : told.data.rows.length === 0 ? (
				<Empty title={t`No buyer wrote in this time`}>
					<Trans>Only conversations that can be answered here are counted: chats, messages about a purchase, questions, and claims.</Trans>
				</Empty>
			) : (
				<div aria-busy={told.isPlaceholderData}>
					<ByStore rows={told.data.rows} stores={stores} />
					<ByPerson people={told.data.people} />
				</div>
			)}
		</>
	);
}

/** Those whose figure is furthest under its target come first, then those that were late most often, then the busiest. */
function byNeed(a: PerformanceRowView, b: PerformanceRowView): number {
	const lacks = ({ rate, target }: PerformanceRowView): number => (rate === null || target === null ? 0 : Math.max(0, target - rate));
	const late = ({ decided, inTime }: PerformanceRowView): number => decided - inTime;
	return lacks(b) - lacks(a) || late(b) - late(a) || b.decided - a.decided;
}

function ByStore({ rows, stores }: { rows: readonly PerformanceRowView[]; stores: ReadonlyMap<string, StoreView> }) {
	const { t } = useLingui();
	return (
		<section className="panel">
			<header>
				<h2>{t`Answered in time`}</h2>
				<p className="faint">
					<Trans>As each platform’s own rule counts it. Hold the pointer on a rule to see where it stands.</Trans>
				</p>
			</header>
			{/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
			<section className="scroll" tabIndex={0} aria-label={t`Answered in time`}>
				<table className="ledger">
					<thead>
						<tr>
							<th scope="col">{t`Store`}</th>
							<th scope="col">{t`What buyers wrote`}</th>
							<th scope="col">{t`Rule`}</th>
							<th scope="col">{t`In time`}</th>
							<th scope="col" className="right">{t`Typical wait`}</th>
							<th scope="col" className="right">{t`Still open`}</th>
							<th scope="col">{t`Too late`}</th>
						</tr>
					</thead>
					<tbody>
						{rows.toSorted(byNeed).map((row) => (
							<AnswerRow key={`${row.storeId} ${row.ruleId}`} row={row} store={stores.get(row.storeId)} />
						))}
					</tbody>
				</table>
			</section>
		</section>
	);
}

function ByPerson({ people }: { people: readonly PersonPerformanceView[] }) {
	const { t } = useLingui();
	const language = shownLanguage();
	const names = usePeople();
	const { me } = useSession();
	if (people.length === 0) return null;
	const nameOf = (userId: string | null): string => {
		if (userId === null) return t`Answered outside Pangea`;
		return names.get(userId) ?? (userId === me.userId ? me.name : t`Somebody`);
	};
	return (
		<section className="panel">
			<header>
				<h2>{t`Who answered`}</h2>
			</header>
			<table className="ledger">
				<thead>
					<tr>
						<th scope="col">{t`Person`}</th>
						<th scope="col" className="right">{t`Answers`}</th>
						<th scope="col" className="right">{t`In time`}</th>
						<th scope="col" className="right">{t`Typical wait`}</th>
					</tr>
				</thead>
				<tbody>
					{people.map((person) => (
						<tr key={person.userId ?? 'outside'}>
							<th scope="row" className={person.userId === null ? 'faint' : ''}>
								{nameOf(person.userId)}
							</th>
							<td className="num right">{formatNumber(language, person.answers)}</td>
							<td className="num right">{person.answers === 0 ? '—' : formatPercent(language, person.inTime / person.answers)}</td>
							<td className="num right">{person.medianMillis === null ? '—' : formatLength(language, person.medianMillis)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
