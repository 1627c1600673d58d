import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';

/** Whose reviews are read, and what the other platforms do not give: silence must never pass for praise. */
export function ReadReviews() {
	const { t } = useLingui();
	const { data } = useQuery(trpc.reviews.stores.queryOptions());
	if (!data) return null;
	const read = data.filter((store) => store.read || store.stars);
	const refused = read.filter((store) => store.refused).length;
	const sum = (key: 'products' | 'asked'): number => read.reduce((total, store) => total + store[key], 0);
	const newest = read
		.flatMap(({ readAt }) => readAt ?? [])
		.toSorted()
		.at(-1);
	const has = (platform: string): boolean => data.some((store) => store.platform === platform);
	const asked = sum('asked');
	const imported = data.reduce((total, store) => total + store.imported, 0);
	return (
		<ul className="read-reviews faint">
			{newest !== undefined && (
				<li>
					<Trans>
						{asked} of <Plural value={sum('products')} one="# product" other="# products" /> asked for, last <When at={newest} relative />
					</Trans>
				</li>
			)}
			{imported > 0 && (
				<li>
					<Plural value={imported} one="# review from files" other="# reviews from files" />
				</li>
			)}
			<li>{t`Themes are found by a list of words for each language; correct them where they are wrong.`}</li>
			{has('amazon') && (
				<li>{t`Amazon gives topics of products, no texts: they stand where you look at one SKU. Of the store it tells what buyers of one to three stars say.`}</li>
			)}
			{has('tiktok-shop') && (
				<li>
					{t`TikTok Shop tells stars by product, counted from some 180 days before they were read first, and in the US orders with few stars. It shows texts to no program.`}
				</li>
			)}
			{refused > 0 && (
				<li className="warn">
					<Plural
						value={refused}
						one="# store did not grant the right to its figures; connect it again with that right"
						other="# stores did not grant the right to their figures; connect them again with that right"
					/>
				</li>
			)}
			{has('temu') && <li>{t`Temu: no way to read texts of reviews is known to us.`}</li>}
		</ul>
	);
}
