import { ArrowLeftOutlined, RightOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { DraftAttribute } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { trpc } from '../../trpc.ts';
import { Picture } from '../catalogue/picture.tsx';
import { languageName } from './words.ts';

interface CategoryChoiceProps {
	skuId: string;
	storeId: string;
	/** The platform also copies products of the account: such a one can be chosen as well. */
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
	const [asked, setAsked] = useState(chosen === null ? words.slice(0, 500) : null);
	/** The groups into which somebody has gone, outermost first. */
	const [groups, setGroups] = useState<{ id: string; name: string }[]>([]);
	const group = groups.at(-1);
	const found = useQuery({
		...trpc.copies.categories.queryOptions(
			group ? { skuId, storeId, groupId: group.id } : { skuId, storeId, words: asked === null || asked === '' ? ' ' : asked },
		),
		enabled: group !== undefined || (asked !== null && asked !== ''),
		staleTime: Number.POSITIVE_INFINITY,
		retry: false,
	});
	const numbered = (number: string): string => t`Category ${number}`;
	const language = languageName(shownLanguage(), searchLanguage);
	const title = copiesOwn ? t`Category, or a product to copy` : t`Category`;
	return (
		<section aria-label={title}>
			<h2>{title}</h2>
			{chosen !== null && (
				<p>
					<bdi>{chosenName === null || chosenName === chosen ? numbered(chosen) : chosenName}</bdi>{' '}
					{chosenName !== null && chosenName !== chosen && <small className="faint num">{chosen.slice(chosen.lastIndexOf('/') + 1)}</small>}
				</p>
			)}
			<form
				className="copy-search"
				onSubmit={(event) => {
					event.preventDefault();
					// The form around it publishes.
					event.stopPropagation();
					setGroups([]);
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
			<small className="faint">
				{t`The platform proposes categories for words in ${language}.`}
				{copiesOwn && ` ${t`A product that another shop of this account has on sale it copies itself, with words, pictures and category.`}`}
			</small>
			{found.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, found.error)}
				</p>
			)}
			{group && (
				<p className="copy-groups">
					<Button size="small" icon={<ArrowLeftOutlined aria-hidden />} onClick={() => setGroups(groups.slice(0, -1))}>
						{t`Back`}
					</Button>
					<bdi>{groups.map(({ name }) => name).join(' › ')}</bdi>
				</p>
			)}
			{found.data && (
				<ul className="copy-proposals">
					{found.data.length === 0 && <li className="soft">{t`Nothing fits these words. Try the plain name of the thing.`}</li>}
					{found.data.map(({ id, name, path, attributes, isProduct, isGroup, offersOn, example }) => (
						<li key={id}>
							<button
								type="button"
								{...(!isGroup && { 'aria-pressed': id === chosen })}
								onClick={() => (isGroup ? setGroups([...groups, { id, name }]) : onChoose(id, attributes))}
							>
								{offersOn && <Picture url={offersOn.imageUrl} size={40} />}
								<bdi>{name === id ? numbered(id) : [...path, name].join(' › ')}</bdi>
								{isGroup && <RightOutlined className="faint" aria-label={t`several categories`} />}
								{example !== undefined && <small className="soft">{t`with ${example}`}</small>}
								{offersOn && (
									<>
										<small className="copy-kind">{t`Offer on this product`}</small>
										<small className="soft">{[offersOn.brand, offersOn.id].filter((part) => part !== null).join(' · ')}</small>
									</>
								)}
								{isProduct && <small className="copy-kind">{t`Copy this product`}</small>}
								{name !== id && !isGroup && !offersOn && <small className="soft num">{id.slice(id.lastIndexOf('/') + 1)}</small>}
							</button>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}
