import type { MessageView, OpenConversationView, RenderingView } from '@pangea/api';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { shownLanguage } from '../../i18n.ts';
import { api, queryClient, trpc } from '../../trpc.ts';

/** How many the server takes at once. */
const BATCH = 60;
/** What somebody else is asking for is there after some seconds. */
const AGAIN_MS = 1_500;

/** What the messages of a conversation say in the reader's language, by message; empty where it is read as it was written. */
export function useRenderings(open: OpenConversationView | undefined) {
	const conversationId = open?.conversation.conversationId ?? '';
	const into = shownLanguage();
	const on = open?.reading.translated ?? false;
	const messageIds = (open?.messages ?? []).filter(hasWords).map((message) => message.messageId);
	const queryKey = ['renderings', conversationId, into, open?.translator, messageIds];
	const ask = async (ids: readonly string[], again: string[]): Promise<RenderingView[]> => {
		const all: RenderingView[] = [];
		for (let at = 0; at < ids.length; at += BATCH) {
			const { renderings } = await api.inbox.translate.mutate({ conversationId, messageIds: ids.slice(at, at + BATCH), into, again });
			all.push(...renderings);
		}
		return all;
	};
	const asked = useQuery({
		queryKey,
		queryFn: () => ask(messageIds, []),
		enabled: on && messageIds.length > 0,
		placeholderData: keepPreviousData,
		// Asked for by a person, and paid for.
		retry: false,
		staleTime: Infinity,
		refetchInterval: ({ state }) => (state.data?.some((one) => one.kind === 'underWay') ? AGAIN_MS : false),
	});
	const again = useMutation({
		mutationFn: (messageId: string) => ask([messageId], [messageId]),
		onSuccess: ([made]) =>
			made &&
			queryClient.setQueryData<RenderingView[]>(queryKey, (all) => all?.map((one) => (one.messageId === made.messageId ? made : one))),
	});
	return {
		renderings: new Map((on ? (asked.data ?? []) : []).map((one) => [one.messageId, one])),
		error: on ? (asked.error ?? again.error) : null,
		retry: () => void asked.refetch(),
		again: (messageId: string) => again.mutate(messageId),
	};
}

function hasWords({ text, kind, state }: MessageView): boolean {
	// The server does not know what is still on its way to it.
	return text !== null && text !== '' && kind !== 'notice' && state !== 'queued';
}

/** Chooses how conversations are read: one, or without one every other. */
export function useReading(conversationId: string) {
	return useMutation(
		trpc.inbox.setReading.mutationOptions({
			onMutate: ({ conversationId: one, translated }) =>
				queryClient.setQueriesData<OpenConversationView>(trpc.inbox.open.queryFilter({ conversationId }), (open) =>
					open === undefined
						? open
						: { ...open, reading: one === null ? { ...open.reading, byDefault: translated } : { ...open.reading, translated } },
				),
			onSettled: () => queryClient.invalidateQueries(trpc.inbox.open.pathFilter()),
		}),
	);
}
