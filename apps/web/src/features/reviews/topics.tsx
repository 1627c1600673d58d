import { Plural, useLingui } from '@lingui/react/macro';
import type { ReviewTopicsView } from '@pangea/api';
import { PLATFORMS, type ReviewTopic } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { formatDay, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, storeLabel } from '../../ui/site.tsx';
import { languageName } from '../copies/words.ts';

/** Told once a week. */
const FRESH_MILLIS = 3_600_000;

interface TopicsProps {
	sku: string;
	/** Undefined: all. */
	stores: string[] | undefined;
}

/** What platforms that show no reviews say that buyers write about a SKU: topics, which are no reviews and stand apart from them. */
export function Topics({ sku, stores }: TopicsProps) {
	const { t, i18n } = useLingui();
	const { data, error, isPending } = useQuery({
		...trpc.reviews.topics.queryOptions({ skuId: sku, ...(stores && { stores }) }),
		staleTime: FRESH_MILLIS,
		retry: false,
	});
	if (isPending) return <Skeleton rows={2} height={44} />;
	if (error)
		return (
			<p className="risk" role="alert">
				{errorSentence(i18n, error)}
			</p>
		);
	if (data.length === 0) return null;
	return (
		<section
			className="review-topics"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`Topics`}
		>
			<h2>{t`Topics that buyers write about`}</h2>
			{data.map((view) => (
				<OfStore key={view.storeId} of={view} />
			))}
		</section>
	);
}

function OfStore({ of: { storeId, language, source, told, code } }: { of: ReviewTopicsView }) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const store = byId.get(storeId);
	if (!store) return null;
	const platform = PLATFORMS[store.platform].name;
	const inLanguage = languageName(shownLanguage(), language);
	return (
		<article>
			<header className="line">
				<PlatformMark platform={store.platform} name={platform} size={14} />
				<SiteMark country={store.country} />
				<b>{storeLabel(store)}</b>
				{told && (
					<small className="faint">
						{formatDay(shownLanguage(), told.from, 'UTC')} – {formatDay(shownLanguage(), told.until, 'UTC')}
					</small>
				)}
				<small className="faint">
					{t`${platform} tells no reviews, only topics, in ${inLanguage}.`}{' '}
					<a href={source} target="_blank" rel="noreferrer">
						{t`Source`}
					</a>
				</small>
			</header>
			{code !== null && <p className="risk">{sentence(i18n, code)}</p>}
			{code === null && !told && <p className="faint">{t`Too few reviews for topics.`}</p>}
			{told && (
				<ul lang={language}>
					{told.topics.map((topic) => (
						<Topic key={`${topic.praised} ${topic.topic}`} of={topic} />
					))}
				</ul>
			)}
		</article>
	);
}

function Topic({ of: { topic, praised, mentions, impact, snippets } }: { of: ReviewTopic }) {
	const { t } = useLingui();
	const stars = impact === null ? null : `${impact > 0 ? '+' : ''}${formatNumber(shownLanguage(), impact)} ★`;
	return (
		<li>
			<span className="line">
				<small className={praised ? 'soft' : 'warn'}>{praised ? t`praised` : t`complained of`}</small>
				<b>
					<bdi>{topic}</bdi>
				</b>
				{mentions !== null && (
					<small className="num">
						<Plural value={mentions} one="# mention" other="# mentions" />
					</small>
				)}
				{stars !== null && (
					<small className={`num ${praised ? 'soft' : 'risk'}`} title={t`By how many stars it moves the average`}>
						{stars}
					</small>
				)}
			</span>
			{snippets.map((snippet) => (
				<q key={snippet} className="soft">
					{snippet}
				</q>
			))}
		</li>
	);
}
