import {
	addDays,
	addMillis,
	atLocalTime,
	isSmallTalk,
	type MessageBody,
	type MessageFact,
	replyClocks,
	type ReplyClock,
	type ReplyClockRule,
	type ReplyKind,
	replyKindOf,
} from '@pangea/domain';
import type { Scope } from '../database.ts';
import { placesOfStores } from './conversation-list.ts';
import { noReplyMarks } from './no-reply-mark.ts';
import type { StoreScope } from './store-scope.ts';
import { conversationsWithWaits, type SaidInTime, saidInTime, type TimedConversation } from './wait.ts';

/** So many conversations are read in one go. */
const AT_ONCE = 1000;
const DAY = 86_400_000;

/** What lies outside the database: the platforms' rules, and the words of messages. */
export interface WaitReader {
	rulesOf(platform: string): readonly ReplyClockRule[];
	bodyOf(messageId: string, sealed: Buffer): MessageBody;
}

export interface WaitQuestion {
	storeScope: StoreScope;
	/** None named: all of the scope. */
	stores: readonly string[];
	/** First and last day of each store's own calendar on which waits began; none: all that is kept. */
	days?: { from: string; until: string } | undefined;
}

/** A buyer's wait, with whom it waited for. */
export interface TimedWait {
	conversationId: string;
	storeId: string;
	kind: ReplyKind;
	clock: ReplyClock;
	/** Who wrote the answer here; null when it was written anywhere else, undefined while there is none. */
	answeredBy: string | null | undefined;
}

/** The waits of buyers under the rules of their platforms, conversation by conversation: what the screen of answer times and its file are made of. */
export async function* timedWaits(scope: Scope, question: WaitQuestion, reader: WaitReader): AsyncGenerator<TimedWait[]> {
	const { days, storeScope, stores } = question;
	// A day of some zone begins up to a day earlier or later than that of UTC.
	const from = days ? addMillis(`${days.from}T00:00:00.000Z`, -DAY) : '-infinity';
	const until = days ? addMillis(`${days.until}T00:00:00.000Z`, 2 * DAY) : 'infinity';
	const conversations = await conversationsWithWaits(scope, { storeScope, stores, from, until });
	const places = await placesOfStores(
		scope,
		conversations.map(({ storeId }) => storeId),
	);
	for (let start = 0; start < conversations.length; start += AT_ONCE) {
		const part = conversations.slice(start, start + AT_ONCE);
		const ids = part.map(({ conversationId }) => conversationId);
		const marks = await noReplyMarks(scope, ids);
		const said = Map.groupBy(await saidInTime(scope, ids), ({ conversationId }) => conversationId);
		yield part.flatMap((conversation) => {
			const place = places.get(conversation.storeId);
			if (!place) return [];
			const { conversationId: id } = conversation;
			return waitsOf(conversation, { place, said: said.get(id) ?? [], marks: marks.get(id) ?? [], days }, reader);
		});
	}
}

function waitsOf(
	{ conversationId, storeId, platform, kind }: TimedConversation,
	{
		place,
		said,
		marks,
		days,
	}: { place: { siteId: string; zone: string }; said: readonly SaidInTime[]; marks: readonly string[]; days: WaitQuestion['days'] },
	reader: WaitReader,
): TimedWait[] {
	const clocks = replyClocks(reader.rulesOf(platform), {
		site: place.siteId,
		kind: replyKindOf(kind),
		zone: place.zone,
		messages: said.map((message) => factOf(message, reader)),
		// Those of members here; what is marked at the platform alone nobody tells, nor anything of these.
		noReplyNeeded: marks,
		away: [],
		automation: false,
		solvedByAutomation: false,
		buyerBlocked: false,
	});
	const from = days && atLocalTime(days.from, '00:00', place.zone);
	const until = days && atLocalTime(addDays(days.until, 1), '00:00', place.zone);
	return clocks.flatMap((clock) => {
		if ((from !== undefined && clock.startedAt < from) || (until !== undefined && clock.startedAt >= until)) return [];
		const answer = clock.endedAt === null ? undefined : said.find(({ at, sender }) => at === clock.endedAt && !isBuyer(sender));
		const answeredBy = clock.endedAt === null || clock.endedBy === 'noReplyNeeded' ? undefined : (answer?.userId ?? null);
		return [{ conversationId, storeId, kind: replyKindOf(kind), clock, answeredBy }];
	});
}

const isBuyer = (sender: string): boolean => sender === 'buyer' || sender === 'assistant';

function factOf(message: SaidInTime, reader: WaitReader): MessageFact {
	const by = isBuyer(message.sender) ? 'buyer' : message.sender === 'robot' ? 'automatic' : 'seller';
	return { at: message.at, by, smallTalk: isSaidLightly(message, reader) };
}

/** A picture or a card is no small talk. */
function isSaidLightly({ messageId, sealed }: SaidInTime, reader: WaitReader): boolean {
	if (sealed === null) return false;
	const { text, imageUrl } = reader.bodyOf(messageId, sealed);
	return text !== null && text !== '' && imageUrl === null && isSmallTalk(text);
}
