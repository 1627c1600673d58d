import { Plural, useLingui } from '@lingui/react/macro';
import type { CopyDraftView, CopyTargetsView, CopyTargetView } from '@pangea/api';
import { choicesIn, type DraftField, type DraftGap, draftGaps, isAsked, isTaken, type ListingDraft, takenAttributes } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { api, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { say } from '../../ui/toast.tsx';
import { Picture } from '../catalogue/picture.tsx';
import { AttributeField, Field } from './attribute-field.tsx';
import { CategoryChoice } from './category-choice.tsx';
import { Texts } from './draft-texts.tsx';
import { PriceField } from './price-field.tsx';
import { SameProduct } from './same-product.tsx';
import { gapOf, gapSentence, languageName, OUTCOME_WORDS, SOURCE_WORDS } from './words.ts';

interface CopyFormProps {
	skuId: string;
	sku: CopyTargetsView['sku'];
	target: CopyTargetView;
	storeName: string;
}

/** The draft of a SKU for one store. */
export function CopyForm({ skuId, sku, target, storeName }: CopyFormProps) {
	const { storeId } = target;
	const draft = useQuery({ ...trpc.copies.draft.queryOptions({ skuId, storeId }), staleTime: Number.POSITIVE_INFINITY, gcTime: 0 });
	if (draft.error) return <Broken error={draft.error} reset={() => void draft.refetch()} />;
	if (!draft.data) return <Skeleton rows={6} height={64} />;
	return <Editor skuId={skuId} sku={sku} target={target} told={draft.data} storeName={storeName} />;
}

function Editor({ skuId, sku, target, told, storeName }: CopyFormProps & { told: CopyDraftView }) {
	const { t, i18n } = useLingui();
	const { storeId, copy } = target;
	const [draft, setDraft] = useState<ListingDraft>(told.draft);
	const change = (part: Partial<ListingDraft>): void => setDraft((before) => ({ ...before, ...part }));
	const rules = useQuery({
		...trpc.copies.rules.queryOptions({ skuId, storeId, categoryId: draft.categoryId ?? '' }),
		enabled: draft.categoryId !== null,
		staleTime: 300_000,
		retry: false,
	});
	const floor = rules.data?.floor ?? null;
	const gaps = draftGaps(draft, rules.data?.rules ?? null, floor && { amountMinor: BigInt(floor.amountMinor), currency: floor.currency });
	const refresh = async () => {
		await queryClient.invalidateQueries(trpc.copies.targets.pathFilter());
		await queryClient.invalidateQueries(trpc.copies.memory.pathFilter());
	};
	const fail = (error: unknown): void => say(errorSentence(i18n, error), { tone: 'problem' });
	const keep = useMutation({
		mutationFn: () => api.copies.save.mutate({ skuId, storeId, draft }),
		onSuccess: async () => {
			say(t`Draft saved`);
			await refresh();
		},
		onError: fail,
	});
	const send = useMutation({
		mutationFn: async () => {
			await api.copies.save.mutate({ skuId, storeId, draft });
			return await api.copies.publish.mutate({ skuId, storeIds: [storeId] });
		},
		onSuccess: async ([row]) => {
			if (row && row.outcome !== 'queued')
				say(row.code === null ? i18n._(OUTCOME_WORDS[row.outcome]) : sentence(i18n, row.code), { tone: 'problem' });
			await refresh();
		},
		onError: fail,
	});
	const isUnderWay = copy?.state === 'queued' || copy?.state === 'sending';
	const busy = keep.isPending || send.isPending || isUnderWay;
	return (
		<form
			className="copy-form"
			aria-label={storeName}
			onSubmit={(event) => {
				event.preventDefault();
				if (gaps.length === 0 && !busy) send.mutate();
			}}
		>
			<Refusal copy={copy} />
			<CategoryChoice
				skuId={skuId}
				storeId={storeId}
				copiesOwn={told.copiesOwn}
				words={told.words}
				searchLanguage={told.searchLanguage}
				chosen={draft.categoryId}
				chosenName={rules.data?.rules.categoryName ?? null}
				onChoose={(categoryId, attributes) => change({ categoryId, attributes, sameProduct: null })}
			/>
			{rules.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, rules.error)}
				</p>
			)}
			{draft.categoryId !== null && rules.isLoading && <Skeleton rows={4} height={56} />}
			{rules.data && (
				<>
					{rules.data.rules.offersOn && <SameProduct of={rules.data.rules.offersOn} sku={sku} draft={draft} onChange={change} />}
					{rules.data.rules.languages.length > 0 && (
						<Texts skuId={skuId} storeId={storeId} draft={draft} told={told} gaps={gaps} rules={rules.data.rules} onChange={change} />
					)}
					<Offer draft={draft} gaps={gaps} told={rules.data} onChange={change} />
					<Attributes
						draft={draft}
						gaps={gaps}
						title={
							rules.data.rules.languages.length === 0 && !rules.data.rules.offersOn
								? t`Price of each other variant`
								: t`What the platform wants to know`
						}
						rules={rules.data.rules.attributes}
						onChange={change}
					/>
					{rules.data.rules.languages[0] !== undefined && <Preview draft={draft} language={rules.data.rules.languages[0]} />}
				</>
			)}
			<footer className="copy-foot">
				<div className="grow" aria-live="polite">
					{gaps.length === 0 ? (
						<b>{t`Nothing is missing`}</b>
					) : (
						<details>
							<summary>
								<Plural value={gaps.length} one="# step is missing" other="# steps are missing" />
							</summary>
							<Gaps gaps={gaps} />
						</details>
					)}
				</div>
				<Button disabled={busy} loading={keep.isPending} onClick={() => keep.mutate()}>
					{t`Save draft`}
				</Button>
				<Button type="primary" htmlType="submit" disabled={busy || gaps.length > 0} loading={send.isPending || isUnderWay}>
					{t`Publish`}
				</Button>
			</footer>
		</form>
	);
}

