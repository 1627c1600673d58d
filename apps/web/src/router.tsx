import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { readDay } from './day.ts';
import { readAuditSearch } from './features/audit/filter.ts';
import { readCatalogueSearch } from './features/catalogue/filter.ts';
import { readReviewsSearch } from './features/reviews/filter.ts';
import { readInboxSearch } from './features/inbox/filter.ts';
import { readNumbersSearch } from './features/numbers/filter.ts';
import { readOrdersSearch } from './features/orders/filter.ts';
import { Workbench } from './frame/workbench.tsx';
import { preferences, setPreferences } from './preferences.ts';
import { chooseMembership, isHeldBack } from './session.tsx';
import { queryClient, trpc } from './trpc.ts';
import { Broken, Nowhere } from './ui/broken.tsx';
import { parseSearch, stringifySearch } from './url.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: Nowhere, errorComponent: Broken });

const entry = () => import('./features/entry/entry-screens.tsx');

/** Where to go after signing in: only places of this site. */
function place(search: Record<string, unknown>): { to?: string | undefined } {
	const { to } = search;
	// Said outright: the router lays its own reading of the address under ours, and a key left out would survive.
	return { to: typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : undefined };
}

const signIn = createRoute({
	getParentRoute: () => root,
	path: '/sign-in',
	validateSearch: place,
	component: lazyRouteComponent(entry, 'SignInScreen'),
});
const signUp = createRoute({
	getParentRoute: () => root,
	path: '/sign-up',
	validateSearch: place,
	component: lazyRouteComponent(entry, 'SignUpScreen'),
});
const join = createRoute({ getParentRoute: () => root, path: '/join/$token', component: lazyRouteComponent(entry, 'JoinScreen') });
const welcome = createRoute({ getParentRoute: () => root, path: '/welcome', component: lazyRouteComponent(entry, 'WelcomeScreen') });

const secondFactor = createRoute({
	getParentRoute: () => root,
	path: '/second-factor',
	component: lazyRouteComponent(() => import('./features/security/held-back-screen.tsx'), 'HeldBackScreen'),
});

const reconnectScreens = () => import('./features/reconnect/reconnect-screens.tsx');
const reconnect = createRoute({
	getParentRoute: () => root,
	path: '/reconnect/$token',
	component: lazyRouteComponent(reconnectScreens, 'ReconnectScreen'),
});
const reconnected = createRoute({
	getParentRoute: () => root,
	path: '/reconnected',
	validateSearch: ({ problem }: Record<string, unknown>): { problem?: string } => (typeof problem === 'string' ? { problem } : {}),
	component: lazyRouteComponent(reconnectScreens, 'ReconnectedScreen'),
});

const workbench = createRoute({
	getParentRoute: () => root,
	id: 'workbench',
	component: Workbench,
	beforeLoad: async ({ location }) => {
		const me = await queryClient.ensureQueryData(trpc.session.me.queryOptions());
		if (!me) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } });
		const membership = chooseMembership(me.memberships, preferences().workspaceId);
		if (!membership) throw redirect({ to: '/welcome' });
		if (isHeldBack(me, membership)) throw redirect({ to: '/second-factor' });
		if (membership.workspaceId !== preferences().workspaceId) setPreferences({ workspaceId: membership.workspaceId });
	},
});

const today = createRoute({
	getParentRoute: () => workbench,
	path: '/',
	component: lazyRouteComponent(() => import('./features/today/today-screen.tsx'), 'TodayScreen'),
});

const orders = createRoute({
	getParentRoute: () => workbench,
	path: '/orders',
	validateSearch: readOrdersSearch,
	component: lazyRouteComponent(() => import('./features/orders/orders-screen.tsx'), 'OrdersScreen'),
});

const inbox = createRoute({
	getParentRoute: () => workbench,
	path: '/inbox',
	validateSearch: readInboxSearch,
	component: lazyRouteComponent(() => import('./features/inbox/inbox-screen.tsx'), 'InboxScreen'),
});

const catalogue = createRoute({
	getParentRoute: () => workbench,
	path: '/catalogue',
	validateSearch: readCatalogueSearch,
	component: lazyRouteComponent(() => import('./features/catalogue/catalogue-screen.tsx'), 'CatalogueScreen'),
});

const reviews = createRoute({
	getParentRoute: () => workbench,
	path: '/reviews',
	validateSearch: readReviewsSearch,
	component: lazyRouteComponent(() => import('./features/reviews/reviews-screen.tsx'), 'ReviewsScreen'),
});

const copies = createRoute({
	getParentRoute: () => workbench,
	path: '/catalogue/copy',
	validateSearch: ({ sku, store }: Record<string, unknown>): { sku?: string; store?: string } => ({
		...(typeof sku === 'string' && sku !== '' && { sku }),
		...(typeof store === 'string' && store !== '' && { store }),
	}),
	component: lazyRouteComponent(() => import('./features/copies/copy-screen.tsx'), 'CopyScreen'),
});

const numbers = createRoute({
	getParentRoute: () => workbench,
	path: '/numbers',
	validateSearch: readNumbersSearch,
	component: lazyRouteComponent(() => import('./features/numbers/numbers-screen.tsx'), 'NumbersScreen'),
});

const costs = createRoute({
	getParentRoute: () => workbench,
	path: '/numbers/costs',
	validateSearch: ({ sku, import: file }: Record<string, unknown>): { sku?: string; import?: string } => ({
		...(typeof sku === 'string' && sku !== '' && { sku }),
		...(file === '1' && { import: file }),
	}),
	component: lazyRouteComponent(() => import('./features/costs/costs-screen.tsx'), 'CostsScreen'),
});

