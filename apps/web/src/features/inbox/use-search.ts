import { LONGEST_SEARCH, searchTerms } from '@pangea/domain';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useSession } from '../../session.tsx';
import { api } from '../../trpc.ts';

/** Nothing is asked while somebody still types. */
const PAUSE_MS = 180;

/** What is looked for in the inbox. It stands in no address: it may be a buyer's name. */
export function useSearch() {
	const { membership } = useSession();
	const [text, setText] = useState('');
	const [question, setQuestion] = useState('');
	useEffect(() => {
		const timer = setTimeout(() => setQuestion(text.trim().slice(0, LONGEST_SEARCH)), text === '' ? 0 : PAUSE_MS);
		return () => clearTimeout(timer);
	}, [text]);
	const active = question !== '' && text.trim() !== '';
	const found = useInfiniteQuery({
		queryKey: ['inbox', membership.workspaceId, 'search', question],
		queryFn: ({ pageParam, signal }) => api.inbox.search.mutate({ question, ...(pageParam !== null && { cursor: pageParam }) }, { signal }),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.next,
		enabled: active,
		placeholderData: (before) => before,
	});
	const { fetchNextPage, isFetching } = found;
	const more = useCallback(() => {
		if (!isFetching) void fetchNextPage();
	}, [fetchNextPage, isFetching]);
	return {
		text,
		setText,
		active,
		/** Whether what is shown answers what is written. */
		settled: active && question === text.trim() && !found.isPlaceholderData && !found.isPending,
		found,
		more,
		hits: active ? (found.data?.pages.flatMap((page) => page.hits) ?? []) : [],
		terms: active ? searchTerms(question) : [],
	};
}
