import type { CredentialField } from '@pangea/platform-contract';
import { z } from 'zod';
import { problem } from '../problem.ts';

export const fieldsInput = z.record(z.string().max(60), z.string().max(8000));

/** Takes the declared fields only, each matching its pattern. @throws inputWrong naming the field. */
export function checkFields(declared: readonly CredentialField[], given: Record<string, string>): Record<string, string> {
	const taken: Record<string, string> = {};
	for (const field of declared) {
		const value = (given[field.key] ?? '').trim();
		if (value === '') {
			if (field.optional) continue;
			throw problem('inputWrong', { field: field.key, example: field.example });
		}
		if (!new RegExp(field.pattern, 'u').test(value)) throw problem('inputWrong', { field: field.key, example: field.example });
		taken[field.key] = value;
	}
	return taken;
}
