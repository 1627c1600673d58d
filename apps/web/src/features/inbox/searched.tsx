import { type SearchTerm, type Stretch, searchStretches } from '@pangea/domain';
import { createContext, Fragment, useContext } from 'react';

/** What is looked for in the inbox, and in which message of the open conversation it was found. */
export interface Searched {
	terms: readonly SearchTerm[];
	messageId: string | null;
}

export const SearchedContext = createContext<Searched>({ terms: [], messageId: null });

/** A text in which stretches are marked. */
export function Marked({ text, stretches }: { text: string; stretches: readonly Stretch[] }) {
	const parts = stretches.map(({ start, end }, i) => ({
		before: text.slice(stretches[i - 1]?.end ?? 0, start),
		hit: text.slice(start, end),
		start,
	}));
	return (
		<>
			{parts.map((part) => (
				<Fragment key={part.start}>
					{part.before}
					<mark>{part.hit}</mark>
				</Fragment>
			))}
			{text.slice(stretches.at(-1)?.end ?? 0)}
		</>
	);
}

/** A text in which what is looked for is marked, if anything is. */
export function Searchable({ text }: { text: string }) {
	const { terms } = useContext(SearchedContext);
	return <Marked text={text} stretches={searchStretches(text, terms)} />;
}
