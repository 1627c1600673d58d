interface Place {
	operation: RegExp;
	field: RegExp;
	change: (text: string) => string;
}

/**
 * What an order of each platform tells anew on the changed tape. Where the walk is steered by the times of the orders a name changes instead, for
 * the walk must ask what the tape can answer.
 */
const PLACES: Readonly<Record<string, Place>> = {
	amazon: { operation: /^searchOrders$/, field: /"lastUpdatedTime":"([^"]+)"/g, change: (time) => later(time, 1) },
	'tiktok-shop': { operation: /^orders\.search$/, field: /"product_name":"([^"\\\x80-\xff]+)"/g, change: reversed },
	// The shipment's time counts where it is later, so the order's goes ahead of any.
	'mercado-libre': { operation: /^orders\.read$/, field: /"last_updated":"([^"]+)"/g, change: (time) => later(time, 40 * 86_400) },
	temu: { operation: /^read/, field: /"goodsName":"([^"\\\x80-\xff]+)"/g, change: reversed },
};

/** Changes one order in ten, counted over all answers. */
export class Changer {
	#nth = 0;

	/** The same answer with its changes; equally long, so that both lie at the same place of their tapes. */
	bytes(body: Buffer, operation: string, platform: string): Buffer {
		const place = PLACES[platform];
		if (!place?.operation.test(operation)) return body;
		const text = body.toString('latin1').replace(place.field, (whole, was: string) => {
			if (this.#nth++ % 10 !== 0) return whole;
			const is = place.change(was);
			return is.length === was.length ? whole.replace(was, is) : whole;
		});
		return Buffer.from(text, 'latin1');
	}
}

function reversed(text: string): string {
	return text.split('').toReversed().join('');
}

function later(time: string, seconds: number): string {
	if (/^\d{10}$/.test(time)) return String(Number(time) + seconds);
	const iso = new Date(Date.parse(time) + seconds * 1000).toISOString();
	const zone = /(?:Z|[+-]\d{2}:?\d{2})$/.exec(time)?.[0] ?? '';
	const digits = time.length - zone.length;
	// Read back in the zone in which it was written.
	const local = zone === 'Z' ? iso : new Date(Date.parse(iso) + offsetMillis(zone)).toISOString();
	return local.slice(0, digits) + zone;
}

function offsetMillis(zone: string): number {
	const digits = zone.replace(/\D/g, '');
	return (zone.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}