function Refusal({ copy }: { copy: CopyTargetView['copy'] }) {
	const { i18n } = useLingui();
	if (copy?.state !== 'refused' && copy?.state !== 'failed') return null;
	return (
		<div className="copy-refusal" role="alert">
			<p>{sentence(i18n, copy.code ?? 'internal')}</p>
			{copy.reasons.length > 0 && (
				<ul>
					{copy.reasons.map(({ field, words }, place) => (
						// The platform's words are all there is; two may be the same.
						// oxlint-disable-next-line react/no-array-index-key
						<li key={place}>
							<bdi>{words === '' ? (field ?? '—') : words}</bdi>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}

interface PartProps {
	draft: ListingDraft;
	gaps: readonly DraftGap[];
	onChange: (part: Partial<ListingDraft>) => void;
}

function Offer({ draft, gaps, told, onChange }: PartProps & { told: React.ComponentProps<typeof PriceField>['told'] }) {
	const { t } = useLingui();
	const [typed, setTyped] = useState(draft.images.join('\n'));
	return (
		<section aria-label={t`Offer`}>
			<h2>{t`Pictures and offer`}</h2>
			{told.rules.images.most > 0 && (
				<Field
					label={t`Addresses of the pictures, one a line; the first is the cover`}
					required={told.rules.images.least > 0}
					gap={gapOf(gaps, 'images')}
					id="copy-images"
					hint={t`At most ${told.rules.images.most}; they are fetched from there when it is published.`}
				>
					<Input.TextArea
						id="copy-images"
						autoSize={{ minRows: 1, maxRows: 8 }}
						value={typed}
						onChange={(event) => {
							setTyped(event.target.value);
							onChange({ images: event.target.value.split(/\s+/).filter((url) => url !== '') });
						}}
					/>
				</Field>
			)}
			<PriceField told={told} price={draft.price} gap={gapOf(gaps, 'price')} onChange={(price) => onChange({ price })} />
			<div className="copy-pair">
				{told.rules.stock === 'asked' && (
					<Field label={t`Stock`} required gap={gapOf(gaps, 'stock')} id="copy-stock">
						<Input
							id="copy-stock"
							inputMode="numeric"
							value={draft.stock ?? ''}
							onChange={(event) => onChange({ stock: /^\d{1,7}$/.test(event.target.value) ? Number(event.target.value) : null })}
						/>
					</Field>
				)}
				<Field label={t`Seller code`} required gap={gapOf(gaps, 'sellerSku')} id="copy-sku" hint={t`By it we find the listing again.`}>
					<Input id="copy-sku" value={draft.sellerSku} maxLength={255} onChange={(event) => onChange({ sellerSku: event.target.value })} />
				</Field>
				{told.rules.gtin !== 'none' && (
					<Field label={t`Barcode`} required={told.rules.gtin === 'required'} gap={gapOf(gaps, 'gtin')} id="copy-gtin">
						<Input
							id="copy-gtin"
							inputMode="numeric"
							value={draft.gtin ?? ''}
							maxLength={40}
							onChange={(event) => onChange({ gtin: event.target.value === '' ? null : event.target.value })}
						/>
					</Field>
				)}
			</div>
		</section>
	);
}

function Attributes({
	draft,
	gaps,
	rules,
	title,
	onChange,
}: PartProps & { title: string; rules: React.ComponentProps<typeof AttributeField>['rule'][] }) {
	const { t } = useLingui();
	const taken = takenAttributes(rules, draft.attributes);
	// One that another choice asks for stands among those that are asked for.
	const asked = rules
		.filter((rule) => isTaken(rule, taken))
		.map((rule) => ({ ...rule, choices: choicesIn(rule, taken), required: isAsked(rule, taken) }));
	const field = (rule: (typeof rules)[number]) => (
		<AttributeField
			key={rule.id}
			rule={rule}
			value={draft.attributes.find(({ id }) => id === rule.id)}
			gap={gapOf(gaps, 'attribute', rule.id)}
			onChange={(value) => onChange({ attributes: [...draft.attributes.filter(({ id }) => id !== rule.id), ...(value ? [value] : [])] })}
		/>
	);
	if (rules.length === 0) return null;
	const further = asked.filter(({ required }) => !required);
	return (
		<section aria-label={title}>
			<h2>{title}</h2>
			<div className="copy-pair">{asked.filter(({ required }) => required).map(field)}</div>
			{further.length > 0 && (
				<details>
					<summary>{t`Further attributes (${further.length})`}</summary>
					<div className="copy-pair">{further.map(field)}</div>
				</details>
			)}
		</section>
	);
}

function Preview({ draft, language }: { draft: ListingDraft; language: string }) {
	const { t } = useLingui();
	const text = draft.texts.find((one) => one.language === language);
	return (
		<section aria-label={t`Preview`}>
			<h2>{t`Preview`}</h2>
			<div className="copy-preview" lang={language}>
				<Picture url={draft.images[0] ?? null} size={96} />
				<div className="cut grow">
					<b>
						<bdi>{text?.title || t`No title yet`}</bdi>
					</b>
					{draft.price && (
						<p className="num">
							{draft.price.amount} {draft.price.currency}
						</p>
					)}
					<p className="soft copy-words">
						<bdi>{text?.description ?? ''}</bdi>
					</p>
				</div>
			</div>
		</section>
	);
}

function Gaps({ gaps }: { gaps: readonly DraftGap[] }) {
	const { t, i18n } = useLingui();
	const shown = shownLanguage();
	const names: Record<Exclude<DraftField, 'attribute'>, string> = {
		category: t`Category`,
		product: t`Product`,
		title: t`Title`,
		description: t`Description`,
		images: t`Pictures`,
		price: t`Price`,
		stock: t`Stock`,
		sellerSku: t`Seller code`,
		gtin: t`Barcode`,
	};
	return (
		<ul className="copy-gaps">
			{gaps.map((gap) => {
				const name = gap.field === 'attribute' ? (gap.attribute?.name ?? '') : names[gap.field];
				const language = gap.language === undefined ? '' : ` (${languageName(shown, gap.language)})`;
				return (
					<li key={`${gap.field} ${gap.language ?? ''} ${gap.attribute?.id ?? ''}`}>
						<b>
							{name}
							{language}
						</b>
						: {gapSentence(i18n, gap)} <small className="faint">{i18n._(SOURCE_WORDS[gap.source])}</small>
					</li>
				);
			})}
		</ul>
	);
}
