import { setTimeout as sleep } from 'node:timers/promises';
import type { launchBrowser } from '@pangea/e2e/browser';
import { signIn } from '../rig/person.ts';
import type { Rig } from '../rig/rig.ts';
import { Seeded } from '../rig/seeded.ts';
import { Buyers, WORD } from './buyers.ts';
import { Operator } from './operator.ts';

export interface ShiftOptions {
	conversations: number;
	/** How often all lines of people to the server are cut. */
	cuts: number;
	/** How often the server is started again: by turns told to stop, as in a deploy, and killed. */
	restarts: number;
	seed: number;
	/** How long all of it may take, in milliseconds. */
	patience: number;
	told?: (text: string) => void;
}

export interface ShiftReport {
	seconds: number;
	answered: number;
	ends: Record<string, number>;
	cuts: number;
	restarts: number;
	wrong: string[];
}

interface OpenView {
	conversation: { platform: string; kind: string; done: boolean };
	messages: { sender: string; text: string | null; state: string; errorCode: string | null }[];
}

/** Two operators answer the buyers of four platforms by keyboard, in two browsers, while lines are cut and the server is started again. */
export async function workShift(rig: Rig, browser: Awaited<ReturnType<typeof launchBrowser>>, options: ShiftOptions): Promise<ShiftReport> {
	const { conversations, seed, told = () => {} } = options;
	const began = Date.now();
	const over = new AbortController();
	const late = setTimeout(() => over.abort(), options.patience);
	const operators = await Promise.all(
		['owner', 'agent'].map(async (role) => {
			const { visitor } = await signIn(rig, role);
			return await Operator.begin(browser, rig.url, role, visitor.cookie);
		}),
	);
	const buyers = new Buyers(rig.door, new Seeded(seed));
	const closed = (): number => operators.reduce((sum, { ends }) => sum + ends.closed, 0);
	const work = operators.map((one) => one.work(over.signal));
	const trouble = makeTrouble(rig, { ...options, began: () => buyers.talks.length, told }, over.signal);
	await buyers.write(conversations, closed, over.signal);
	const { cuts, restarts } = await trouble;
	// What was answered last is closed, and read by both.
	const isQuiet = async (): Promise<boolean> => {
		const counts = await Promise.all(operators.flatMap((one) => [one.countOf('waiting'), one.countOf('nobody'), one.countOf('mine')]));
		return counts.every((count) => count === 0);
	};
	while (!over.signal.aborted && !(await isQuiet())) await sleep(500);
	const isLate = over.signal.aborted;
	const seen = isLate ? await Promise.all(operators.map((one) => one.sees())) : [];
	over.abort();
	clearTimeout(late);
	await Promise.all(work);
	const wrong = [
		...(isLate ? ['the shift was not over in time', ...seen] : []),
		...(await compared(rig, buyers)),
		...operators.flatMap((one) => one.wrong()),
	];
	const ends: Record<string, number> = {};
	for (const operator of operators) for (const [end, n] of Object.entries(operator.ends)) ends[end] = (ends[end] ?? 0) + n;
	const answered = buyers.talks.reduce((sum, talk) => sum + talk.words.length, 0);
	return { seconds: Math.round((Date.now() - began) / 1000), answered, ends, cuts, restarts, wrong };
}

/** Cuts and restarts, spread over the conversations as they begin. */
async function makeTrouble(
	rig: Rig,
	{ conversations, cuts, restarts, seed, began, told }: ShiftOptions & { began: () => number; told: (text: string) => void },
	until: AbortSignal,
): Promise<{ cuts: number; restarts: number }> {
	const random = new Seeded(seed + 1);
	const plan = [
		...Array.from({ length: cuts }, () => ({ at: random.whole(1, conversations), what: 'cut' as const })),
		...Array.from({ length: restarts }, (_, i) => ({
			at: Math.ceil(((i + 1) * conversations) / (restarts + 1)),
			what: i % 2 === 0 ? ('deploy' as const) : ('kill' as const),
		})),
	].sort((a, b) => a.at - b.at);
	const done = { cuts: 0, restarts: 0 };
	for (const { at, what } of plan) {
		while (began() < at && !until.aborted) await sleep(50);
		if (until.aborted) return done;
		// Somewhere in the middle of what the operators do.
		await sleep(random.between(0, 1500));
		told(`${what} after ${began()} conversations`);
		if (what === 'cut') {
			rig.toServer.cutAll();
			done.cuts++;
			continue;
		}
		if (what === 'deploy') await rig.stopPart('server');
		else await rig.kill('server');
		await rig.revive('server');
		done.restarts++;
	}
	return done;
}

/** Whether the inbox holds what each buyer wrote once, and the platform one answer to it. */
async function compared(rig: Rig, buyers: Buyers): Promise<string[]> {
	const { visitor } = await signIn(rig, 'owner');
	const found = new Map<string, string[]>();
	let cursor: string | null = null;
	do {
		const page: { rows: { conversationId: string }[]; next: string | null } = await visitor.query('inbox.list', {
			view: 'all',
			limit: 200,
			...(cursor !== null && { cursor }),
		});
		for (const { conversationId } of page.rows) {
			const { conversation, messages } = await visitor.query<OpenView>('inbox.open', { conversationId });
			const ours = messages.flatMap(({ sender, state, errorCode }) => (sender === 'seller' ? [`${state} ${errorCode ?? ''}`.trim()] : []));
			const told = `${conversation.platform} ${conversation.kind}, ${conversation.done ? 'done' : 'open'}, ours: ${ours.join(', ') || 'none'}`;
			for (const { sender, text } of messages)
				if (sender === 'buyer') for (const word of text?.match(WORD) ?? []) found.set(word, [...(found.get(word) ?? []), told]);
		}
		cursor = page.next;
	} while (cursor !== null);
	const answers = await buyers.timesAnswered();
	return buyers.talks
		.flatMap((talk) => talk.words)
		.flatMap((word) => {
			const places = found.get(word) ?? [];
			const { times, right } = answers.get(word) ?? { times: 0, right: 0 };
			if (places.length === 1 && times === 1 && right === 1) return [];
			return [
				`${word} stands in the inbox ${places.length} times and was answered ${times} times, its buyer ${right} times (${places.join('; ')})`,
			];
		});
}
