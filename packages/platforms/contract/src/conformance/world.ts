import type { Instant, Money } from '@pangea/domain';
import type { AppCredentials, IncomingRequest } from '../adapter.ts';

/** What must be true of an order once it is read. Null: the platform does not tell, so nothing is asserted. */
export interface ExpectedOrder {
	externalId: string;
	placedAt: Instant;
	/** The last change as the platform's window filter sees it. */
	updatedAt: Instant;
	total: Money | null;
	/** Pieces over all lines. */
	pieces: number | null;
	/** Pieces by the seller's own SKU. */
	skus: Record<string, number> | null;
}

export type WorldFault =
	/** The platform says that we are too fast. */
	| 'rateLimited'
	| 'serverError'
	/** An error page instead of the platform's own words. */
	| 'htmlError'
	/** The connection breaks in the middle of an answer. */
	| 'reset'
	/** No answer at all. */
	| 'silence'
	/** One record of an answer about orders is damaged. */
	| 'poison'
	/** Every record has a new field, and its states are words that nobody has seen. */
	| 'drift';

/** How the seller of the world lets us in. */
export type WorldConsent =
	/** Opens the link like a browser and hands over what came back to `redirectUri`. */
	| { kind: 'redirect'; redirectUri: string; follow(authorizeUrl: string): Promise<Record<string, string>> }
	| { kind: 'paste'; fields(): Record<string, string> };

/**
 * A running platform that the suite may ask for the truth and may break. Its clock stands still unless `wait` or an order moves it.
 * The world holds one seller; orders older than 35 days never change again.
 */
export interface ConformanceWorld {
	/** Base URLs by host key, for every key of the manifest that the adapter calls. */
	hosts: Record<string, string>;
	app: AppCredentials;
	/** Host key at which the seller consents. */
	host: string;
	consent: WorldConsent;
	/** The platform's clock. */
	now(): Date;
	/** Lets time pass at the platform. */
	wait(millis: number): void;
	/** External ids of the stores that the grant opens, as `stores.list` must name them. */
	storeIds(): string[];
	/** Orders whose last change lies in [from, until), oldest change first. */
	truth(storeExternalId: string, from: Instant, until: Instant): ExpectedOrder[];
	/** An id of the platform's own shape that no order has. */
	unknownId(known: string): string;
	/** Makes a new order now. */
	createOrder(storeExternalId: string): ExpectedOrder;
	/** Makes something happen to an order that has just been made. */
	changeOrder(storeExternalId: string, externalId: string): void;
	/** Breaks the platform, for the next `count` times or until mended. */
	break(fault: WorldFault, count?: number): void;
	mend(): void;
	/** Ends the access tokens; where the platform knows refresh, refreshing still works. */
	endAccess(): void;
	/** Ends the grant: a person must consent again. */
	endGrant(): void;
	/** Present where the platform pushes over HTTP. */
	pushes?: WorldPushes;
	stop(): Promise<void>;
}

export interface WorldPushes {
	/** The address that answers 200 and remembers; give it to the platform through `subscribe` or `register`. */
	url: string;
	/** Tells the platform the address the way its console does. */
	register(): void;
	/** Everything that arrived so far, oldest first. */
	received(): IncomingRequest[];
	/** Makes the platform send its next push twice. */
	duplicateNext(): void;
	/** Requests that a stranger could send instead of a genuine one; each must be refused. */
	forgeries(genuine: IncomingRequest): IncomingRequest[];
}
