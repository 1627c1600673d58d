import { Plural, useLingui } from '@lingui/react/macro';
import { PLATFORMS } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';

/** Which stores' listings are read and up to when: a store that nobody looks at must never pass for one that lists nothing. */
export function ReadListings() {
	const { t } = useLingui();
	const { data } = useQuery(trpc.catalogue.stores.queryOptions());
	if (!data) return null;
	const names = (of: typeof data): string => [...new Set(of.map((store) => PLATFORMS[store.platform].name))].join(', ');
	const read = data.filter((store) => store.state === 'read');
	const waiting = data.filter((store) => store.state === 'waiting');
	const closed = data.filter((store) => store.state === 'scopeMissing');
	const none = data.filter((store) => store.state === 'none');
	const elsewhere = data.filter((store) => store.state === 'elsewhere');
	const unreadable = read.reduce((sum, store) => sum + store.unreadable, 0);
	const oldest = read
		.flatMap((store) => store.readUntil ?? [])
		.toSorted()
		.at(0);
	return (
		<ul className="read-listings faint">
			{read.length > 0 && oldest !== undefined && (
				<li>
					<Plural value={read.length} one="# store read" other="# stores read" /> · <When at={oldest} relative />
				</li>
			)}
			{unreadable > 0 && (
				<li>
					<Plural value={unreadable} one="# product could not be understood" other="# products could not be understood" />
				</li>
			)}
			{waiting.length > 0 && (
				<li>
					<Plural value={waiting.length} one="# store is not read yet" other="# stores are not read yet" />
				</li>
			)}
			{closed.length > 0 && (
				<li className="warn">{t`${names(closed)} has not opened products to your app. Ask for that permission at the platform.`}</li>
			)}
			{elsewhere.length > 0 && (
				<li>{t`${names(elsewhere)} tells the products of a shop that it manages for you with the token of its PARTNER gateway. Bind that one as well.`}</li>
			)}
			{none.length > 0 && <li>{t`Listings are not read here yet: ${names(none)}`}</li>}
		</ul>
	);
}
