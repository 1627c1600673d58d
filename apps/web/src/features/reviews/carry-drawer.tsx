import { DownloadOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { CarryFileView, CarryPlanView, CarrySourceView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Drawer, Select } from 'antd';
import { useId, useState } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import './carry.css';
import { isGranted, type Rights, RightsFields } from './rights-fields.tsx';

function save({ fileName, text }: CarryFileView): void {
	const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = fileName;
	link.click();
	URL.revokeObjectURL(address);
}

/** Reviews of a SKU as a file for another store of it. */
export function CarryDrawer({ skuId, onClose }: { skuId: string; onClose: () => void }) {
	const { t } = useLingui();
	const [listingId, setListingId] = useState<string | null>(null);
	const { data, error, refetch } = useQuery(
		trpc.reviews.carryPlan.queryOptions({ skuId, ...(listingId !== null && { listingId }) }, { placeholderData: (before) => before }),
	);
	return (
		<Drawer open onClose={onClose} title={t`Take reviews along`} size={560}>
			{error && !data ? (
				<Broken error={error} reset={() => void refetch()} />
			) : !data ? (
				<Skeleton rows={6} height={32} />
			) : data.plan === null ? (
				<Empty title={t`None of your stores that list this SKU takes reviews from elsewhere`}>
					{t`Of the platforms here, TikTok Shop alone has a way for it.`}
				</Empty>
			) : (
				<Carry skuId={skuId} targets={data.targets} plan={data.plan} onTarget={setListingId} />
			)}
		</Drawer>
	);
}

interface CarryProps {
	skuId: string;
	targets: CarryPlanView['targets'];
	plan: NonNullable<CarryPlanView['plan']>;
	onTarget: (listingId: string) => void;
}

function Carry({ skuId, targets, plan, onTarget }: CarryProps) {
	const { t, i18n } = useLingui();
	const id = useId();
	const { byId } = useStores();
	const [rights, setRights] = useState<Rights>({ by: '', ground: '' });
	const sum = (key: 'rightful' | 'rightless'): number => plan.sources.reduce((total, source) => total + source[key], 0);
	const granted = isGranted(rights);
	const going = sum('rightful') + (granted ? sum('rightless') : 0);
	const carry = useMutation(
		trpc.reviews.carry.mutationOptions({
			onSuccess: (file) => {
				save(file);
				const count = formatNumber(shownLanguage(), file.reviews);
				say(t`Reviews in the file: ${count}. Nothing was sent.`);
			},
		}),
	);
	const target = targets.find(({ listingId }) => listingId === plan.listingId);
	const store = target && byId.get(target.storeId);
	const platform = store ? PLATFORMS[store.platform].name : '';
	const most = formatNumber(shownLanguage(), plan.most);
	return (
		<div className="carry">
			<p>
				<Trans>
					A file in the form in which {platform} takes reviews from elsewhere, {most} at a time. We send nothing: who may call its API for
					this store hands the file over.
				</Trans>
			</p>
			<ul className="soft">
				<li>
					{t`All stars go along: sellers may not choose among reviews, nor suppress any.`}{' '}
					<a href={plan.rule} target="_blank" rel="noreferrer noopener">
						{t`The platform’s rule (United States)`}
					</a>
				</li>
				<li>{t`Once there, a review can be neither changed nor deleted by the API.`}</li>
				<li>{t`The documents that we have do not say in which markets and to which apps this is open: ask the platform first.`}</li>
				<li>{t`Words go as the buyer wrote them. Names and pictures are not kept here, so none goes along.`}</li>
			</ul>
			<div className="field">
				<label htmlFor={id}>{t`To which listing`}</label>
				<Select<string>
					id={id}
					value={plan.listingId}
					options={targets.map(({ listingId, storeId, title, externalListingId }) => {
						const to = byId.get(storeId);
						return { value: listingId, label: `${to ? storeLabel(to) : ''} · ${title} (${externalListingId})` };
					})}
					onChange={onTarget}
				/>
			</div>
			<section aria-label={t`From where they come`}>
				<h3>{t`From where they come`}</h3>
				{plan.sources.length === 0 && <p className="soft">{t`No review of this SKU is known from another store.`}</p>}
				<ul className="sources">
					{plan.sources.map((source) => (
						<Source key={source.storeId} of={source} granted={granted} />
					))}
				</ul>
				{!plan.whole && <p className="warn">{t`There are more: only the newest of them go into one file.`}</p>}
			</section>
			{sum('rightless') > 0 && (
				<RightsFields rights={rights} onChange={setRights}>
					{granted
						? t`Both are kept in the audit trail.`
						: t`That a platform shows reviews gives no right to use them elsewhere. Without a name and a ground they stay.`}
				</RightsFields>
			)}
			{carry.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, carry.error)}
				</p>
			)}
			<Button
				type="primary"
				icon={<DownloadOutlined aria-hidden />}
				disabled={going === 0}
				loading={carry.isPending}
				onClick={() => carry.mutate({ skuId, listingId: plan.listingId, rights: granted ? rights : null })}
			>
				<Plural value={going} _0="No review may go" one="Save a file with # review" other="Save a file with # reviews" />
			</Button>
		</div>
	);
}

function Source({ of, granted }: { of: CarrySourceView; granted: boolean }) {
	const { t } = useLingui();
	const { byId } = useStores();
	const language = shownLanguage();
	const store = byId.get(of.storeId);
	const [rightful, rightless, wordless, tooLong] = [of.rightful, of.rightless, of.wordless, of.tooLong].map((n) =>
		formatNumber(language, n),
	);
	const parts = [
		of.rightful > 0 && t`going along: ${rightful}`,
		of.rightless > 0 && (granted ? t`going along by the right below: ${rightless}` : t`waiting for a right: ${rightless}`),
		of.wordless > 0 && t`staying, without words: ${wordless}`,
		of.tooLong > 0 && t`staying, too long for the platform: ${tooLong}`,
	].filter((part) => part !== false);
	return (
		<li>
			<div className="line">
				{store && <PlatformMark platform={store.platform} name={PLATFORMS[store.platform].name} size={16} />}
				<b className="cut">{store ? storeLabel(store) : t`A store that is gone`}</b>
			</div>
			<div>{parts.join(' · ')}</div>
			{of.rights.map(({ by, ground }) => (
				<small key={`${by} ${ground}`} className="faint">
					<bdi>
						{by}: {ground}
					</bdi>
				</small>
			))}
		</li>
	);
}
