import { useLingui } from '@lingui/react/macro';
import type { SearchHitView, StoreView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { useWindowed } from '../../ui/windowed.ts';
import { Marked, Searchable } from './searched.tsx';
import { KIND_WORDS } from './words.ts';

const ROW = 92;

interface FoundListProps {
	hits: readonly SearchHitView[];
	open: string | null;
	stores: ReadonlyMap<string, StoreView>;
	more: boolean;
	onMore: () => void;
	onOpen: (conversationId: string) => void;
}

/** Conversations that a search found, each with the words around what was looked for. */
export function FoundList({ hits, open, stores, more, onMore, onOpen }: FoundListProps) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const { t, i18n } = useLingui();
	const { scroller, items, size } = useWindowed({
		count: hits.length,
		height: ROW,
		overscan: 8,
		keyOf: (index) => hits[index]?.conversation.conversationId ?? index,
		place: hits.findIndex((hit) => hit.conversation.conversationId === open),
		open,
		more,
		onMore,
	});
	return (
		<section
			ref={scroller}
			className="conversations found"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`Conversations found`}
		>
			<ul style={{ height: size }}>
				{items.map((item) => {
					const hit = hits[item.index];
					if (!hit) return null;
					const { conversation, sender, snippet } = hit;
					const store = stores.get(conversation.storeId);
					const current = conversation.conversationId === open;
					return (
						<li key={conversation.conversationId} style={{ transform: `translateY(${item.start}px)`, height: ROW }}>
							<button
								type="button"
								className={current ? 'current' : ''}
								aria-current={current ? 'true' : undefined}
								data-found={conversation.conversationId}
								onClick={() => onOpen(conversation.conversationId)}
							>
								<span className="line">
									<PlatformMark platform={conversation.platform} name={PLATFORMS[conversation.platform].name} size={16} />
									{store && <SiteMark country={store.country} />}
									<StoreBadge store={store} />
									<b className="cut grow">
										<bdi>
											<Searchable text={conversation.buyerName ?? t`Buyer`} />
										</bdi>
									</b>
									<small className="faint num">
										<When at={hit.sentAt} storeZone={store?.zone} relative />
									</small>
								</span>
								<span className="snippet soft">
									{sender !== 'buyer' && sender !== 'assistant' && <span className="faint">{t`We:`} </span>}
									<bdi>{snippet === null ? i18n._(KIND_WORDS[hit.kind]) : <Marked text={snippet} stretches={hit.hits} />}</bdi>
								</span>
								<span className="line faint">
									<small className="cut grow">
										{store?.name}
										{conversation.subject !== null && (
											<>
												{' · '}
												<Searchable text={conversation.subject} />
											</>
										)}
										{conversation.externalOrderId !== null && (
											<>
												{' · '}
												<span className="num">
													<Searchable text={conversation.externalOrderId} />
												</span>
											</>
										)}
									</small>
									{conversation.done && <small>{t`Done`}</small>}
								</span>
							</button>
						</li>
					);
				})}
			</ul>
		</section>
	);
}
