// The focused field is what the person has just opened.
/* oxlint-disable jsx-a11y/no-autofocus */
import { MoreOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Dropdown, Input, Switch } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useNow } from '../../clock.tsx';
import { errorSentence, sentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { CONNECTION_WORDS, MODE_WORDS } from '../../words.ts';
import { When } from '../../ui/figures.tsx';
import { SiteMark, siteName, storeLabel } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { say } from '../../ui/toast.tsx';
import { Backfill } from './backfill.tsx';
import { Budgets } from './budgets.tsx';

const ReconnectLinks = lazy(async () => ({ default: (await import('./reconnect-links.tsx')).ReconnectLinks }));
const AdoptDrawer = lazy(async () => ({ default: (await import('./adopt-drawer.tsx')).AdoptDrawer }));
const Disconnect = lazy(async () => ({ default: (await import('./disconnect.tsx')).Disconnect }));

interface StoreCardProps {
	store: StoreView;
	/** The stores under the same grant, this one included. */
	siblings: StoreView[];
	marked: boolean;
	/** Read less far than the platform's polls allow, as Today says it. */
	late: boolean;
	onShow: (what: 'quarantine' | 'gaps', storeId: string) => void;
	onReconnect: (platform: string) => void;
}

const GRANT_WARNING_MS = 14 * 86_400_000;

export function StoreCard({ store, siblings, marked, late, onShow, onReconnect }: StoreCardProps) {
	const { t, i18n } = useLingui();
	const now = useNow();
	const mayManage = useMay('stores.manage');
	const mayOperate = useMay('sync.operate');
	const [renaming, setRenaming] = useState(false);
	const [disconnecting, setDisconnecting] = useState(false);
	const [linking, setLinking] = useState(false);
	const [adopting, setAdopting] = useState(false);
	const belongs = [store.entity, store.group, store.owner?.name].filter(Boolean).join(' · ');
	const refresh = {
		onSuccess: () => queryClient.invalidateQueries(trpc.stores.list.pathFilter()),
		onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
	};
	const enable = useMutation(trpc.stores.setEnabled.mutationOptions(refresh));
	const rename = useMutation(trpc.stores.rename.mutationOptions(refresh));
	const backfill = useMutation(trpc.stores.backfill.mutationOptions(refresh));
	const check = useMutation(trpc.stores.checkGaps.mutationOptions(refresh));

	const name = storeLabel(store);
	const account = store.accountName !== null && !store.name.includes(store.accountName) ? store.accountName : null;
	const broken = store.connectionState === 'needsReconnect';
	const mode = store.mode === 'unknown' ? undefined : MODE_WORDS[store.mode];
	const ending = store.grantExpiresAt !== null && Date.parse(store.grantExpiresAt) - now < GRANT_WARNING_MS;
	const saveName = (name: string) => {
		setRenaming(false);
		if (name.trim() !== '' && name.trim() !== store.name) rename.mutate({ storeId: store.storeId, name: name.trim() });
	};
	return (
		<article id={`store-${store.storeId}`} className={`card ${marked ? 'marked' : ''} ${store.enabled ? '' : 'off'}`} aria-label={name}>
			<header>
				<span className="site">
					<SiteMark country={store.country} />
					<StoreBadge store={store} />
				</span>
				<span className="name">
					{renaming ? (
						<Input
							size="small"
							autoFocus
							defaultValue={store.name}
							maxLength={120}
							aria-label={t`Name of the store`}
							onBlur={(event) => saveName(event.target.value)}
							onKeyDown={(event) => {
								if (event.key === 'Enter' && !event.nativeEvent.isComposing) saveName(event.currentTarget.value);
								if (event.key === 'Escape') setRenaming(false);
							}}
						/>
					) : (
						<Link to="/orders" search={{ stores: store.storeId }} className="cut" title={store.name} aria-label={t`Orders of ${name}`}>
							{store.name}
						</Link>
					)}
					<small className="soft cut">
						{[account, siteName(store.country), mode && i18n._(mode), store.currency].filter(Boolean).join(' · ')}
					</small>
					{belongs !== '' && (
						<small className="belongs cut" title={belongs}>
							{belongs}
						</small>
					)}
				</span>
				{mayManage && (
					<Switch
						size="small"
						checked={store.enabled}
						loading={enable.isPending}
						aria-label={t`Read ${name}`}
						onChange={(enabled) => enable.mutate({ storeId: store.storeId, enabled })}
					/>
				)}
				{(mayManage || mayOperate) && (
					<Dropdown
						trigger={['click']}
						placement="bottomRight"
						menu={{
							items: [
								...(mayOperate
									? [
											{
												key: 'backfill',
												label: t`Read the history again`,
												onClick: () =>
													backfill.mutate({ storeId: store.storeId }, { onSuccess: () => say(t`The history is being read again.`) }),
											},
											{
												key: 'gaps',
												label: t`Compare counts with the platform`,
												onClick: () =>
													check.mutate(
														{ storeId: store.storeId },
														{ onSuccess: () => say(t`Comparing; what is missing will show as a gap.`) },
													),
											},
										]
									: []),
								...(mayManage
									? [
											{ key: 'adopt', label: t`Company, group, owner …`, onClick: () => setAdopting(true) },
											{ key: 'rename', label: t`Rename`, onClick: () => setRenaming(true) },
											{ key: 'reconnect', label: t`Reconnect`, onClick: () => onReconnect(store.platform) },
											...(store.connectionState === 'disconnected'
												? []
												: [{ key: 'link', label: t`Reconnect link …`, onClick: () => setLinking(true) }]),
											{ type: 'divider' as const },
											{ key: 'disconnect', danger: true, label: t`Disconnect …`, onClick: () => setDisconnecting(true) },
										]
									: []),
							],
						}}
					>
						<Button size="small" type="text" icon={<MoreOutlined aria-hidden />} aria-label={t`More for ${name}`} />
					</Dropdown>
				)}
			</header>

			{(store.problem || broken) && (
				<div className="trouble" role="note">
					<p>{store.problem ? sentence(i18n, store.problem.code, store.problem.params) : i18n._(CONNECTION_WORDS.needsReconnect)}</p>
					{broken && mayManage && (
						<span className="row">
							<Button size="small" onClick={() => onReconnect(store.platform)}>
								{t`Reconnect`}
							</Button>
							<Button size="small" type="text" onClick={() => setLinking(true)}>
								{t`Let the owner do it …`}
							</Button>
						</span>
					)}
				</div>
			)}

			<dl className="facts">
				<div>
					<dt>{t`Read up to`}</dt>
					<dd className={late ? 'risk' : ''}>
						{!store.enabled ? (
							t`switched off`
						) : store.freshTo === null ? (
							t`not yet`
						) : (
							<When at={store.freshTo} storeZone={store.zone} relative />
						)}
					</dd>
				</div>
				<div>
					<dt>{t`Last order`}</dt>
					<dd>{store.lastOrderAt ? <When at={store.lastOrderAt} storeZone={store.zone} relative /> : t`none yet`}</dd>
				</div>
				<div>
					<dt>{t`News arrive by`}</dt>
					<dd>
						{store.intake === 'none'
							? t`asking every ${Math.round(store.pollSeconds / 60)} min`
							: store.intake === 'webhook'
								? t`notification`
								: t`queue`}
						{store.intake !== 'none' && (
							<small className="soft">{store.lastIntakeAt ? <When at={store.lastIntakeAt} relative /> : t`none so far`}</small>
						)}
					</dd>
				</div>
				{store.grantExpiresAt && (
					<div>
						<dt>{t`Permission until`}</dt>
						<dd className={ending ? 'warn' : ''}>
							<When at={store.grantExpiresAt} relative={ending} />
						</dd>
					</div>
				)}
			</dl>
			{store.backfill && <Backfill backfill={store.backfill} zone={store.zone} />}
			{store.budgets.length > 0 && <Budgets budgets={store.budgets} />}
			{(store.quarantined > 0 || store.openGaps > 0) && (
				<footer>
					{store.quarantined > 0 && (
						<button type="button" onClick={() => onShow('quarantine', store.storeId)}>
							{t`Set aside: ${store.quarantined}`}
						</button>
					)}
					{store.openGaps > 0 && (
						<button type="button" className="warn" onClick={() => onShow('gaps', store.storeId)}>
							{t`Gaps: ${store.openGaps}`}
						</button>
					)}
				</footer>
			)}
			<Suspense fallback={null}>
				{adopting && <AdoptDrawer stores={[store]} onClose={() => setAdopting(false)} />}
				{linking && <ReconnectLinks store={store} onClose={() => setLinking(false)} />}
				{disconnecting && <Disconnect store={store} siblings={siblings} onClose={() => setDisconnecting(false)} />}
			</Suspense>
		</article>
	);
}
