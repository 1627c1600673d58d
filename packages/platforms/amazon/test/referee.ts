import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import type { HttpReply, HttpRequest, PlatformHttp } from '@pangea/platform-contract';
import { closedSchema, schemaFields, type Witness } from '@pangea/testing';

/** The published models that our calls must obey. */
const MODELS = [
	'orders_2026-01-01',
	'sellers',
	'reports_2021-06-30',
	'tokens_2021-03-01',
	'ordersV0',
	'notifications',
	'listingsItems_2021-08-01',
	'definitionsProductTypes_2020-09-01',
	'catalogItems_2022-04-01',
	'customerFeedback_2024-06-01',
	'messaging',
	'solicitations',
	'finances_2024-06-19',
	'financesV0',
] as const;
export type Model = (typeof MODELS)[number];

type Schema = Record<string, unknown>;

/** Live traffic is held against models in which a field that Amazon does not name is refused; they themselves let it pass. */
const CLOSED = 'closed-';

interface Parameter extends Schema {
	name: string;
	in: 'query' | 'path' | 'body' | 'header';
	required?: boolean;
	type?: string;
	schema?: Schema;
}

interface Pair {
	request: { parameters: Record<string, { value: unknown }> };
	response?: unknown;
}

interface Operation {
	operationId: string;
	parameters?: Parameter[];
	responses: Record<string, { schema?: Schema; 'x-amzn-api-sandbox'?: { static?: Pair[] } }>;
}

interface Swagger {
	paths: Record<string, Record<string, Operation>>;
	definitions: Record<string, Schema>;
}

export interface PublishedPair extends Pair {
	model: Model;
	operationId: string;
	status: number;
	index: number;
	/** What the response breaks of its own schema; empty when it obeys. */
	violations: string[];
}

/** Violations of a request and of its reply. */
export interface Judged {
	asked: string[];
	answered: string[];
}

export interface Referee {
	/** The published request and response pairs of a model. */
	pairs(model: Model): PublishedPair[];
	/** Dotted names of all fields of a model's definition. */
	fields(model: Model, definition: string): Set<string>;
	/** Judges one exchange: what we asked, and what was answered. Addresses outside the models (token server, file store) are not judged. */
	judge(request: HttpRequest, reply: HttpReply): Judged;
	/** Wraps HTTP: every request and reply is judged, violations pile up in `violations`. */
	watch(http: PlatformHttp): PlatformHttp & { violations: string[]; judged: string[]; asked: string[]; answered: string[] };
}

interface Route {
	model: Model;
	method: string;
	pattern: RegExp;
	names: string[];
	operation: Operation;
}

