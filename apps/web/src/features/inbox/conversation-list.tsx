import { Plural, useLingui } from '@lingui/react/macro';
import type { ConversationRowView, InboxTagView, StoreView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useSession } from '../../session.tsx';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { useWindowed } from '../../ui/windowed.ts';
import { HolderMark } from './holder-mark.tsx';
import { usePeople } from './people.ts';
import { OthersMark, usePresence } from './presence.tsx';
import { TagLine } from './tag-panel.tsx';
import { Wait } from './wait.tsx';
import { CONVERSATION_WORDS, KIND_WORDS } from './words.ts';

const ROW = 74;

interface ConversationListProps {
	rows: readonly ConversationRowView[];
	open: string | null;
	stores: ReadonlyMap<string, StoreView>;
	tags: readonly InboxTagView[];
	selected: ReadonlySet<string>;
	more: boolean;
	onMore: () => void;
	onOpen: (conversationId: string) => void;
	/** @param range whether everything between the last one and this is meant */
	onSelect: (conversationId: string, range: boolean) => void;
}

/** The conversations of a view, windowed: however many there are, those in sight are in the page. */
export function ConversationList({ rows, open, stores, tags, selected, more, onMore, onOpen, onSelect }: ConversationListProps) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const { t, i18n } = useLingui();
	const othersAt = usePresence();
	const people = usePeople();
	const { me } = useSession();
	const { scroller, items, size } = useWindowed({
		count: rows.length,
		height: ROW,
		overscan: 8,
		keyOf: (index) => rows[index]?.conversationId ?? index,
		place: rows.findIndex((row) => row.conversationId === open),
		open: open,
		more,
		onMore,
	});
	return (
		<section
			ref={scroller}
			className="conversations"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`Conversations`}
		>
			<ul style={{ height: size }}>
				{items.map((item) => {
					const row = rows[item.index];
					if (!row) return null;
					const store = stores.get(row.storeId);
					const current = row.conversationId === open;
					return (
						<li key={row.conversationId} style={{ transform: `translateY(${item.start}px)`, height: ROW }}>
							<input
								type="checkbox"
								className="select"
								aria-label={t`Select the conversation with ${row.buyerName ?? t`Buyer`}`}
								checked={selected.has(row.conversationId)}
								onClick={(event) => onSelect(row.conversationId, event.shiftKey)}
								onChange={() => undefined}
							/>
							<button
								type="button"
								className={`${current ? 'current' : ''} ${row.unread > 0 ? 'unread' : ''} ${selected.has(row.conversationId) ? 'selected' : ''}`}
								aria-current={current ? 'true' : undefined}
								data-conversation={row.conversationId}
								onClick={() => onOpen(row.conversationId)}
							>
								<span className="line">
									<PlatformMark platform={row.platform} name={PLATFORMS[row.platform].name} size={16} />
									{store && <SiteMark country={store.country} />}
									<StoreBadge store={store} />
									<b className="cut grow">
										<bdi>{row.buyerName ?? t`Buyer`}</bdi>
									</b>
									<OthersMark others={othersAt(row.conversationId)} />
									<small className="faint num">
										<When at={row.lastAt} storeZone={store?.zone} relative />
									</small>
								</span>
								<span className="line soft">
									<span className="cut grow">
										{row.lastSender !== 'buyer' && row.lastSender !== 'assistant' && <span className="faint">{t`We:`} </span>}
										<bdi>{row.preview ?? i18n._(KIND_WORDS[row.previewKind])}</bdi>
									</span>
									{row.unread > 0 && (
										<span className="count">
											<span aria-hidden>{row.unread}</span>
											<span className="unseen">
												<Plural value={row.unread} one="# unread message" other="# unread messages" />
											</span>
										</span>
									)}
								</span>
								<span className="line faint">
									<small className="cut grow">
										{store?.name}
										{row.kind !== 'chat' && <> · {row.subject ?? i18n._(CONVERSATION_WORDS[row.kind])}</>}
									</small>
									<TagLine tagIds={row.tagIds} tags={tags} />
									{row.assigneeId !== null && <HolderMark name={people.get(row.assigneeId) ?? null} isMe={row.assigneeId === me.userId} />}
									{row.snoozedUntil !== null && (
										<small>
											{t`Sleeps until`} <When at={row.snoozedUntil} storeZone={store?.zone} />
										</small>
									)}
									{row.waitingSince !== null && !row.done && row.snoozedUntil === null && <Wait since={row.waitingSince} due={row.due} />}
									{row.done && <small>{t`Done`}</small>}
								</span>
							</button>
						</li>
					);
				})}
			</ul>
		</section>
	);
}
