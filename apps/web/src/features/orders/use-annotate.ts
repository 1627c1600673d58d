import { useLingui } from '@lingui/react/macro';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { api, queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import type { Flag } from './filter.ts';
import { isFlag } from './flag.tsx';
import type { OrderListStore } from './list-store.ts';

/** The API takes so many orders in one request. */
const AT_ONCE = 1000;

/** Flags orders at once and offers to take it back. */
export function useAnnotate(store: OrderListStore): (orderIds: string[], flag: Flag | null) => void {
	const { t, i18n } = useLingui();
	const write = async (orderIds: string[], flag: Flag | null) => {
		for (let i = 0; i < orderIds.length; i += AT_ONCE) await api.orders.annotate.mutate({ orderIds: orderIds.slice(i, i + AT_ONCE), flag });
		await store.hint(orderIds);
		await queryClient.invalidateQueries(trpc.orders.detail.pathFilter());
	};
	return (orderIds, flag) => {
		const before = new Map<Flag | null, string[]>();
		for (const id of orderIds) {
			const was = store.row(id)?.flag ?? null;
			const key = isFlag(was) ? was : null;
			before.set(key, [...(before.get(key) ?? []), id]);
		}
		const fail = (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' });
		const undo = () => {
			for (const [was, ids] of before) write(ids, was).catch(fail);
		};
		const said = formatNumber(shownLanguage(), orderIds.length);
		write(orderIds, flag).then(
			() => say(flag ? t`Flagged: ${said}` : t`Flag taken away: ${said}`, { undo: { label: t`Undo`, run: undo } }),
			fail,
		);
	};
}
