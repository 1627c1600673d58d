import { useLingui } from '@lingui/react/macro';
import type { MembershipView, MeView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useKeys } from '../keys.ts';
import { LiveProvider, useLiveLine } from '../live.tsx';
import { preferences, setPreferences, usePreferences } from '../preferences.ts';
import { chooseMembership, isHeldBack, SessionContext, useLooksAtStores, useMay } from '../session.tsx';
import { trpc } from '../trpc.ts';
import { whenIdle } from '../ui/idle.ts';
import { useNarrow } from '../ui/media.ts';
import './frame.css';
import { HeaderSlotContext } from './header-slot.tsx';
import { PLACES } from './places.ts';
import { Bottom, Rail } from './rail.tsx';
import { TopBar } from './top-bar.tsx';

/** Between two looks at how far the stores are read. */
const STORES_MS = 60_000;

const palette = () => import('./palette.tsx');
const noticesDrawer = () => import('../features/notices/notices-drawer.tsx');
const keySheet = () => import('./key-sheet.tsx');
const Palette = lazy(async () => ({ default: (await palette()).Palette }));
const NoticesDrawer = lazy(async () => ({ default: (await noticesDrawer()).NoticesDrawer }));
const InboxAlerts = lazy(async () => ({ default: (await import('../features/alerts/inbox-alerts.tsx')).InboxAlerts }));
const KeySheet = lazy(async () => ({ default: (await keySheet()).KeySheet }));

/** The frame around every place of the workbench. */
export function Workbench() {
	const { workspaceId } = usePreferences();
	const me = useQuery(trpc.session.me.queryOptions());
	const navigate = useNavigate();
	const signedOut = me.data === null;
	useEffect(() => {
		if (signedOut) void navigate({ to: '/sign-in' });
	}, [signedOut, navigate]);
	const membership = me.data ? chooseMembership(me.data.memberships, workspaceId) : undefined;
	const heldBack = me.data && membership && isHeldBack(me.data, membership);
	useEffect(() => {
		if (heldBack) void navigate({ to: '/second-factor' });
	}, [heldBack, navigate]);
	if (!me.data || !membership || heldBack) return null;
	return <Inside key={membership.workspaceId} me={me.data} membership={membership} />;
}

function Inside({ me, membership }: { me: MeView; membership: MembershipView }) {
	return (
		<SessionContext value={{ me, membership }}>
			<LiveProvider workspaceId={membership.workspaceId}>
				<Frame />
			</LiveProvider>
		</SessionContext>
	);
}

type Layer = 'palette' | 'keys' | 'notices' | null;

function Frame() {
	const { t } = useLingui();
	const narrow = useNarrow();
	const { railOpen, alerts } = usePreferences();
	const navigate = useNavigate();
	const router = useRouter();
	const line = useLiveLine();
	useLooksAtStores(STORES_MS);
	const today = useQuery(trpc.today.summary.queryOptions());
	const mayRead = useMay('inbox.read');
	const maySee = useMay('fields.buyer');
	const inbox = useQuery({ ...trpc.inbox.counts.queryOptions({}), enabled: mayRead && maySee });
	const [slot, setSlot] = useState<HTMLElement | null>(null);
	const [layer, setLayer] = useState<Layer>(null);
	const seq = today.data?.seq;
	useEffect(() => {
		if (seq !== undefined) line?.startAt(seq);
	}, [line, seq]);

	useEffect(
		() =>
			whenIdle(() => {
				for (const place of PLACES) void router.preloadRoute({ to: place.to });
				void palette();
				void keySheet();
				void noticesDrawer();
			}),
		[router],
	);

	useKeys({
		'Mod+k': () => setLayer((shown) => (shown === 'palette' ? null : 'palette')),
		'?': () => setLayer('keys'),
		'g a': () => setLayer('notices'),
		'\\': () => setPreferences({ railOpen: !preferences().railOpen }),
		...Object.fromEntries(PLACES.map((place) => [`g ${place.key}`, () => void navigate({ to: place.to })])),
	});

	const waiting = {
		'/inbox': inbox.data && inbox.data.waiting.count > 0 ? inbox.data.waiting : null,
		'/orders': today.data && today.data.lateToShip.count > 0 ? today.data.lateToShip : null,
		'/stores': today.data && today.data.storesInTrouble > 0 ? { count: today.data.storesInTrouble, capped: false } : null,
	};
	return (
		<HeaderSlotContext value={slot}>
			<div className={`frame ${railOpen && !narrow ? 'rail-open' : ''}`}>
				<a className="skip" href="#main">{t`Skip to content`}</a>
				{!narrow && <Rail open={railOpen} waiting={waiting} />}
				<div className="stage">
					<TopBar
						slotRef={setSlot}
						onPalette={() => setLayer('palette')}
						onNotices={() => setLayer('notices')}
						onKeys={() => setLayer('keys')}
						narrow={narrow}
					/>
					<main id="main" tabIndex={-1}>
						<Suspense fallback={null}>
							<Outlet />
						</Suspense>
					</main>
				</div>
				{narrow && <Bottom waiting={waiting} />}
				<Suspense fallback={null}>
					{mayRead && maySee && alerts && <InboxAlerts />}
					{layer === 'palette' && <Palette onClose={() => setLayer(null)} onKeys={() => setLayer('keys')} />}
					{layer === 'notices' && <NoticesDrawer onClose={() => setLayer(null)} />}
					{layer === 'keys' && <KeySheet onClose={() => setLayer(null)} />}
				</Suspense>
			</div>
		</HeaderSlotContext>
	);
}
