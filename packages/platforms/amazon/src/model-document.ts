import * as z from 'zod';
import { describeIssues } from './errors.ts';
import { isRecord } from './json.ts';

type Fields = Record<string, unknown>;

/** A request and its answer as Amazon published them beside an operation (contract §1). */
export interface PublishedPair {
	operation: string;
	/** As the model writes it, e.g. `/orders/v0/orders/{orderId}`. */
	path: string;
	status: number;
	/** Operation, status and place among the pairs of that status, e.g. `searchOrders 200#0`. */
	name: string;
	pair: Fields;
	/** The schema that the model declares for the answer; null when it declares none. */
	schema: Fields | null;
}

/** An interface model (Swagger 2.0) as Amazon publishes them. */
export type InterfaceModel = Fields & { paths: Fields };

export function isModel(json: unknown): json is InterfaceModel {
	return isRecord(json) && json['swagger'] === '2.0' && isRecord(json['paths']);
}

/** The pairs under `x-amzn-api-sandbox`, in the model's order; none where a model has none. */
export function publishedPairs(model: InterfaceModel): PublishedPair[] {
	return entries(model.paths).flatMap(([path, methods]) =>
		entries(methods).flatMap(([, operation]) =>
			entries(operation['responses']).flatMap(([status, response]) => pairsOf(path, operation, status, response)),
		),
	);
}

function pairsOf(path: string, operation: Fields, status: string, response: Fields): PublishedPair[] {
	const sandbox = response['x-amzn-api-sandbox'];
	const pairs = isRecord(sandbox) && Array.isArray(sandbox['static']) ? sandbox['static'] : [];
	const id = String(operation['operationId']);
	return pairs.map((pair: unknown, index) => ({
		operation: id,
		path,
		status: Number(status),
		name: `${id} ${status}#${index}`,
		pair: isRecord(pair) ? pair : {},
		schema: isRecord(response['schema']) ? response['schema'] : null,
	}));
}

/**
 * How the answer of a pair breaks the schema that its own model declares for it; null when it obeys, when there is nothing to compare, and
 * when the schema is beyond what can be checked. The model must come from a plain JSON parse: a schema says number where lossless reading
 * gives text.
 */
export function contradictionOf(model: InterfaceModel, { pair, schema }: PublishedPair): string | null {
	if (schema === null || !('response' in pair)) return null;
	let check: z.ZodType;
	try {
		check = z.fromJSONSchema({ ...schema, definitions: Object.fromEntries(entries(model['definitions'])) }, { defaultTarget: 'draft-7' });
	} catch {
		return null;
	}
	const parsed = check.safeParse(pair['response'], {
		error: (issue) => (issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : undefined),
	});
	return parsed.success ? null : describeIssues(parsed.error);
}

function entries(value: unknown): [string, Fields][] {
	return isRecord(value)
		? Object.entries(value).flatMap(([key, inner]): [string, Fields][] => (isRecord(inner) ? [[key, inner]] : []))
		: [];
}
