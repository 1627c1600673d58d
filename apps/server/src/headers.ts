import type { FastifyRequest } from 'fastify';

/** The request's headers as the auth library takes them. */
export function headersOf(request: FastifyRequest): Headers {
	const headers = new Headers();
	for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
	return headers;
}
