import type { AppRouter, PolicyFindingView } from '@pangea/api';
import { QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, httpLink, splitLink, TRPCClientError } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { preferences } from './preferences.ts';

/** How often a question that found nobody at home is repeated before the screen says so. */
const RETRIES = 2;

/** For what may be asked for twice: repeated for half a minute while nobody answers, as when a server is started again. */
export const persistent = {
	retry: (count: number, error: unknown): boolean => problemCode(error) === null && count < 9,
	retryDelay: (count: number): number => Math.min(5_000, 500 * 2 ** count),
};

export const queryClient = new QueryClient({
	defaultOptions: {
		queries: {
			// Events say when something changed; time is only the fallback.
			staleTime: 60_000,
			retry: (count, error) => problemCode(error) === null && count < RETRIES,
			refetchOnWindowFocus: false,
		},
	},
});

const door = {
	url: '/trpc',
	// Two hundred ids do not fit into an address, and what people search for does not belong into one.
	methodOverride: 'POST',
	headers: (): Record<string, string> => {
		const { workspaceId } = preferences();
		return workspaceId === null ? {} : { 'x-pangea-workspace': workspaceId };
	},
} as const;

/** Options of a question that takes its time: questions that are asked together are answered together, and what is quick would wait for it. */
export const alone = { trpc: { context: { alone: true } } } as const;

export const api = createTRPCClient<AppRouter>({
	links: [splitLink({ condition: ({ context }) => context['alone'] === true, true: httpLink(door), false: httpBatchLink(door) })],
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client: api, queryClient });

export interface ProblemOfError {
	code: string;
	params: Record<string, string>;
	/** What the platform's rules find in an answer, where that is the matter. */
	findings: readonly PolicyFindingView[];
}

/** The sentence an error of ours carries; null when it never reached us (no network, no server). */
export function problemOfError(error: unknown): ProblemOfError | null {
	if (!(error instanceof TRPCClientError)) return null;
	const data: unknown = error.data;
	if (typeof data !== 'object' || data === null || !('problem' in data)) return null;
	const { problem } = data;
	if (typeof problem !== 'object' || problem === null || !('code' in problem) || typeof problem.code !== 'string') return null;
	const params = 'params' in problem && typeof problem.params === 'object' && problem.params !== null ? Object.entries(problem.params) : [];
	// As the server of this build writes it.
	const findings = 'findings' in problem && Array.isArray(problem.findings) ? (problem.findings as PolicyFindingView[]) : [];
	return { code: problem.code, params: Object.fromEntries(params.map(([key, value]) => [key, String(value)])), findings };
}

export function problemCode(error: unknown): string | null {
	return problemOfError(error)?.code ?? null;
}