/** A judge between adapter and simulator, made of Amazon's own Swagger 2.0 documents. */
export function createReferee(witness: Witness): Referee {
	const ajv = new Ajv({ strict: false, allErrors: true });
	ajvFormats.default(ajv);
	const documents = new Map<Model, Swagger>();
	const routes: Route[] = [];
	for (const model of MODELS) {
		const document = witness.json(`models/openapi/${model}.json`) as Swagger;
		documents.set(model, document);
		ajv.addSchema({ $id: model, definitions: document.definitions });
		ajv.addSchema({ $id: CLOSED + model, definitions: closedSchema(document.definitions, document.definitions) });
		for (const [path, methods] of Object.entries(document.paths)) {
			const names = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!);
			const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
			for (const [method, operation] of Object.entries(methods)) {
				if (operation.operationId) routes.push({ model, method: method.toUpperCase(), pattern, names, operation });
			}
		}
	}
	const compiled = new Map<string, ValidateFunction>();
	const validate = (model: Model | `${typeof CLOSED}${Model}`, schema: Schema, value: unknown, where: string): string[] => {
		const key = model + JSON.stringify(schema);
		const check = compiled.get(key) ?? ajv.compile(rooted(model.startsWith(CLOSED) ? closedSchema(schema) : schema, model));
		compiled.set(key, check);
		return check(value) ? [] : (check.errors ?? []).map((e) => `${where}${e.instancePath} ${e.message}`);
	};

	function judge(request: HttpRequest, reply: HttpReply): Judged {
		const url = new URL(request.url);
		// A simulator may serve several hosts below prefixes.
		const path = url.pathname.replace(
			/^.*?(?=\/(?:messaging|solicitations|orders|sellers|reports|tokens|notifications|listings|definitions|customerFeedback|finances)\/)/,
			'',
		);
		const found = routes.flatMap((route) => {
			const match = route.pattern.exec(path);
			return match && route.method === request.method ? [{ route, values: match.slice(1) }] : [];
		})[0];
		if (!found) {
			const ours =
				/^\/(messaging|solicitations|orders|sellers|reports|tokens|notifications|listings|definitions|customerFeedback|finances)\//.test(
					path,
				);
			return { asked: ours ? [`${request.method} ${path} is no published path`] : [], answered: [] };
		}
		const { route, values } = found;
		const { operation, model } = route;
		const faults: string[] = [];
		const at = `${operation.operationId}: `;
		if (operation.operationId !== request.operation) faults.push(`${at}budgeted as ${request.operation}`);
		const parameters = operation.parameters ?? [];
		const given = new Map<string, unknown>(route.names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]));
		for (const [name, text] of url.searchParams) {
			const parameter = parameters.find((p) => p.in === 'query' && p.name === name);
			if (!parameter) faults.push(`${at}query ${name} is not published`);
			else given.set(name, typed(parameter, text));
		}
		for (const parameter of parameters) {
			if (parameter.in === 'body') {
				const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
				if (body === undefined) faults.push(`${at}body is missing`);
				else faults.push(...validate(`${CLOSED}${model}`, parameter.schema ?? {}, body, `${at}body`));
			} else if (given.has(parameter.name)) {
				const { name, in: _in, required: _required, description: _text, ...schema } = parameter;
				faults.push(...validate(model, schema, given.get(name), `${at}${name}`));
			} else if (parameter.required) faults.push(`${at}${parameter.name} is missing`);
		}
		if (!request.headers?.['x-amz-access-token']) faults.push(`${at}no access token`);
		if (!request.headers?.['user-agent']) faults.push(`${at}no user-agent`);
		const response = operation.responses[String(reply.status)];
		const answered: string[] = [];
		if (!response) answered.push(`${at}status ${reply.status} is not published`);
		else if (response.schema && /json/.test(reply.headers['content-type'] ?? '')) {
			answered.push(
				...validate(`${CLOSED}${model}`, response.schema, JSON.parse(reply.body.toString('utf8')), `${at}${reply.status} reply`),
			);
		}
		return { asked: faults, answered };
	}

	return {
		judge,
		fields(model, definition) {
			const { definitions } = documents.get(model)!;
			return schemaFields({ $ref: `#/definitions/${definition}` }, definitions);
		},
		pairs(model) {
			const found: PublishedPair[] = [];
			for (const methods of Object.values(documents.get(model)!.paths)) {
				for (const { operationId, responses } of Object.values(methods)) {
					for (const [code, response] of Object.entries(responses ?? {})) {
						for (const [index, pair] of (response['x-amzn-api-sandbox']?.static ?? []).entries()) {
							const violations = pair.response === undefined ? [] : validate(model, response.schema ?? {}, pair.response, '');
							found.push({ ...pair, model, operationId, status: Number(code), index, violations });
						}
					}
				}
			}
			return found;
		},
		watch(http) {
			const violations: string[] = [];
			const judged: string[] = [];
			const asked: string[] = [];
			const answered: string[] = [];
			return {
				violations,
				judged,
				asked,
				answered,
				adjustBudget: (operation, seen) => http.adjustBudget(operation, seen),
				async send(request) {
					const reply = await http.send(request);
					judged.push(request.operation);
					const verdict = judge(request, reply);
					asked.push(...verdict.asked);
					answered.push(...verdict.answered);
					violations.push(...verdict.asked, ...verdict.answered);
					return reply;
				},
			};
		},
	};
}

// References of a Swagger document start at its root; ours start at the schema registered under the model's name.
function rooted(schema: unknown, model: string): Schema {
	return JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', `"${model}#/definitions/`)) as Schema;
}

function typed(parameter: Parameter, text: string): unknown {
	if (parameter.type === 'array') return text.split(',');
	if (parameter.type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text;
	if (parameter.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
	return text;
}
