import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import { denied, failure, invalid } from './dialect.ts';
import type { AmazonIds } from './ids.ts';
import { marketplaceOf } from './sites.ts';

const DAY = 86_400_000;
const REVIEW = 'productReviewAndSellerFeedback';
/** Characters that each kind of message takes (model messaging). */
const LONGEST: Readonly<Record<string, number>> = {
	confirmOrderDetails: 2000,
	confirmDeliveryDetails: 2000,
	confirmServiceDetails: 2000,
	confirmCustomizationDetails: 800,
	unexpectedProblem: 2000,
	digitalAccessKey: 400,
};
const OPERATIONS: Readonly<Record<string, string>> = {
	confirmOrderDetails: 'createConfirmOrderDetails',
	confirmDeliveryDetails: 'createConfirmDeliveryDetails',
	confirmServiceDetails: 'createConfirmServiceDetails',
	confirmCustomizationDetails: 'confirmCustomizationDetails',
	unexpectedProblem: 'createUnexpectedProblem',
	digitalAccessKey: 'createDigitalAccessKey',
};

/** One message that a seller had sent to a buyer. */
export interface OrderMessageTruth {
	orderId: string;
	kind: string;
	text: string | null;
}

/** Messaging and Solicitations: what may be sent about an order follows from where it stands. */
export class AmazonOrderMessages {
	readonly #context: PlatformContext;
	readonly #ids: AmazonIds;
	readonly #sent: OrderMessageTruth[] = [];

	constructor(context: PlatformContext, ids: AmazonIds) {
		this.#context = context;
		this.#ids = ids;
	}

	/** What was sent, oldest first. */
	truth(): OrderMessageTruth[] {
		return [...this.#sent];
	}

	operations(stores: readonly StoreSeed[], seller: (handle: (call: WireCall) => WireReply) => (call: WireCall) => WireReply): Operation[] {
		const messaging = '/messaging/v1/orders/:orderId';
		const solicitations = '/solicitations/v1/orders/:orderId';
		const of = (handle: (call: WireCall, order: SimOrder) => WireReply): Operation['handle'] =>
			seller((call) => {
				const order = this.#order(call, stores);
				return order === null ? failure(404, 'NotFound', 'The requested order was not found.') : handle(call, order);
			});
		return [
			{
				name: 'getMessagingActionsForOrder',
				method: 'GET',
				path: messaging,
				handle: of((call, order) => this.#actions(call, messagesFor(order, call.now), 'messaging', 'messages')),
			},
			{
				name: 'GetAttributes',
				method: 'GET',
				path: `${messaging}/attributes`,
				handle: of((_call, order) => ({
					status: 200,
					body: { buyer: { locale: marketplaceOf(order.store).language.replace('_', '-') } },
				})),
			},
			...Object.keys(LONGEST).map(
				(kind): Operation => ({
					name: OPERATIONS[kind] ?? kind,
					method: 'POST',
					path: `${messaging}/messages/${kind}`,
					handle: of((call, order) => this.#message(call, order, kind)),
				}),
			),
			{
				name: 'getSolicitationActionsForOrder',
				method: 'GET',
				path: solicitations,
				handle: of((call, order) => this.#actions(call, this.#mayAsk(order, call.now) ? [REVIEW] : [], 'solicitations', 'solicitations')),
			},
			{
				name: 'createProductReviewAndSellerFeedbackSolicitation',
				method: 'POST',
				path: `${solicitations}/solicitations/${REVIEW}`,
				handle: of((call, order) => {
					if (!this.#mayAsk(order, call.now)) return denied('The order is not eligible for this solicitation.');
					this.#sent.push({ orderId: this.#idOf(order), kind: REVIEW, text: null });
					return { status: 201, body: {} };
				}),
			},
		];
	}

	#order(call: WireCall, stores: readonly StoreSeed[]): SimOrder | null {
		const ref = this.#ids.findOrder(call.params['orderId'] ?? '');
		const store = stores.find((one) => one.number === ref?.store);
		if (ref === null || !store || marketplaceOf(store).id !== call.query.get('marketplaceIds')) return null;
		return this.#context.world.order(ref, call.now);
	}

	#idOf(order: SimOrder): string {
		return this.#ids.order({ store: order.store.number, index: order.index });
	}

	/** One request for a review of each order, from five days after delivery to thirty (contract §14). */
	#mayAsk(order: SimOrder, now: number): boolean {
		const delivered = order.steps.find((step) => step.kind === 'delivered')?.at;
		if (delivered === undefined || now < delivered + 5 * DAY || now > delivered + 30 * DAY) return false;
		const orderId = this.#idOf(order);
		return !this.#sent.some((one) => one.orderId === orderId && one.kind === REVIEW);
	}

	#actions(call: WireCall, names: readonly string[], api: string, below: string): WireReply {
		const id = call.params['orderId'] ?? '';
		const market = `marketplaceIds=${call.query.get('marketplaceIds') ?? ''}`;
		const href = `/${api}/v1/orders/${id}`;
		const link = (name: string): Record<string, string> => ({
			href: `${name === 'attributes' ? `${href}/${name}` : `${href}/${below}/${name}`}?${market}`,
			name,
		});
		const actions = names.map(link);
		return { status: 200, body: { _links: { actions, self: { href: `${href}?${market}` } } }, records: actions };
	}

	#message(call: WireCall, order: SimOrder, kind: string): WireReply {
		const body = call.json();
		const text = typeof body === 'object' && body !== null && 'text' in body ? body.text : undefined;
		if (typeof text !== 'string' || text === '' || text.length > (LONGEST[kind] ?? 0)) return invalid('Invalid Input');
		if (!messagesFor(order, call.now).includes(kind)) return denied('The message is not allowed for this order.');
		this.#sent.push({ orderId: this.#idOf(order), kind, text });
		return { status: 201, body: {} };
	}
}

function messagesFor({ status, updatedAt }: SimOrder, now: number): string[] {
	switch (status) {
		case 'unpaid':
		case 'cancelled':
			return ['attributes'];
		case 'onHold':
		case 'paid':
		case 'partlyShipped':
			return ['confirmOrderDetails', 'unexpectedProblem', 'legalDisclosure', 'attributes'];
		default:
			return now > updatedAt + 60 * DAY
				? ['attributes']
				: ['confirmDeliveryDetails', 'unexpectedProblem', 'legalDisclosure', 'warranty', 'attributes'];
	}
}
