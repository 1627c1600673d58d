/** In which answers an order says when it changed, and by how many seconds the tape moves that on. */
const PLACES: Readonly<Record<string, { operation: RegExp; field: RegExp; seconds: number }>> = {
	amazon: { operation: /^searchOrders$/, field: /"lastUpdatedTime":"([^"]+)"/g, seconds: 1 },
	'tiktok-shop': { operation: /^orders\.search$/, field: /"update_time":(\d{10})/g, seconds: 1 },
	// The shipment's time counts where it is later, so the order's goes ahead of any.
	'mercado-libre': { operation: /^orders\.search$/, field: /"last_updated":"([^"]+)"/g, seconds: 40 * 86_400 },
	temu: { operation: /read/, field: /"updateTime":(\d{10})/g, seconds: 1 },
};

/** The same answer in which one order in ten changed a little later; equally long, so that both lie at the same place. */
export function changedBytes(body: Buffer, operation: string, platform: string): Buffer {
	const place = PLACES[platform];
	if (!place?.operation.test(operation)) return body;
	let nth = 0;
	const text = body.toString('latin1').replace(place.field, (whole, time: string) => {
		if (nth++ % 10 !== 0) return whole;
		const later = moved(time, place.seconds);
		return later.length === time.length ? whole.replace(time, later) : whole;
	});
	return Buffer.from(text, 'latin1');
}

function moved(time: string, seconds: number): string {
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
