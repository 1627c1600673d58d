import type { DraftField } from '@pangea/domain';
import type { RefusalReason } from '@pangea/platform-contract';
import { z } from 'zod';

/** Of a listing that was refused (contract §3.1): only causes of type `error` keep it out. */
const wireRefusal = z.looseObject({
	message: z.string().nullish(),
	error: z.string().nullish(),
	cause: z
		.array(
			z.looseObject({
				type: z.string().nullish(),
				code: z.string().nullish(),
				message: z.string().nullish(),
				references: z.array(z.string()).nullish(),
			}),
		)
		.nullish(),
});

// By what a cause refers to; the first that fits.
const FIELDS: readonly (readonly [RegExp, DraftField])[] = [
	[/title|family_name/, 'title'],
	[/description/, 'description'],
	[/picture|image/, 'images'],
	[/price|net_proceeds|currency/, 'price'],
	[/quantity/, 'stock'],
	[/gtin|product_identifier/i, 'gtin'],
	[/attributes|variations|sale_terms/, 'attribute'],
	[/category/, 'category'],
];

const MOST_REASONS = 20;
const LONGEST_WORDS = 500;

/** Pure. Why a listing was not taken; one reason without words where the answer names none. */
export function refusalReasons(json: unknown): RefusalReason[] {
	const parsed = wireRefusal.safeParse(json);
	if (!parsed.success) return [{ field: null, code: '', words: '' }];
	const { cause, error, message } = parsed.data;
	const told = (cause ?? [])
		.filter(({ type }) => type !== 'warning')
		.map(({ code, message: words, references }) => {
			const about = [...(references ?? []), code ?? ''].join(' ');
			return {
				field: FIELDS.find(([pattern]) => pattern.test(about))?.[1] ?? null,
				code: code ?? '',
				words: (words ?? '').slice(0, LONGEST_WORDS),
			};
		});
	return told.length > 0
		? told.slice(0, MOST_REASONS)
		: [{ field: null, code: error ?? '', words: (message ?? '').slice(0, LONGEST_WORDS) }];
}
