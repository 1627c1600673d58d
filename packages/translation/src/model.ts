import { isIP } from 'node:net';
import { ModelError, type ModelProblem } from '@pangea/domain';
import { createPlatformHttp, isPrivateAddress, PlatformError } from '@pangea/platform-contract';
import { z } from 'zod';

/** Where a model is asked. Sealed at rest; never logged, never shown whole. */
export interface ModelSettings {
	/** Up to and without `/chat/completions`: `https://api.example.com/v1`. */
	baseUrl: string;
	/** As the host calls it. */
	model: string;
	/** Empty where the host asks for none. */
	key: string;
}

export interface ModelOptions {
	/** Origins that may be called wherever they lie, also without encryption; only the operator of the installation names them. */
	origins: readonly string[];
	signal: AbortSignal;
	/** For one attempt. Default 45 s. */
	timeoutMillis?: number;
}

/** A question to a model: what it has to do, and what it is about. The second is data, whatever it says. */
export interface Question {
	task: string;
	data: string;
}

/** @returns what the model wrote. @throws ModelError */
export type AskModel = (question: Question) => Promise<string>;

const TIMEOUT = 45_000;
const MOST_ANSWER_BYTES = 512 * 1024;
/** What a host says of a refusal is shown so far. */
const WORDS_SHOWN = 200;
const COMPLETIONS = '/chat/completions';

/** The base address as it is kept: without what people copy along with it. */
export function baseUrlOf(text: string): string {
	const bare = text.trim().replace(/\/+$/, '');
	return bare.endsWith(COMPLETIONS) ? bare.slice(0, -COMPLETIONS.length) : bare;
}

/**
 * What may be called: public hosts over https, and what the operator has named. That a public name leads inside is found out when it is called.
 * @throws ModelError code `modelAddressRefused`
 */
export function checkModelAddress(baseUrl: string, origins: readonly string[]): void {
	const url = URL.parse(baseUrl);
	const refused = (): ModelError => new ModelError('modelAddressRefused', url?.host ?? '');
	if (!url || url.username || url.password || url.search || url.hash) throw refused();
	if (origins.includes(url.origin)) return;
	const host = url.hostname.replace(/^\[|\]$/g, '');
	if (url.protocol !== 'https:' || (isIP(host) && isPrivateAddress(host))) throw refused();
}

/**
 * The door to a model behind the chat completions that OpenAI published and others speak. Only what every one of them knows is asked for: model
 * and messages. The guarded client repeats after a broken line, a 429 and a 5xx, heeds Retry-After, follows no redirect and calls nothing inside.
 */
export function openModel(settings: ModelSettings, options: ModelOptions): AskModel {
	const { baseUrl, model, key } = settings;
	const host = URL.parse(baseUrl)?.host ?? '';
	const http = createPlatformHttp({
		hosts: Object.fromEntries(options.origins.map((origin, i) => [String(i), origin])),
		allowedHosts: () => true,
		// The host counts by itself and says so; a budget of ours would only guess.
		budgets: { take: () => Promise.resolve(), adjust: () => Promise.resolve() },
		signal: options.signal,
		timeoutMillis: options.timeoutMillis ?? TIMEOUT,
		maxBodyBytes: MOST_ANSWER_BYTES,
	});
	return async ({ task, data }) => {
		checkModelAddress(baseUrl, options.origins);
		const reply = await http
			.send({
				operation: 'model.chat',
				method: 'POST',
				url: `${baseUrl}${COMPLETIONS}`,
				headers: { 'content-type': 'application/json', accept: 'application/json', ...(key !== '' && { authorization: `Bearer ${key}` }) },
				body: JSON.stringify({
					model,
					stream: false,
					messages: [
						{ role: 'system', content: task },
						{ role: 'user', content: data },
					],
				}),
				// Asked twice it answers twice, and nothing else has happened.
				idempotent: true,
			})
			.catch((error: unknown) => {
				if (options.signal.aborted) throw new ModelError('modelDown', host);
				if (!(error instanceof PlatformError)) throw error;
				throw new ModelError(error.kind === 'unavailable' ? 'modelDown' : 'modelAddressRefused', host, '', { cause: error });
			});
		if (reply.status !== 200) throw new ModelError(problemOf(reply.status), host, wordsOf(reply.body, key));
		return contentOf(reply.body, host);
	};
}

function problemOf(status: number): ModelProblem {
	if (status === 401 || status === 403) return 'modelKeyRefused';
	if (status === 404) return 'modelUnknown';
	if (status === 429) return 'modelBusy';
	return status >= 500 || status === 408 ? 'modelDown' : 'modelRefused';
}

const completion = z.object({
	choices: z
		.array(
			z.object({
				finish_reason: z.string().nullish(),
				message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
			}),
		)
		.min(1),
});

/** @throws ModelError code `modelAnswerWrong` */
function contentOf(body: Buffer, host: string): string {
	const parsed = completion.safeParse(jsonOf(body.toString('utf8')));
	const [choice] = parsed.data?.choices ?? [];
	const content = choice?.message.content ?? '';
	// What was cut off in the middle says something else.
	if (content === '' || choice?.finish_reason === 'length' || choice?.finish_reason === 'content_filter')
		throw new ModelError('modelAnswerWrong', host);
	return content;
}

/** What stands in a text as JSON, bare or in the one fence that models like to put around it; undefined where it is none. */
export function jsonOf(text: string): unknown {
	const bare = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
	try {
		return JSON.parse(bare);
	} catch {
		return undefined;
	}
}

const refusal = z.object({ error: z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]) });

/** The host's own words, without the key that some repeat. */
function wordsOf(body: Buffer, key: string): string {
	const said = refusal.safeParse(jsonOf(body.toString('utf8'))).data?.error ?? '';
	return (key === '' ? said : said.replaceAll(key, '…')).slice(0, WORDS_SHOWN);
}
