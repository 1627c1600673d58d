import { type Json, JsonError, parseJson } from '@pangea/platform-contract';

/** The document of a text, losslessly; null for a text that is no JSON. */
export function jsonOrNull(text: string): Json {
	try {
		return parseJson(text);
	} catch (error) {
		if (error instanceof JsonError) return null;
		throw error;
	}
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
