import { useLingui } from '@lingui/react/macro';
import type { DraftAttribute } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { trpc } from '../../trpc.ts';
import { languageName } from './words.ts';

interface CategoryChoiceProps {
	skuId: string;
	storeId: string;
	/** The platform copies a product of the account: that is chosen here. */
	copiesOwn: boolean;
	/** Words to begin with. */
	words: string;
	/** In which the platform finds categories. */
	searchLanguage: string;
	chosen: string | null;
	/** As the platform calls what is chosen, once its rules are read. */
	chosenName: string | null;
	onChoose: (categoryId: string, attributes: DraftAttribute[]) => void;
}

/** Finds the category by words; the platform's own proposals, best first. */
export function CategoryChoice({ skuId, storeId, copiesOwn, words, searchLanguage, chosen, chosenName, onChoose }: CategoryChoiceProps) {
	const { t, i18n } = useLingui();
	const [typed, setTyped] = useState(words);
	const [asked, setAsked] = useState(chosen === null || copiesOwn ? words.slice(0, 500) : null);
	const found = useQuery({
		...trpc.copies.categories.queryOptions({ skuId, storeId, words: asked ?? '' }),
		enabled: asked !== null && asked !== '',
		staleTime: Number.POSITIVE_INFINITY,
		retry: false,
	});
	const language = languageName(shownLanguage(), searchLanguage);
	const title = copiesOwn ? t`Product to copy` : t`Category`;
	return (
		<section aria-label={title}>
			<h2>{title}</h2>
			{chosen !== null && (
				<p>
					<bdi>{chosenName ?? chosen}</bdi> <small className="faint num">{chosen}</small>
				</p>
			)}
			{!copiesOwn && (
				<form
					className="copy-search"
					onSubmit={(event) => {
						event.preventDefault();
						setAsked(typed.trim().slice(0, 500));
					}}
				>
					<Input
						aria-label={t`Words in ${language}`}
						placeholder={t`Words in ${language}`}
						value={typed}
						maxLength={500}
						onChange={(event) => setTyped(event.target.value)}
					/>
					<Button htmlType="submit" loading={found.isFetching}>
						{t`Find`}
					</Button>
				</form>
			)}
			<small className="faint">
				{copiesOwn
					? t`The platform copies words, pictures and category of a product that another shop of this account has on sale.`
					: t`The platform proposes categories for words in ${language}.`}
			</small>
			{found.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, found.error)}
				</p>
			)}
			{found.data && (
				<ul className="copy-proposals">
					{found.data.length === 0 && (
						<li className="soft">
							{copiesOwn
								? t`No other shop of this account has it on sale, so there is nothing that the platform could copy.`
								: t`Nothing fits these words. Try the plain name of the thing.`}
						</li>
					)}
					{found.data.map(({ id, name, path, attributes }) => (
						<li key={id}>
							<button type="button" aria-pressed={id === chosen} onClick={() => onChoose(id, attributes)}>
								<bdi>{[...path, name].join(' › ')}</bdi>
								<small className="soft num">{id}</small>
							</button>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}
