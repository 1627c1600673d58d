import { useLingui } from '@lingui/react/macro';
import type { SavedViewView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useDeferredValue, useState } from 'react';
import { useNow } from '../clock.tsx';
import { dayIn } from '../day.ts';
import { setPreferences } from '../preferences.ts';
import { useSession, useStores } from '../session.tsx';
import { trpc } from '../trpc.ts';
import { PlatformMark } from '../ui/mark.tsx';
import { SiteMark, storeLabel } from '../ui/site.tsx';
import { StoreBadge } from '../ui/store-badge.tsx';
import { searchOfView } from '../features/numbers/filter.ts';
import { readOrdersSearch } from '../features/orders/filter.ts';
import { PLACES } from './places.ts';
import './palette.css';

/** An order number has at least this many letters or digits; shorter texts would ask the server for half the list. */
const ORDER_TEXT = /^[\w-]{5,}$/;
const MOST_ORDERS = 6;

export function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
	const { t, i18n } = useLingui();
	const navigate = useNavigate();
	const [text, setText] = useState('');
	const asked = useDeferredValue(text.trim());
	const { permissions, zone } = useSession().membership;
	const today = dayIn(useNow(), zone);
	const mayManage = permissions.includes('stores.manage');
	const mayAudit = permissions.includes('audit.read');
	const { stores } = useStores();
	const views = useQuery(trpc.views.list.queryOptions({ screen: 'orders' }));
	const figures = useQuery(trpc.views.list.queryOptions({ screen: 'numbers' }, { enabled: permissions.includes('numbers.read') }));
	const orders = useQuery(trpc.orders.list.queryOptions({ search: asked, limit: MOST_ORDERS }, { enabled: ORDER_TEXT.test(asked) }));

	const saved = [...(views.data ?? []), ...(figures.data ?? [])];
	const show = ({ screen, query, viewId: view }: SavedViewView): Promise<void> =>
		screen === 'numbers'
			? navigate({ to: '/numbers', search: { ...searchOfView(query, today), view } })
			: navigate({ to: '/orders', search: { ...readOrdersSearch(query), view } });
	const run = (action: () => void) => () => {
		onClose();
		action();
	};
	return (
		<Command.Dialog
			open
			onOpenChange={(open) => !open && onClose()}
			label={t`Go to anything`}
			overlayClassName="palette-shade"
			contentClassName="palette"
			loop
		>
			<Command.Input value={text} onValueChange={setText} placeholder={t`A place, an order number, a store, a view …`} />
			<Command.List>
				<Command.Empty>{orders.isFetching ? t`Looking …` : t`Nothing by that name`}</Command.Empty>
				{orders.data && orders.data.rows.length > 0 && (
					<Command.Group heading={t`Orders`}>
						{orders.data.rows.map((row) => (
							<Command.Item
								key={row.orderId}
								value={`${row.externalId} ${row.externalGroupId ?? ''} ${asked}`}
								onSelect={run(() => void navigate({ to: '/orders', search: { order: row.orderId, q: row.externalId } }))}
							>
								<PlatformMark platform={row.platform} />
								<span className="num">{row.externalId}</span>
								<small>{row.firstTitle}</small>
							</Command.Item>
						))}
					</Command.Group>
				)}
				<Command.Group heading={t`Places`}>
					{PLACES.filter(({ permission }) => permission === undefined || permissions.includes(permission)).map((place) => {
						const Icon = place.icon;
						return (
							<Command.Item
								key={place.to}
								value={i18n._(place.word)}
								keywords={[place.to]}
								onSelect={run(() => void navigate({ to: place.to }))}
							>
								<Icon />
								{i18n._(place.word)}
							</Command.Item>
						);
					})}
				</Command.Group>
				{saved.length > 0 && (
					<Command.Group heading={t`Saved views`}>
						{saved.map((view) => (
							<Command.Item key={view.viewId} value={`${view.name} ${view.viewId}`} onSelect={run(() => void show(view))}>
								{view.name}
								{view.screen === 'numbers' && <small>{t`Numbers`}</small>}
							</Command.Item>
						))}
					</Command.Group>
				)}
				{stores.length > 0 && (
					<Command.Group heading={t`Orders of a store`}>
						{stores.map((store) => (
							<Command.Item
								key={store.storeId}
								value={`${storeLabel(store)} ${store.storeId}`}
								onSelect={run(() => void navigate({ to: '/orders', search: { stores: store.storeId } }))}
							>
								<PlatformMark platform={store.platform} />
								<SiteMark country={store.country} />
								<StoreBadge store={store} />
								{store.name}
							</Command.Item>
						))}
					</Command.Group>
				)}
				<Command.Group heading={t`Actions`}>
					{mayManage && (
						<Command.Item
							onSelect={run(() => void navigate({ to: '/stores', search: { bind: 'choose' } }))}
						>{t`Bind a store`}</Command.Item>
					)}
					<Command.Item onSelect={run(() => setPreferences({ theme: 'light' }))}>{t`Light theme`}</Command.Item>
					<Command.Item onSelect={run(() => setPreferences({ theme: 'dark' }))}>{t`Dark theme`}</Command.Item>
					<Command.Item onSelect={run(() => void navigate({ to: '/settings' }))}>{t`Settings`}</Command.Item>
					<Command.Item onSelect={run(() => void navigate({ to: '/settings/security' }))}>{t`Security`}</Command.Item>
					{mayAudit && <Command.Item onSelect={run(() => void navigate({ to: '/settings/buyers-data' }))}>{t`Buyers' data`}</Command.Item>}
					{mayAudit && <Command.Item onSelect={run(() => void navigate({ to: '/settings/audit' }))}>{t`Audit trail`}</Command.Item>}
					<Command.Item
						onSelect={() => {
							onKeys();
						}}
					>
						{t`Keyboard`}
					</Command.Item>
				</Command.Group>
			</Command.List>
		</Command.Dialog>
	);
}