const statements = createRoute({
	getParentRoute: () => workbench,
	path: '/numbers/statements',
	validateSearch: ({ store }: Record<string, unknown>): { store?: string } => (typeof store === 'string' && store !== '' ? { store } : {}),
	component: lazyRouteComponent(() => import('./features/statements/statements-screen.tsx'), 'StatementsScreen'),
});

const answers = createRoute({
	getParentRoute: () => workbench,
	path: '/numbers/answers',
	validateSearch: readPeriodSearch,
	component: lazyRouteComponent(() => import('./features/answers/answers-screen.tsx'), 'AnswersScreen'),
});

/** Both days of a period, or none. */
function readPeriodSearch(search: Record<string, unknown>): { from?: string; until?: string } {
	const { from, until } = textsOf(search, ['from', 'until']);
	const [first, last] = [readDay(from), readDay(until)];
	return first !== null && last !== null && first <= last ? { from: first, until: last } : {};
}

export interface StoresSearch {
	/** The connection just bound, or why binding failed; set by the server after a platform's consent page. */
	bound?: string;
	problem?: string;
	bind?: string;
	store?: string;
	show?: string;
	/** By what the stores are put together. */
	by?: string;
}

/** The named keys of an address that hold a text. */
function textsOf<Key extends string>(search: Record<string, unknown>, keys: readonly Key[]): { [K in Key]?: string } {
	const kept: { [K in Key]?: string } = {};
	for (const key of keys) {
		const value = search[key];
		if (typeof value === 'string') kept[key] = value;
	}
	return kept;
}

function readStoresSearch(search: Record<string, unknown>): StoresSearch {
	const kept: StoresSearch = {};
	for (const key of ['bound', 'problem', 'bind', 'store', 'show', 'by'] as const) {
		const value = search[key];
		if (typeof value === 'string' && value !== '') kept[key] = value;
	}
	return kept;
}

const stores = createRoute({
	getParentRoute: () => workbench,
	path: '/stores',
	validateSearch: readStoresSearch,
	component: lazyRouteComponent(() => import('./features/stores/stores-screen.tsx'), 'StoresScreen'),
});

const sync = createRoute({
	getParentRoute: () => workbench,
	path: '/stores/sync',
	validateSearch: readStoresSearch,
	component: lazyRouteComponent(() => import('./features/sync/sync-screen.tsx'), 'SyncScreen'),
});

const grants = createRoute({
	getParentRoute: () => workbench,
	path: '/stores/permissions',
	component: lazyRouteComponent(() => import('./features/stores/grants-screen.tsx'), 'GrantsScreen'),
});

const nextStore = createRoute({
	getParentRoute: () => workbench,
	path: '/stores/next',
	validateSearch: (search: Record<string, unknown>) => textsOf(search, ['platform', 'site', 'way', 'entity', 'opening', 'bind']),
	component: lazyRouteComponent(() => import('./features/openings/next-store-screen.tsx'), 'NextStoreScreen'),
});

const dossier = createRoute({
	getParentRoute: () => workbench,
	path: '/stores/dossier',
	validateSearch: (search: Record<string, unknown>) => textsOf(search, ['paper', 'add', 'problem']),
	component: lazyRouteComponent(() => import('./features/openings/dossier-screen.tsx'), 'DossierScreen'),
});

const exports = createRoute({
	getParentRoute: () => workbench,
	path: '/exports',
	validateSearch: ({ problem }: Record<string, unknown>): { problem?: string } => (typeof problem === 'string' ? { problem } : {}),
	component: lazyRouteComponent(() => import('./features/exports/exports-screen.tsx'), 'ExportsScreen'),
});

const members = createRoute({
	getParentRoute: () => workbench,
	path: '/members',
	component: lazyRouteComponent(() => import('./features/members/members-screen.tsx'), 'MembersScreen'),
});

const settings = createRoute({
	getParentRoute: () => workbench,
	path: '/settings',
	component: lazyRouteComponent(() => import('./features/settings/settings-screen.tsx'), 'SettingsScreen'),
});

const security = createRoute({
	getParentRoute: () => workbench,
	path: '/settings/security',
	component: lazyRouteComponent(() => import('./features/security/security-screen.tsx'), 'SecurityScreen'),
});

const buyerData = createRoute({
	getParentRoute: () => workbench,
	path: '/settings/buyers-data',
	component: lazyRouteComponent(() => import('./features/buyer-data/buyer-data-screen.tsx'), 'BuyerDataScreen'),
});

const audit = createRoute({
	getParentRoute: () => workbench,
	path: '/settings/audit',
	validateSearch: readAuditSearch,
	component: lazyRouteComponent(() => import('./features/audit/audit-screen.tsx'), 'AuditScreen'),
});

export const router = createRouter({
	routeTree: root.addChildren([
		signIn,
		signUp,
		join,
		welcome,
		secondFactor,
		reconnect,
		reconnected,
		workbench.addChildren([
			today,
			orders,
			inbox,
			catalogue,
			reviews,
			copies,
			numbers,
			costs,
			statements,
			answers,
			stores,
			sync,
			grants,
			nextStore,
			dossier,
			exports,
			members,
			settings,
			security,
			audit,
			buyerData,
		]),
	]),
	parseSearch,
	stringifySearch,
	defaultPreload: 'intent',
	defaultErrorComponent: Broken,
});

declare module '@tanstack/react-router' {
	interface Register {
		router: typeof router;
	}
}
