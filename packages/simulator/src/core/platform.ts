import type { FastifyInstance } from 'fastify';
import type { Buckets } from './buckets.ts';
import type { Change } from './changes.ts';
import type { Clock } from './clock.ts';
import type { Deliveries } from './deliveries.ts';
import type { Faults } from './faults.ts';
import type { SimOrder } from './order.ts';
import type { Random } from './random.ts';
import type { PlatformName, StoreSeed } from './stores.ts';
import type { HeldFiles } from './pictures.ts';
import type { SentFile } from './sent-files.ts';
import type { OrderRef, World } from './world.ts';

/** One line of the request log that the control door shows. No query, no body: they carry secrets. */
export interface LoggedCall {
	at: number;
	platform: string;
	operation: string;
	method: string;
	path: string;
	/** 0 when no full answer was sent. */
	status: number;
	requestId: string;
}

/** What a platform gets from the simulator. */
export interface PlatformContext {
	platform: PlatformName;
	/** The stores of this platform. */
	stores: readonly StoreSeed[];
	world: World;
	clock: Clock;
	faults: Faults;
	buckets: Buckets;
	deliveries: Deliveries;
	/** For tokens and codes; seeded, so that a run repeats. */
	random: Random;
	/** What lies at the platforms' hosts for pictures. */
	files: HeldFiles;
	/** `http://127.0.0.1:port`; known once the server listens, so read it when a call comes in. */
	origin(): string;
	/** A fresh id for requests, tokens and messages. */
	newId(): string;
	log(call: LoggedCall): void;
	poison(record: unknown, shape: string): unknown;
	drift(record: unknown, enumFields: readonly string[]): unknown;
}

/** Where a change of an order is told, registered at the control door or through the platform's own subscription calls. */
export interface WebhookTarget {
	url: string;
	/** Platform topic; all topics when absent. */
	topic?: string | undefined;
	/** Store id; all stores of the platform when absent. */
	store?: string | undefined;
}

/** A conversation as it is true at the platform: what was said by whom, oldest first. */
export interface ConversationTruth {
	store: string;
	id: string;
	unread: number;
	messages: {
		id: string;
		at: number;
		from: 'buyer' | 'seller' | 'platform';
		type: string;
		text: string | null /** Fingerprints. */;
		files: string[];
	}[];
}

/** A running platform. */
export interface MountedPlatform {
	/** What a client must know to connect: base addresses, application credentials, accounts. JSON. */
	facts(): Record<string, unknown>;
	/** The platform's own id of an order. */
	orderId(ref: OrderRef): string;
	/** The same for one line, where a purchase is an order for each line. */
	orderIdOfLine?(ref: OrderRef, line: number): string;
	/** The order meant by the platform's own id, or null. */
	findOrder(id: string): OrderRef | null;
	/** Told of each change as it happens, in order of time. `order` is the truth just after it. */
	onChange(change: Change, order: SimOrder): void;
	/** A buyer writes about an order, where the platform has a chat. @returns the conversation's id */
	buyerWrites?(order: SimOrder, text: string, files?: readonly SentFile[]): string;
	/** Somebody who has bought nothing asks about one of the store's listings, where that is possible. @returns the question's id */
	somebodyAsks?(store: StoreSeed, text: string): string;
	/** What was said in the store, for those who check. */
	conversations?(store: StoreSeed): ConversationTruth[];
	/** Whether anybody listens for the store's changes; when false, changes need not be worked out. */
	listens(store: StoreSeed): boolean;
	/** Registers where changes are told. */
	addTarget(target: WebhookTarget): void;
	/** Ends access tokens now; `refresh` also ends refresh tokens and grants. Without an account: all. */
	expireTokens(options: { account?: string | undefined; refresh?: boolean | undefined }): void;
	/** Settings an application owner makes in the platform's developer console, e.g. its redirect address. Throws RangeError for an unknown one. */
	configure(settings: Record<string, unknown>): void;
	close?(): void;
}

/** A platform of the simulator: mounts its real paths below prefixes of its own. */
export interface PlatformModule {
	name: PlatformName;
	mount(app: FastifyInstance, context: PlatformContext): Promise<MountedPlatform>;
}
