import { auditRouter } from './audit/audit.router.ts';
import { buyerDataRouter } from './buyer-data/buyer-data.router.ts';
import { catalogueRouter } from './catalogue/catalogue.router.ts';
import { copiesRouter } from './copies/copies.router.ts';
import { offersRouter } from './offers/offers.router.ts';
import { costsRouter } from './costs/costs.router.ts';
import { destinationsRouter } from './destinations/destinations.router.ts';
import { dossierRouter } from './dossier/dossier.router.ts';
import { eventsRouter } from './events/events.router.ts';
import { glossaryRouter } from './glossary/glossary.router.ts';
import { inboxRouter } from './inbox/inbox.router.ts';
import { exportsRouter } from './exports/exports.router.ts';
import { mailboxesRouter } from './mailboxes/mailboxes.router.ts';
import { noticesRouter } from './notices/notices.router.ts';
import { numbersRouter } from './numbers/numbers.router.ts';
import { openingsRouter } from './openings/openings.router.ts';
import { ordersRouter } from './orders/orders.router.ts';
import { reviewsRouter } from './reviews/reviews.router.ts';
import { sessionRouter } from './session/session.router.ts';
import { linksRouter } from './stores/links.router.ts';
import { storesRouter } from './stores/stores.router.ts';
import { syncRouter } from './sync/sync.router.ts';
import { todayRouter } from './today/today.router.ts';
import { callerFactory, router } from './trpc.ts';
import { translatorRouter } from './translator/translator.router.ts';
import { viewsRouter } from './views/views.router.ts';
import { workspaceRouter } from './workspace/workspace.router.ts';

export const appRouter = router({
	session: sessionRouter,
	workspace: workspaceRouter,
	orders: ordersRouter,
	inbox: inboxRouter,
	catalogue: catalogueRouter,
	copies: copiesRouter,
	glossary: glossaryRouter,
	offers: offersRouter,
	reviews: reviewsRouter,
	numbers: numbersRouter,
	costs: costsRouter,
	exports: exportsRouter,
	destinations: destinationsRouter,
	stores: storesRouter,
	links: linksRouter,
	mailboxes: mailboxesRouter,
	dossier: dossierRouter,
	openings: openingsRouter,
	sync: syncRouter,
	translator: translatorRouter,
	notices: noticesRouter,
	views: viewsRouter,
	today: todayRouter,
	events: eventsRouter,
	audit: auditRouter,
	buyerData: buyerDataRouter,
});

export type AppRouter = typeof appRouter;

/** Calls procedures in process, for tests. */
export const createCaller = callerFactory(appRouter);
