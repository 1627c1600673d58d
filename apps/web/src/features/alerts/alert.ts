import type { ConversationRowView } from '@pangea/api';

/** What a person is told of beside the page. `words`: a buyer wrote in what they hold; `given`: somebody gave them a conversation; `named`: a note names them; `due`: an answer of theirs is due soon. */
export type AlertKind = 'words' | 'given' | 'named' | 'due';

export interface Alert {
	kind: AlertKind;
	conversationId: string;
	storeId: string | null;
	/** Nobody is told twice of the same. */
	key: string;
	/** Only for who wants them shown: the buyer's name and words. */
	buyer: { name: string | null; words: string | null } | null;
	/** Of `due`: when. */
	dueAt: string | null;
}

/** An answer counts as due soon so long before its time. */
export const DUE_SOON_MILLIS = 30 * 60_000;

/**
 * What of changed conversations concerns a person.
 * @param held those that were known to be theirs before; null: nothing is known yet, and nothing counts as given
 */
export function alertsOf(rows: readonly ConversationRowView[], userId: string, held: ReadonlySet<string> | null): Alert[] {
	return rows.flatMap((row): Alert[] => {
		if (row.assigneeId !== userId || row.done) return [];
		const { conversationId, storeId, lastAt } = row;
		const of = { conversationId, storeId, buyer: { name: row.buyerName, words: row.preview }, dueAt: null };
		const given = held !== null && !held.has(conversationId);
		const wrote = row.unread > 0 && (row.lastSender === 'buyer' || row.lastSender === 'assistant');
		if (given) return [{ ...of, kind: 'given', key: `given ${conversationId} ${lastAt}` }];
		return wrote ? [{ ...of, kind: 'words', key: `words ${conversationId} ${lastAt}` }] : [];
	});
}

/** Answers of a person that are due soon, by the clock. */
export function dueAlerts(rows: readonly ConversationRowView[], userId: string, now: number): Alert[] {
	return rows.flatMap(({ assigneeId, conversationId, storeId, due, buyerName, preview, done }): Alert[] => {
		const left = due === null ? Infinity : Date.parse(due.at) - now;
		if (assigneeId !== userId || done || due === null || left > DUE_SOON_MILLIS || left <= 0) return [];
		const buyer = { name: buyerName, words: preview };
		return [{ kind: 'due', conversationId, storeId, buyer, dueAt: due.at, key: `due ${conversationId} ${due.at}` }];
	});
}

const KEY = 'pangea.told';
const KEPT_MILLIS = 86_400_000;

/** Notes what was told, over all tabs and reloads. @returns whether it is new. */
export function isNews(key: string, now: number, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): boolean {
	const told = readTold(storage).filter(([, at]) => now - at < KEPT_MILLIS);
	if (told.some(([one]) => one === key)) return false;
	try {
		storage.setItem(KEY, JSON.stringify([...told.slice(-300), [key, now]]));
	} catch {
		// Then a reload may tell it again.
	}
	return true;
}

function readTold(storage: Pick<Storage, 'getItem'>): [string, number][] {
	try {
		const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
		return Array.isArray(kept)
			? kept.filter((one): one is [string, number] => Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'number')
			: [];
	} catch {
		return [];
	}
}
