import type { MessageDescriptor } from '@lingui/core';
import { useLingui } from '@lingui/react/macro';
import type { CiteView } from '@pangea/api';
import { PARCEL_WORDS, RETURN_KIND_WORDS, RETURN_STATE_WORDS, STATE_WORDS } from '../../words.ts';
import { FACT_WORDS } from './translation-words.ts';

/** Words of the fields whose values are words of ours. */
const WORDS_OF: Record<string, Record<string, MessageDescriptor>> = {
	state: STATE_WORDS,
	'parcel.state': PARCEL_WORDS,
	'return.kind': RETURN_KIND_WORDS,
	'return.state': RETURN_STATE_WORDS,
};

/** What a draft stands on: each fact with the field of the order that it comes from. A figure that was taken out since is not listed. */
export function Cites({ cites, text }: { cites: readonly CiteView[]; text: string }) {
	const { t, i18n } = useLingui();
	const held = cites.filter(({ start, end, value }) => start === end || text.includes(value));
	const listed = [...new Map(held.map((cite) => [`${cite.field} ${cite.value}`, cite])).values()];
	if (listed.length === 0) return null;
	return (
		<dl className="cites" aria-label={t`What the draft stands on`}>
			{listed.map(({ field, value }) => {
				const word = WORDS_OF[field]?.[value];
				const name = FACT_WORDS[field];
				return (
					<div key={`${field} ${value}`}>
						<dt>{name === undefined ? field : i18n._(name)}</dt>
						<dd>
							<bdi>{word === undefined ? value : i18n._(word)}</bdi>
						</dd>
					</div>
				);
			})}
		</dl>
	);
}
