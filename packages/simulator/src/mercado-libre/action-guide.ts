import type { Operation, WireCall } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import { badRequest, MeliRefusal } from './replies.ts';

const LONGEST = 350;

/** A purchase about which a seller may want to write first. */
export interface Guided {
	pack: string;
	order: SimOrder;
	/** Somebody has said something. */
	isBegun: boolean;
}

interface Doors {
	/** The purchase of a call, for its caller; refuses what is not theirs. */
	found: (call: WireCall) => Guided;
	spend: (operation: 'messages.read' | 'messages.write') => void;
	/** Says it as the seller. @returns the message as it is rendered */
	say: (call: WireCall, text: string) => unknown;
}

/** The reasons for which a local seller may write first, each once for a purchase (contract §7.2). */
export function guideOperations({ found, spend, say }: Doors): Operation[] {
	const used = new Set<string>();
	const reasonsOf = ({ pack, order, isBegun }: Guided) => {
		const isDelivered = order.status === 'delivered' || order.status === 'completed';
		// Afterwards the conversation is open, or waits for the buyer.
		const isOpen = !isBegun && order.status !== 'cancelled';
		const reason = (id: string, type: 'free_text' | 'template', isOn = true) => {
			const left = used.has(`${pack} ${id}`) ? 0 : 1;
			const templates = type === 'template' ? [{ id: `TEMPLATE___${id}___1`, vars: [] }] : null;
			const enabled = isOpen && isOn && left > 0;
			return { id, type, enabled, templates, char_limit: type === 'template' ? null : LONGEST, cap_available: left };
		};
		return [
			reason('REQUEST_VARIANTS', 'free_text'),
			reason('REQUEST_BILLING_INFO', 'template'),
			reason('SEND_INVOICE_LINK', 'free_text'),
			reason('OTHER', 'free_text', !isDelivered),
		];
	};
	const path = '/messages/action_guide/packs/:pack';
	const asked = (call: WireCall, operation: 'messages.read' | 'messages.write'): Guided => {
		const guided = found(call);
		spend(operation);
		if (call.query.get('tag') !== 'post_sale') throw badRequest('tag is mandatory');
		return guided;
	};
	return [
		{
			name: 'messages.guide.local',
			method: 'GET',
			path,
			handle: (call) => ({ status: 200, body: { options: reasonsOf(asked(call, 'messages.read')) } }),
		},
		{
			name: 'messages.option.local',
			method: 'POST',
			path: `${path}/option`,
			handle: (call) => {
				const guided = asked(call, 'messages.write');
				const body = call.json();
				const { option_id: option, text } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
				const reason = reasonsOf(guided).find(({ id }) => id === option);
				if (!reason) throw refusal(400, 'The option does not exist');
				if (guided.isBegun) throw refusal(400, 'blocked_by_excepted_case');
				if (!reason.enabled) throw refusal(403, `not allowed to execute the option ${reason.id} again`);
				if (typeof text !== 'string' || text === '' || text.length > LONGEST) throw refusal(400, 'The field text is mandatory');
				used.add(`${guided.pack} ${reason.id}`);
				return { status: 201, body: say(call, text) };
			},
		},
	];
}

/** The envelope of messaging (contract §3.1). */
function refusal(status: number, message: string): MeliRefusal {
	return new MeliRefusal({ status, body: { status_code: status, code: status === 403 ? 'forbidden' : 'bad_request', message } });
}
